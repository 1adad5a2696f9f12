"""How the time of each stage after the network grows with the marks of a page: 1,000, 10,000 and 30,000.

    .venv/bin/python benchmarks/many_marks.py

The marks are made, not seen: a page as full as the detector can see it, with a comma after every fifth digit. What the
networks take, which is so much a mark or a tile, is left out.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.models.metadata import parse_detector_info
from inkdigits.models.peaks import DetectedMark, join_marks
from inkdigits.reading.decision.building import make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.detection.detector import make_marks
from inkdigits.reading.detection.looks import merge_marks
from inkdigits.reading.detection.page import Page
from inkdigits.reading.detection.reading_order import order_marks
from inkdigits.reading.detection.tilt import find_tilt
from inkdigits.reading.output.text import to_lines
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.spec import CLASS_COUNT, MARK_LABELS, MODEL_FILE, UInt8Array

__all__ = ["SIZES", "Stages", "make_page", "measure_stages"]

SIZES = (1_000, 10_000, 30_000)
_STEP = (22, 30)  # columns and rows from one digit to the next
Stages = dict[str, float]


def make_page(count: int, rows: int | None = None) -> tuple[UInt8Array, list[DetectedMark]]:
    """Return a page of so many digits and signs, and what a detector sees in it: each mark twice, as two scales do.

    Args:
        count: Marks.
        rows: Lines; None makes a page that is about square.
    """
    generator = np.random.default_rng(0)
    lines = rows or max(1, round((count * _STEP[0] / _STEP[1]) ** 0.5))
    columns = -(-count // lines)
    gray = np.full((lines * _STEP[1] + 20, columns * _STEP[0] + 20), 255, dtype=np.uint8)
    marks = []
    for number in range(count):
        x, y = 20 + number % columns * _STEP[0], 20 + number // columns * _STEP[1]
        is_sign = number % 5 == 4
        width, height = (5.0, 7.0) if is_sign else (12.0, 20.0)
        y += 8 if is_sign else 0
        gray[int(y - height / 2) + 1 : int(y + height / 2), x - 2 : x + 2] = 0
        label = MARK_LABELS.index(",") if is_sign else int(generator.integers(CLASS_COUNT))
        heat = np.full(CLASS_COUNT, 0.01, dtype=np.float32)
        heat[label if label < CLASS_COUNT else 1] = 0.95
        for scale in (1.0, 2.0):
            off = generator.normal(0, 0.3, 2)
            score = float(generator.uniform(0.7, 1))
            marks.append(DetectedMark(label, score, x + off[0], y + off[1], width, height, heat, 0.1, 0.0, 0.0, scale))
    return gray, marks


def measure_stages(count: int, rows: int | None = None) -> Stages:
    """Return the processor seconds of each stage."""
    gray, seen = make_page(count, rows)
    seconds: Stages = {}

    def timed(name: str, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the stage returns
        start = time.process_time()
        result = run()
        seconds[name] = time.process_time() - start
        return result

    timed("join peaks", lambda: join_marks(seen))
    found = timed("merge looks", lambda: merge_marks(seen))
    timed("tilt", lambda: find_tilt([mark for mark in found if mark.label < CLASS_COUNT]))
    marks, _ = timed("cut ink", lambda: make_marks(gray, found))
    ordered = timed("reading order", lambda: order_marks(gray, marks))
    page = Page((gray.shape[1], gray.shape[0]), ordered)
    shares = np.array([mark.labels for mark in ordered], dtype=np.float32)
    likely = np.array([0.0 if mark.sign else 1.0 for mark in ordered], dtype=np.float32)
    frames = np.zeros((len(ordered), 28, 28, 1), dtype=np.uint8)
    joined = np.ones(len(ordered), dtype=np.bool_)
    evidence = Evidence((page,), (len(ordered),), ordered, frames, shares, likely, joined)
    info = parse_detector_info(DETECTOR_FOLDER / MODEL_FILE, (DETECTOR_FOLDER / MODEL_FILE).read_bytes())
    digits = timed("decide", lambda: decide(evidence, Policy(), info))
    (reading,) = timed("build", lambda: make_readings(evidence, digits, "none"))
    timed("text", lambda: (to_lines(reading, signs=True, words=True), reading.to_dict()))
    return seconds


def main() -> None:
    """Print a table of milliseconds a thousand marks."""
    results = [measure_stages(size) for size in SIZES]
    print(f"{'ms a thousand marks':22}" + "".join(f"{size:>10,}" for size in SIZES))
    for name in results[0]:
        cells = (f"{1e6 * result[name] / size:10.1f}" for size, result in zip(SIZES, results, strict=True))
        print(f"{name:22}" + "".join(cells))


if __name__ == "__main__":
    main()
