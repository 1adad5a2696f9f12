"""Opens PDF files: their pages are rendered by another process, within limits of pages, pixels, memory and time."""

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.errors import PictureFormatError, PictureTooLargeError
from inkdigits.spec import UInt8Array

__all__ = ["MAX_PAGES", "PAGE_SECONDS", "PdfFile", "count_pdf_pages", "render_pdf_page"]

MAX_PAGES = 10_000  # of a file; a day's work of a fast scanner
PAGE_SECONDS = 30.0  # for one page; a scan of 64 million pixels took 2 s
_LEAST_DPI = 72  # dots per inch: a page that is larger than the pixels allow even so is refused
_SCRIPT = Path(__file__).with_name("pdf_renderer.py")


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF.

    Attributes:
        name: For messages.
        key: Differs from that of any other file, and of this file after a change.
        load: Returns its bytes.
    """

    name: str
    key: tuple[object, ...]
    load: Callable[[], bytes]


def count_pdf_pages(file: PdfFile) -> int:
    """Return how many pages a PDF has, 1 or more.

    Raises:
        PictureFormatError: It is damaged, locked by a password, empty, or cannot be opened without pypdfium2.
        PictureTooLargeError: It has more pages than the limit.
    """
    with _RENDERER.lock:
        return _RENDERER.open(file)


def render_pdf_page(file: PdfFile, page: int, max_pixels: int, *, is_gray: bool) -> UInt8Array:
    """Return one page at the resolution of its scan, less where that has too many pixels; 200 dpi when it is no scan.

    Args:
        file: The PDF.
        page: Its number, from 1.
        max_pixels: Most pixels.
        is_gray: Whether gray is enough.

    Returns:
        uint8, shape (H, W), or (H, W, 3) in the order blue, green, red.

    Raises:
        PictureFormatError: As for `count_pdf_pages`; or the page takes too long or ends its process.
        PictureTooLargeError: The page is larger than the pixels allow at 72 dpi.
    """
    with _RENDERER.lock:
        pages = _RENDERER.open(file)
        if not 1 <= page <= pages:
            msg = f"{file.name}: expected a page from 1 to {pages}, got {page}; change the number"
            raise PictureFormatError(msg)
        request = {"page": page - 1, "most": max_pixels, "least_dpi": _LEAST_DPI, "is_gray": is_gray}
        answer, pixels = _RENDERER.ask(request, b"", f"{file.name}, page {page}")
    rows = np.frombuffer(pixels, np.uint8).reshape(answer["height"], answer["stride"])
    channels = answer["channels"]
    picture = rows[:, : answer["width"] * channels].reshape(answer["height"], answer["width"], channels)
    return np.ascontiguousarray(picture[..., 0] if channels == 1 else picture[..., :3])


class _Renderer:
    """The process that renders, started when it is needed; it keeps the last file open."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0  # process that started it: after a fork, its pipes belong to the parent
        self._key: tuple[object, ...] = ()
        self._pages = 0

    def open(self, file: PdfFile) -> int:
        """Give it a file, unless it has it; return the file's pages."""
        process = self._start(file.name)
        if self._key == file.key and process.poll() is None:
            return self._pages
        self._key = ()
        data = file.load()
        answer, _ = self.ask({"size": len(data)}, data, file.name)
        pages = int(answer["pages"])
        if pages > MAX_PAGES:
            msg = f"{file.name}: expected at most {MAX_PAGES:,} pages, got {pages:,}; split it"
            raise PictureTooLargeError(msg)
        if pages < 1:
            msg = f"{file.name}: expected a PDF with pages, it has none; export it again"
            raise PictureFormatError(msg)
        self._key, self._pages = file.key, pages
        return pages

    def ask(self, request: dict[str, Any], data: bytes, name: str) -> tuple[dict[str, Any], bytes]:
        """Return the answer and its bytes."""
        process = self._start(name)
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - pipes were asked for
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(PAGE_SECONDS, end)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.write(data)
            process.stdin.flush()
            line = process.stdout.readline()
            answer: dict[str, Any] = json.loads(line)
            pixels = process.stdout.read(answer["size"])
        except (OSError, ValueError) as error:
            self.close()
            why = f"it took more than {PAGE_SECONDS:g} s" if is_late.is_set() else "its process ended (memory, a fault)"
            msg = (
                f"{name}: expected a PDF that can be rendered, but {why}; print it to a new PDF, or save it as pictures"
            )
            raise PictureFormatError(msg) from error
        finally:
            timer.cancel()
        if "problem" in answer:
            raise _to_error(answer, name)
        return answer, pixels

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if importlib.util.find_spec("pypdfium2") is None:
            cure = "run: pip install 'inkdigits[documents]', or save its pages as PNG"
            msg = f"{name}: is a PDF, and reading it needs pypdfium2, not installed here; {cure}"
            raise PictureFormatError(msg)
        self.close()
        command = [sys.executable, "-P", str(_SCRIPT)]  # -P: this folder's modules are not the script's
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._owner = os.getpid()
        return self._process

    def close(self) -> None:
        """End the process, if it is ours."""
        process, self._process, self._key = self._process, None, ()
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        process.wait()


def _to_error(answer: dict[str, Any], name: str) -> PictureFormatError | PictureTooLargeError:
    if answer["kind"] == "locked":
        return PictureFormatError(f"{name}: expected a PDF that opens without a password; save it without one")
    if answer["kind"] == "large":
        msg = f"{name}: {answer['problem']}; scale the page down, or raise max_pixels in Python"
        return PictureTooLargeError(msg)
    msg = f"{name}: expected a whole PDF, but it is damaged ({answer['problem']}); print it to a new PDF"
    return PictureFormatError(msg)


_RENDERER = _Renderer()
atexit.register(_RENDERER.close)
