"""Cuts the strip of each line that holds digits, so that the line recognizer can be asked about it later."""

from collections.abc import Sequence

from inkdigits.models.strips import Strip, to_strip
from inkdigits.reading.detection.page import Mark
from inkdigits.results import Box
from inkdigits.spec import UInt8Array

__all__ = ["cut_strips"]


def cut_strips(gray: UInt8Array, marks: Sequence[Mark]) -> tuple[Strip | None, ...]:
    """Return the strip of each line, from line 0 on; None for a line without digits.

    Args:
        gray: uint8, shape (H, W), the picture that was searched.
        marks: Of the picture, each with its line.
    """
    lines: list[list[Box]] = [[] for _ in range(1 + max((mark.line for mark in marks), default=-1))]
    for mark in marks:
        if mark.sign is None and mark.line >= 0:
            lines[mark.line].append(mark.box)
    return tuple(_cut(gray, boxes) if boxes else None for boxes in lines)


def _cut(gray: UInt8Array, boxes: Sequence[Box]) -> Strip:
    box = Box.around(boxes)
    return to_strip(gray, (box.x_min, box.y_min, box.x_max, box.y_max))
