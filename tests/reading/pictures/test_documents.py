"""Every page of a PDF and a TIFF is a picture, and so is a HEIC; bad ones get their error within limits."""

import importlib.util
import os
import signal
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import PictureFormatError, PictureTooLargeError
from inkdigits.reading.pictures import pdf
from inkdigits.reading.pictures.decoding import decode, decode_color
from inkdigits.reading.pictures.documents import count_pages, iter_pages
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.spec import UInt8Array
from support.bad_pictures import encode
from support.documents import write_heic, write_pdf, write_text_pdf, write_tiff
from support.drawing import write

PAGES: tuple[UInt8Array, ...] = tuple(write([text], 20, 3, margin=6).picture for text in ("57", "1234", "80"))


def bare_pdf(content: bytes, size: tuple[int, int] = (600, 800)) -> bytes:
    """Return a PDF of one page with that content, packed."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R>>" % size,
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


class TestPages:
    @pytest.mark.parametrize("write_pages", [write_pdf, write_tiff])
    def test_each_page_is_a_picture(self, write_pages: object, tmp_path: Path) -> None:
        data: bytes = write_pages(PAGES)  # type: ignore[operator]
        path = tmp_path / "scan"
        path.write_bytes(data)
        for source in (data, path, str(path)):
            pages = list(iter_pages(source))
            assert [page.page for page in pages] == [1, 2, 3]
            for page, expected in zip(pages, PAGES, strict=True):
                gray = decode(page)
                assert gray.shape == expected.shape
                assert np.abs(gray.astype(int) - expected).mean() < 2
                assert decode_color(page).shape == (*expected.shape, 3)
            assert np.array_equal(decode(source), decode(pages[0]))

    def test_another_picture_has_one_page(self) -> None:
        png = encode(PAGES[0], "PNG")
        assert [page.page for page in iter_pages(png)] == [1]
        assert np.array_equal(decode(DocumentPage(png, 1)), PAGES[0])
        with pytest.raises(PictureFormatError, match="expected page 1, the only one of such a file, got 2"):
            decode(DocumentPage(png, 2))

    @pytest.mark.parametrize("write_pages", [write_pdf, write_tiff])
    @pytest.mark.parametrize("page", [0, 4])
    def test_a_page_that_is_not_there_is_told(self, write_pages: object, page: int) -> None:
        with pytest.raises(PictureFormatError, match=f"(from 1 to 3|TIFF), got {page}"):
            decode(DocumentPage(write_pages(PAGES), page))  # type: ignore[operator]

    def test_a_pdf_after_other_bytes_is_a_pdf(self) -> None:
        assert count_pages(b"\n" * 100 + write_pdf(PAGES)) == 3

    def test_a_changed_file_is_opened_anew(self, tmp_path: Path) -> None:
        path = tmp_path / "scan.pdf"
        path.write_bytes(write_pdf(PAGES))
        assert count_pages(path) == 3
        path.write_bytes(write_pdf(PAGES[:2]))
        assert count_pages(path) == 2


class TestResolution:
    @pytest.mark.parametrize("dpi", [100, 150, 300, 600])
    def test_a_scan_keeps_its_own(self, dpi: int) -> None:
        assert decode(write_pdf(PAGES[:1], dpi)).shape == PAGES[0].shape

    @pytest.mark.parametrize("dpi", [5, 40, 70])
    def test_a_picture_too_coarse_for_a_scan_is_rendered_as_usual(self, dpi: int) -> None:
        small = PAGES[0][::4, ::4].copy()
        scale = 200 / dpi
        assert decode(write_pdf([small], dpi)).shape == pytest.approx([scale * side for side in small.shape], abs=1)

    def test_a_page_of_text_has_200_dots_per_inch(self) -> None:
        gray = decode(write_text_pdf("2026"))
        assert gray.shape == pytest.approx((842 * 200 / 72, 595 * 200 / 72), abs=1)
        assert gray.min() < 60

    def test_a_large_page_is_rendered_within_the_pixels(self) -> None:
        gray = decode(write_text_pdf("2026", (3000, 2000)), max_pixels=8_000_000)
        assert 7_900_000 < gray.size <= 8_000_000

    def test_a_page_too_large_even_at_72_dots_is_refused(self) -> None:
        with pytest.raises(PictureTooLargeError, match=r"page 1: 200 x 200 inches have more than 64,000,000 pixels"):
            decode(write_text_pdf("2026", (14400, 14400)))


class TestBad:
    def test_a_password_is_told(self) -> None:
        with pytest.raises(PictureFormatError, match="opens without a password; save it without one"):
            decode(write_pdf(PAGES, password="secret"))  # noqa: S106 - opens nothing

    @pytest.mark.parametrize("keep", [5, 20, 200])
    def test_a_pdf_cut_short_is_told(self, keep: int) -> None:
        with pytest.raises(PictureFormatError, match="expected a whole PDF, but it is damaged"):
            decode(write_pdf(PAGES)[:keep])

    def test_a_pdf_without_pages_is_told(self) -> None:
        data = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        with pytest.raises(PictureFormatError, match="PDF"):
            decode(data + b"trailer<</Root 1 0 R/Size 3>>\n%%EOF")

    def test_a_page_that_takes_too_long_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "PAGE_SECONDS", 0.5)
        endless = b"0 0 m 600 800 l 0 800 l 600 0 l 300 900 l f* " * 4_000_000
        with pytest.raises(PictureFormatError, match=r"it took more than 0\.5 s"):
            decode(bare_pdf(endless))
        assert count_pages(write_pdf(PAGES)) == 3  # the next one is not the worse for it

    def test_a_renderer_that_dies_is_started_again(self) -> None:
        data = write_pdf(PAGES)
        decode(data)
        process = pdf._RENDERER._process
        assert process is not None
        os.kill(process.pid, signal.SIGTERM)
        process.wait()
        assert decode(data).shape == PAGES[0].shape

    def test_many_pages_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "MAX_PAGES", 2)
        with pytest.raises(PictureTooLargeError, match="at most 2 pages, got 4; split it"):
            count_pages(write_pdf([*PAGES, PAGES[0]]))  # a file that was opened before is not opened again

    def test_too_many_bytes_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "scan.pdf"
        path.write_bytes(write_pdf(PAGES))
        for source in (path, path.read_bytes()):
            with pytest.raises(PictureTooLargeError, match="at most 100 bytes"):
                decode(source, max_bytes=100)

    def test_a_damaged_page_of_a_tiff_is_told(self) -> None:
        data = bytearray(write_tiff(PAGES))
        with pytest.raises(PictureFormatError, match="page 3"):
            decode(DocumentPage(bytes(data[: len(data) - 40]), 3))

    def test_a_page_of_a_tiff_with_too_many_pixels_is_refused(self) -> None:
        with pytest.raises(PictureTooLargeError, match="page 2"):
            decode(DocumentPage(write_tiff(PAGES), 2), max_pixels=PAGES[1].size - 1)


class TestPhones:
    def test_a_heic_is_a_picture(self) -> None:
        gray = decode(write_heic(PAGES[1]))
        assert gray.shape == PAGES[1].shape
        assert np.abs(gray.astype(int) - PAGES[1]).mean() < 4

    def test_an_avif_is_a_picture_and_needs_no_extra(self) -> None:
        gray = decode(encode(Image.fromarray(PAGES[1]).convert("RGB"), "AVIF", quality=95))
        assert gray.shape == PAGES[1].shape
        assert np.abs(gray.astype(int) - PAGES[1]).mean() < 4

    @pytest.mark.parametrize("form", ["HEIC", "AVIF"])
    def test_too_many_pixels_are_told_before_decoding(self, form: str) -> None:
        picture = np.zeros((400, 300), np.uint8)
        data = write_heic(picture) if form == "HEIC" else encode(Image.fromarray(picture).convert("RGB"), "AVIF")
        with pytest.raises(PictureTooLargeError, match=r"got 3.. x 4"):
            decode(data, max_pixels=100_000)

    def test_a_damaged_one_is_told(self) -> None:
        data = write_heic(PAGES[1])
        with pytest.raises(PictureFormatError, match="expected a whole HEIC"):
            decode(data[: len(data) // 2])

    def test_a_brand_without_a_picture_is_told(self) -> None:
        with pytest.raises(PictureFormatError, match="expected a whole HEIC header"):
            decode(bytes([0, 0, 0, 24]) + b"ftypheic" + bytes(200))


class TestWithoutTheExtra:
    @pytest.mark.parametrize(("form", "library"), [("PDF", "pypdfium2"), ("HEIC", "pillow-heif")])
    def test_the_error_names_the_format_and_the_cure(
        self, form: str, library: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = write_pdf(PAGES) if form == "PDF" else write_heic(PAGES[0])
        pdf._RENDERER.close()
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
        cure = rf"is a {form}.*needs {library}, not installed here; run: pip install 'inkdigits\[documents\]'"
        with pytest.raises(PictureFormatError, match=cure):
            decode(data)
