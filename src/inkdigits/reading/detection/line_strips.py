"""Cuts the strip of each line that holds digits, and digits out of a strip, for the line recognizer."""

from collections.abc import Sequence
from dataclasses import replace

from inkdigits.models.strips import DIGIT_ROWS, Strip, to_strip
from inkdigits.reading.detection.ink_crops import cut_ink
from inkdigits.reading.detection.page import Mark
from inkdigits.results import Box
from inkdigits.spec import UInt8Array

__all__ = ["cut_heard", "cut_strips"]

_WIDE = 0.5  # of a digit's height: its usual width


def cut_strips(gray: UInt8Array, marks: Sequence[Mark]) -> tuple[Strip | None, ...]:
    """Return the strip of each line, from line 0 on; None for a line without digits.

    Args:
        gray: uint8, shape (H, W), the picture that was searched.
        marks: Of the picture, each with its line.
    """
    lines: list[list[Box]] = [[] for _ in range(1 + max((mark.line for mark in marks), default=-1))]
    for mark in marks:
        if mark.sign is None and mark.reason is None and mark.line >= 0:
            lines[mark.line].append(mark.box)
    return tuple(_cut(gray, boxes) if boxes else None for boxes in lines)


def _cut(gray: UInt8Array, boxes: Sequence[Box]) -> Strip:
    box = Box.around(boxes)
    return to_strip(gray, (box.x_min, box.y_min, box.x_max, box.y_max))


def cut_heard(strip: Strip, column: float, mark: Mark, size: tuple[int, int]) -> Mark | None:
    """Return a mark that the line recognizer alone has found, with its box and ink; None where no ink stands out.

    Args:
        strip: Of its line.
        column: Of the strip, at the middle of the digit.
        mark: All else that is known of it.
        size: Width and height of the picture, pixels.
    """
    top, bottom = DIGIT_ROWS
    half = _WIDE * (bottom - top) / 2
    crop = cut_ink(strip.picture, (column - half, top, column + half, bottom))
    if crop is None:
        return None
    left, right = (round(strip.to_line(side)) for side in (column - half, column + half))
    upper, lower = (round(strip.to_row(row)) for row in (top, bottom))
    x_min, y_min = min(max(left, 0), size[0] - 1), min(max(upper, 0), size[1] - 1)
    box = Box(x_min, y_min, min(max(right, x_min + 1), size[0]), min(max(lower, y_min + 1), size[1]))
    return replace(mark, box=box, crop=crop.ink, contrast=crop.contrast)
