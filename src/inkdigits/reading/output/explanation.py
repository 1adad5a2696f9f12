"""Explains a reading: a picture of each stage, and the suspected faults."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.reading.detection.page import Stage
from inkdigits.reading.output.drawing import to_picture
from inkdigits.reading.output.faults import find_faults
from inkdigits.reading.trace import Trace
from inkdigits.results import Box, Digit, Line, Reading, Reason
from inkdigits.spec import FRAME_SIDE, STRIP_HEIGHT, UInt8Array

__all__ = ["Dropped", "Explanation", "Stage", "explain_trace"]

_MAX_SIDE = 1200  # pixels, long side of a stage's picture
_MAX_FRAMES = 60  # frames that are shown
_MAX_STRIPS = 20  # strips that are shown
_STRIP_SCALE, _STRIP_TEXT = 3, 20  # times as large; pixels below for the text
_COLUMNS = 10  # frames per row
_FRAME_SCALE = 3
_BAR = 90  # pixels, length of a bar for the probability 1
_SHOWN = 3  # labels for each frame
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_TEXT = (40, 40, 40)  # BGR
_DROPPED = (190, 120, 170)
_LINE = (200, 150, 40)
_COLORS = {"digit": (60, 140, 0), "unsure": (0, 120, 230), "not_a_digit": (150, 150, 150)}


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that detection looked at and left out.

    Attributes:
        box: Where it is in the picture as decoded.
        reason: Why it is not a digit.
    """

    box: Box
    reason: Reason


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a picture was read as it was.

    Attributes:
        reading: The answer, as `DigitReader.read` gives it.
        stages: Pictures in the order of the stages: "input", what the detector saw in each copy that it looked at,
            "strips", "boxes and lines", "frames" and "labels"; the strips are missing when no line was found, the last
            two when no mark was.
        faults: What probably spoiled a doubtful answer, and what helps; none when all answers are sure.
        dropped: What detection left out.
    """

    reading: Reading
    stages: tuple[Stage, ...]
    faults: tuple[str, ...]
    dropped: tuple[Dropped, ...] = ()


def explain_trace(trace: Trace) -> Explanation:
    """Return the explanation of a reading.

    Args:
        trace: From `DigitReader.trace`.
    """
    stages = [Stage("input", trace.gray), *trace.page.stages]
    stages = [Stage(stage.name, _to_color(_shrink(stage.picture))) for stage in stages]
    if any(strip is not None for strip in trace.page.strips):
        stages.append(Stage("strips", _draw_strips(trace)))
    stages.append(Stage("boxes and lines", _draw_boxes(trace)))
    if trace.marks:
        stages += [Stage("frames", _draw_frames(trace)), Stage("labels", _draw_labels(trace))]
    dropped = tuple(
        Dropped(trace.page.place(mark.box), mark.reason) for mark in trace.page.dropped if mark.reason is not None
    )
    return Explanation(trace.reading, tuple(stages), find_faults(trace), dropped)


def _shrink(picture: UInt8Array) -> UInt8Array:
    scale = _MAX_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _to_color(picture: UInt8Array) -> UInt8Array:
    return picture if picture.ndim == 3 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def _draw_boxes(trace: Trace) -> UInt8Array:
    """Return the picture with its lines, its marks with label and confidence, and what was dropped."""
    picture = _to_color(trace.gray)
    thickness = max(1, max(picture.shape) // 600)
    for mark in trace.page.dropped:
        box = trace.page.place(mark.box)
        cv2.rectangle(picture, (box.x_min, box.y_min), (box.x_max - 1, box.y_max - 1), _DROPPED, thickness)
        if mark.reason is not None:
            cv2.putText(picture, mark.reason, (box.x_min, box.y_max + 11), _FONT, 0.35, _DROPPED, 1, cv2.LINE_AA)
    for line in trace.reading.lines:
        _outline(picture, line, 4 * thickness, thickness)
    return _shrink(to_picture(picture, trace.reading))


def _outline(picture: UInt8Array, line: Line, margin: int, thickness: int) -> None:
    start = (max(line.box.x_min - margin, 0), max(line.box.y_min - margin, 0))
    cv2.rectangle(picture, start, (line.box.x_max + margin, line.box.y_max + margin), _LINE, thickness)


def _draw_strips(trace: Trace) -> UInt8Array:
    """Return the strip of each line as the line recognizer saw it, with what it reads there by itself."""
    pairs = list(zip(trace.page.strips, trace.strings, strict=True))[:_MAX_STRIPS]
    rows = [(strip.picture, string) for strip, string in pairs if strip is not None]
    tall = STRIP_HEIGHT * _STRIP_SCALE + _STRIP_TEXT
    wide = max(picture.shape[1] for picture, _ in rows) * _STRIP_SCALE
    canvas = np.full((tall * len(rows), wide, 3), 255, dtype=np.uint8)
    for place, (picture, string) in enumerate(rows):
        large = np.repeat(np.repeat(picture, _STRIP_SCALE, axis=0), _STRIP_SCALE, axis=1)
        top = place * tall
        canvas[top : top + large.shape[0], : large.shape[1]] = large[..., np.newaxis]
        told = f"line recognizer {string or 'nothing'}"
        cv2.putText(canvas, told, (4, top + tall - 6), _FONT, 0.42, _TEXT, 1, cv2.LINE_AA)
    return _shrink(canvas)


def _draw_frames(trace: Trace) -> UInt8Array:
    """Return the frames as the networks saw them, ink white as in MNIST, ten in a row."""
    frames = trace.frames[:_MAX_FRAMES, :, :, 0]
    side = FRAME_SIDE * _FRAME_SCALE
    rows = -(-len(frames) // _COLUMNS)
    canvas = np.full((rows * (side + 6), min(len(frames), _COLUMNS) * (side + 6)), 90, dtype=np.uint8)
    for place, frame in enumerate(frames):
        top, left = (place // _COLUMNS) * (side + 6) + 3, (place % _COLUMNS) * (side + 6) + 3
        large = cv2.resize(frame, (side, side), interpolation=cv2.INTER_NEAREST)
        canvas[top : top + side, left : left + side] = large
    return _to_color(canvas)


def _draw_labels(trace: Trace) -> UInt8Array:
    """Return each frame with its three likeliest labels, bars for their probabilities, and what each network says."""
    digits = trace.reading.digits[:_MAX_FRAMES]
    said = [
        (int(mark.labels.argmax()), int(row.argmax())) for mark, row in zip(trace.marks, trace.classified, strict=True)
    ]
    cells = [_draw_label(*one) for one in zip(trace.frames[..., 0], digits, said, strict=False)]
    columns = min(len(cells), 4)
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % columns)
    rows = [np.hstack(cells[start : start + columns]) for start in range(0, len(cells), columns)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def _draw_label(frame: UInt8Array, digit: Digit, said: tuple[int, int]) -> UInt8Array:
    """Return the cell of one mark; `said` is what the detector and the classifier read, each by itself."""
    side = FRAME_SIDE * _FRAME_SCALE
    cell = np.full((side + 34, side + _BAR + 90, 3), 255, dtype=np.uint8)
    large = cv2.resize(frame, (side, side), interpolation=cv2.INTER_NEAREST)
    cell[6 : 6 + side, 6 : 6 + side] = _to_color(np.asarray(large, dtype=np.uint8))
    for row, label in enumerate(_likeliest(digit.probabilities)):
        share = digit.probabilities[label]
        top, left = 10 + row * (side // _SHOWN), side + 16
        color = _COLORS[digit.outcome] if row == 0 else (190, 190, 190)
        cv2.putText(cell, str(label), (left, top + 14), _FONT, 0.5, _TEXT, 1, cv2.LINE_AA)
        cv2.rectangle(cell, (left + 16, top + 3), (left + 16 + max(1, round(share * _BAR)), top + 14), color, -1)
        cv2.putText(cell, f"{100 * share:.0f}%", (left + 20 + _BAR, top + 14), _FONT, 0.4, _TEXT, 1, cv2.LINE_AA)
    color = _TEXT if said[0] == said[1] else _COLORS["unsure"]
    told = f"detector {said[0]}, classifier {said[1]}"
    cv2.putText(cell, told, (6, side + 22), _FONT, 0.42, color, 1, cv2.LINE_AA)
    return cell


def _likeliest(probabilities: Sequence[float]) -> list[int]:
    return sorted(range(len(probabilities)), key=lambda label: -probabilities[label])[:_SHOWN]
