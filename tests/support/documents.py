"""Writes small documents of several pages: what the tests of PDF, TIFF and HEIC read."""

import io
from collections.abc import Sequence

import pillow_heif
from fpdf import FPDF
from PIL import Image

from inkdigits.spec import UInt8Array


def write_pdf(pages: Sequence[UInt8Array], dpi: float = 150.0, password: str | None = None) -> bytes:
    """Return a PDF of scans, each as large as its page."""
    pdf = FPDF(unit="pt")
    pdf.set_margin(0)
    for page in pages:
        size = (page.shape[1] * 72 / dpi, page.shape[0] * 72 / dpi)
        pdf.add_page(format=size)
        pdf.image(Image.fromarray(page), 0, 0, *size)
    if password is not None:
        pdf.set_encryption(owner_password="owner", user_password=password)  # noqa: S106 - opens nothing
    return bytes(pdf.output())


def write_text_pdf(text: str, size: tuple[float, float] = (595.0, 842.0)) -> bytes:
    """Return a PDF of one page with a line of printed text; its size is in points."""
    pdf = FPDF(unit="pt")
    pdf.add_page(format=size)
    pdf.set_font("Helvetica", size=40)
    pdf.text(72, 100, text)
    return bytes(pdf.output())


def write_tiff(pages: Sequence[UInt8Array]) -> bytes:
    """Return a TIFF of several pages."""
    stream = io.BytesIO()
    first, *rest = (Image.fromarray(page) for page in pages)
    first.save(stream, "TIFF", save_all=True, append_images=rest)
    return stream.getvalue()


def write_heic(picture: UInt8Array) -> bytes:
    """Return a HEIC picture."""
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(picture).convert("RGB")).save(stream, quality=95)
    return stream.getvalue()
