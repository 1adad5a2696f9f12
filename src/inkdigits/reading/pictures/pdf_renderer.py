"""Renders PDF pages for another process, which asks by standard input and may end this one at any time.

PDFium is not safe between threads, and a PDF can be made to take hours or all memory, or to end its process. So it
runs here, apart: `pdf` starts this file as a script, which imports nothing of the package. A request is a line of
JSON, then the bytes that it announces; so is an answer.
"""

import json
import math
import os
import sys
import threading
import time
from typing import IO, Any

__all__ = ["find_resolution", "main"]

MOST_MEMORY = 3 << 30  # bytes of this process; a page of 64 million pixels in color takes 200 million
POINTS = 72.0  # a PDF's units to an inch
USUAL_DPI = 200.0  # of pages that are no scans: printed digits of 8 points are 20 pixels high then
MOST_DPI = 1200.0  # the finest that office scanners give; a small picture drawn very small would ask for more
LEAST_SCAN_DPI = 72.0  # of scanners; a coarser picture on a page is a drawing or a background, and no scan
SCAN_SHARE = 0.5  # of a page's area that pictures cover when the page is a scan
LOOK_S = 1.0  # between looks whether the process that asks is still there
MOST_PICTURES = 1000  # of a page that are asked for their resolution


class _Refused(Exception):  # noqa: N818 - not an error of this process: an answer
    """Carries why a document or page is not rendered: a word for the kind, and a sentence."""

    def __init__(self, *, kind: str, problem: str = "") -> None:
        super().__init__(kind, problem)
        self.answer = {"kind": kind, "problem": problem}


def main() -> None:
    """Answer requests until standard input ends."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _limit_memory()
    import pypdfium2  # noqa: PLC0415 - after the limit

    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    document: Any = None
    while line := requests.readline():
        request = json.loads(line)
        pixels = b""
        try:
            if "size" in request:
                document = _open(pypdfium2, requests.read(request["size"]), document)
                answer: dict[str, Any] = {"pages": len(document)}
            else:
                answer, pixels = _render(document, request)
        except _Refused as error:
            answer = error.answer
        except Exception as error:  # noqa: BLE001 - whatever PDFium meets is an answer, too
            answer = {"kind": "damaged", "problem": f"{type(error).__name__}: {error}"}
        _answer(answers, answer, pixels)


def _end_with(parent: int) -> None:
    """End this process in the middle of a page when the one that asks was ended; its input's end would be read late."""
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)


def _limit_memory() -> None:
    """Let the system refuse memory beyond the limit, where it can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, ValueError, OSError):
        return


def _answer(answers: IO[bytes], answer: dict[str, Any], pixels: bytes) -> None:
    answers.write(json.dumps({**answer, "size": len(pixels)}).encode() + b"\n")
    answers.write(pixels)
    answers.flush()


def _open(pdfium: Any, data: bytes, before: Any) -> Any:  # noqa: ANN401 - pypdfium2 publishes no types
    if before is not None:
        before.close()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise _Refused(kind="locked") from error
        raise
    document.init_forms()  # or what was typed into the fields of a form would not be drawn
    return document


def _render(document: Any, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:  # noqa: ANN401
    page = document[request["page"]]
    try:
        width, height = page.get_size()
        most = request["most"]
        dpi = min(find_resolution(page, width, height), _fit(width, height, most))
        if dpi < request["least_dpi"]:
            size = f"{width / POINTS:.0f} x {height / POINTS:.0f} inches"
            msg = f"{size} have more than {most:,} pixels at {request['least_dpi']} dots per inch"
            raise _Refused(kind="large", problem=msg)
        # PDFium rounds sides up: 1,240.0001 pixels of a scan of 1,240 must not become 1,241
        bitmap = page.render(
            scale=(1 - 1e-5) * dpi / POINTS, grayscale=request["is_gray"], rev_byteorder=False, prefer_bgrx=False
        )
        try:
            values = {"width": bitmap.width, "height": bitmap.height, "stride": bitmap.stride, "dpi": dpi}
            return {**values, "channels": bitmap.n_channels}, bytes(bitmap.buffer)
        finally:
            bitmap.close()
    finally:
        page.close()


def _fit(width: float, height: float, most: int) -> float:
    """Return the resolution at which a page has the most pixels that are allowed, a row and a column to spare."""
    area = max(width, 1e-3) * max(height, 1e-3) / POINTS**2
    sides = (width + height) / POINTS
    return (math.sqrt(sides * sides + 4 * area * max(0, most - 1)) - sides) / (2 * area)


def find_resolution(page: Any, width: float, height: float) -> float:  # noqa: ANN401
    """Return the resolution of a page's scan in dots per inch; the usual one when the page is no scan."""
    covered, largest = 0.0, (0.0, USUAL_DPI)
    for number, picture in enumerate(page.get_objects(filter=[3], max_depth=4)):  # 3: FPDF_PAGEOBJ_IMAGE
        if number == MOST_PICTURES:
            break
        a, b, c, d, *_ = picture.get_matrix().get()
        across, down = math.hypot(a, b), math.hypot(c, d)
        if across < 1 or down < 1:
            continue
        columns, rows = picture.get_px_size()
        covered += across * down
        largest = max(largest, (across * down, max(columns / across, rows / down) * POINTS))
    is_scan = covered >= SCAN_SHARE * width * height and largest[1] >= LEAST_SCAN_DPI
    return min(largest[1], MOST_DPI) if is_scan else USUAL_DPI


if __name__ == "__main__":
    main()
