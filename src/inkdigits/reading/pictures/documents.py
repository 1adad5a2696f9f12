"""Opens files of several pages: counts their pages, and returns the pixels of one."""

import hashlib
import mmap
import os
import struct
from collections.abc import Iterator

import cv2
import numpy as np

from inkdigits.errors import PictureError, PictureFormatError
from inkdigits.reading.pictures.containers import cut_to_tiff_page
from inkdigits.reading.pictures.files import HEAD_LENGTH, check_bytes, check_memory, check_pixels, read_file
from inkdigits.reading.pictures.headers import count_tiff_pages, find_format, find_tiff_pages
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.reading.pictures.pdf import PdfFile, count_pdf_pages, render_pdf_page
from inkdigits.spec import UInt8Array

__all__ = ["count_pages", "iter_pages", "load_pdf_page", "load_tiff_page"]

MAX_BYTES = 100_000_000  # encoded; an uncompressed 20-megapixel TIFF has 60 million


def count_pages(picture: str | os.PathLike[str] | bytes, *, max_bytes: int = MAX_BYTES) -> int:
    """Return how many pages a file has: 1, or more for a PDF or TIFF.

    Args:
        picture: A path or a file's bytes.
        max_bytes: Most bytes of the file.

    Raises:
        PictureError: The file cannot be read, or has too many pages.
    """
    name, head = _open(picture)
    form = find_format(head)
    if form == "PDF":
        return count_pdf_pages(_to_pdf(picture, name, max_bytes))
    if form != "TIFF":  # other formats are not read further
        return 1
    try:
        if isinstance(picture, bytes):
            return count_tiff_pages(picture)
        with open(name, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:  # noqa: PTH123
            return count_tiff_pages(data)
    except (OSError, ValueError, struct.error):  # reading it tells what is wrong
        return 1


def iter_pages(picture: str | os.PathLike[str] | bytes, *, max_bytes: int = MAX_BYTES) -> Iterator[DocumentPage]:
    """Yield each page of a file, as `DigitReader.read` takes it; of a picture, the picture as its one page.

    Args:
        picture: A path or a file's bytes.
        max_bytes: Most bytes of the file.

    Raises:
        PictureError: The file cannot be read, or has too many pages.
    """
    for number in range(1, 1 + count_pages(picture, max_bytes=max_bytes)):
        yield DocumentPage(picture, number)


def load_pdf_page(
    picture: str | os.PathLike[str] | bytes, page: int, max_pixels: int, max_bytes: int, *, is_gray: bool
) -> UInt8Array:
    """Return one page of a PDF; arguments and errors are those of `pdf.render_pdf_page` and `decoding.decode`."""
    name, _ = _open(picture)
    return render_pdf_page(_to_pdf(picture, name, max_bytes), page, max_pixels, is_gray=is_gray)


def load_tiff_page(data: bytes, page: int, max_pixels: int, name: str) -> UInt8Array:
    """Return one page of a TIFF as OpenCV decodes it.

    Args:
        data: The file.
        page: Its number, from 1.
        max_pixels: Most pixels.
        name: For messages.

    Raises:
        PictureFormatError: There is no such page, or it is damaged.
        PictureTooLargeError: It has too many pixels.
    """
    pages = find_tiff_pages(data)
    if not 1 <= page <= len(pages):
        msg = f"{name}: expected a page from 1 to {len(pages)}, got {page}; change the number"
        raise PictureFormatError(msg)
    found = pages[page - 1]
    name = f"{name}, page {page}"
    damaged = f"{name}: expected a whole TIFF page, but it is cut short or damaged; copy the file again"
    if found.width < 1 or found.height < 1:
        raise PictureFormatError(damaged)
    check_pixels(found.width, found.height, max_pixels, name)
    try:
        container = cut_to_tiff_page(data, found.start)
    except PictureError as error:
        msg = f"{name}: {error}"
        raise type(error)(msg) from error
    check_memory((found.width, found.height), container.memory, max_pixels, name, "TIFF")
    try:
        is_read, pictures = cv2.imdecodemulti(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED, range=(found.place, found.place + 1)
        )
    except (cv2.error, MemoryError) as error:
        raise PictureFormatError(damaged) from error
    if not is_read or not pictures:
        raise PictureFormatError(damaged)
    return np.asarray(pictures[0])


def _open(picture: str | os.PathLike[str] | bytes) -> tuple[str, bytes]:
    """Return a file's name and first bytes."""
    if isinstance(picture, bytes):
        return "the bytes", picture[:HEAD_LENGTH]
    name = str(os.fspath(picture) or os.curdir)
    return name, read_file(name, HEAD_LENGTH - 1)


def _to_pdf(picture: str | os.PathLike[str] | bytes, name: str, max_bytes: int) -> PdfFile:
    if isinstance(picture, bytes):
        check_bytes(picture, max_bytes, name)
        return PdfFile(name, ("bytes", hashlib.sha256(picture).digest()), lambda: picture)

    def load() -> bytes:
        data = read_file(name, max_bytes)
        check_bytes(data, max_bytes, name)
        return data

    try:
        status = os.stat(name)  # noqa: PTH116 - as `os.fspath` gave it
    except OSError:
        return PdfFile(name, (name, None), load)
    return PdfFile(name, (name, status.st_ino, status.st_size, status.st_mtime_ns), load)
