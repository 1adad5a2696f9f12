"""Sorts marks into lines from the top, and each line from the left."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.ruling import part_cells
from inkdigits.reading.detection.signs import settle_line
from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.results import Box
from inkdigits.spec import UInt8Array

__all__ = ["order_marks"]

_BESIDE = 2.0  # heights between digits beside each other: those in boxes stand so far apart


def order_marks(gray: UInt8Array, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the marks line by line, each line from the left; a sign belongs to the line that is nearest to it.

    Args:
        gray: uint8, shape (H, W), the picture in which they were found, which may have ruled lines.
        marks: In any order.
    """
    digits = [mark for mark in marks if mark.sign is None]
    signs = [mark for mark in marks if mark.sign is not None]
    lines = [[digits[place] for place in places] for places in group_lines([mark.box for mark in digits])]
    if not lines:
        lines = [[signs[place] for place in places] for places in group_lines([mark.box for mark in signs])]
        signs = []
    for sign in signs:
        min(lines, key=lambda line: min(_measure(sign.box, mark.box) for mark in line if mark.sign is None)).append(
            sign
        )
    sorted_lines = [settle_line(sorted(line, key=_find_middle)) for line in lines]
    ordered = [_find_company(part_cells(gray, line)) for line in sorted_lines]
    return tuple(replace(mark, line=place) for place, line in enumerate(ordered) for mark in line)


def _find_company(line: Sequence[Mark]) -> list[Mark]:
    """Return the marks of a line, each digit with the score of the surer one beside it."""
    digits = [place for place, mark in enumerate(line) if mark.sign is None]
    company = [0.0] * len(line)
    for left, right in itertools.pairwise(digits):
        gap = line[right].box.x_min - line[left].box.x_max
        for one, other in ((left, right), (right, left)):
            if gap < _BESIDE * line[one].box.height:
                company[one] = max(company[one], line[other].score)
    return [replace(mark, company=score) for mark, score in zip(line, company, strict=True)]


def _measure(sign: Box, digit: Box) -> float:
    """Return how far a sign is from a digit, in heights of the digit; rows count twice, since lines run across."""
    across = max(digit.x_min - sign.x_max, sign.x_min - digit.x_max, 0)
    down = max(digit.y_min - sign.y_max, sign.y_min - digit.y_max, 0)
    return (across + 2 * down) / digit.height


def _find_middle(mark: Mark) -> float:
    return mark.box.x_min + mark.box.x_max
