"""Asks the line network to read lines, and cuts or joins their marks so that each is one digit.

If the line network finds several strings likely, a line has several hypotheses, each cut and joined for one of them.
The classifier decides between them (`hypotheses`).
"""

from collections.abc import Sequence

import numpy as np

from inkdigits.models.ctc import align
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import to_strip
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.shape import has_digit_shape
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.cutting import compose_line, split_marks
from inkdigits.reading.recognition.hypotheses import Hypothesis
from inkdigits.reading.recognition.string_search import guess_strings

__all__ = ["find_asked_lines", "recognize_lines"]

_WIDE = 0.8  # width over height: a narrower single mark is at most one digit
_LEAST_HEIGHT = 8  # pixels: smaller digits are illegible
_SOLID = 0.75  # share of ink in the box: a dash has more, touching digits have about half of this
_MOST_MARKS = 600  # of a picture; with more, it is a texture


def find_asked_lines(lines: Sequence[Sequence[Mark]], field: Field | None = None) -> list[int]:
    """Return the places of the lines that the line network has to read.

    These are the lines in which digits may touch or be broken. With a field, it is only the line with the most marks
    that could be digits.

    Args:
        lines: The marks of a page, line by line.
        field: What the page is known to hold; None if nothing is.
    """
    if field is not None:
        return _find_field_line(lines)
    if sum(map(len, lines)) > _MOST_MARKS:
        return []
    return [place for place, line in enumerate(lines) if _may_be_joined(line)]


def recognize_lines(
    lines: Sequence[Sequence[Mark]], network: LineRecognizer, field: Field | None = None
) -> list[tuple[Hypothesis, ...]]:
    """Return the ways to read some lines, their marks cut and joined to match the digits that the line network sees.

    Args:
        lines: The marks of each line from left to right, one or more.
        network: Reads a whole line at once.
        field: What the line is known to hold; None if nothing is.

    Returns:
        The hypotheses of each line, one or more, their marks from left to right. With a field, marks that are not part
        of its string have no labels.
    """
    composed = [compose_line(line) for line in lines]
    strips = [to_strip(ink) for ink, _ in composed]
    guessed = guess_strings(strips, network, field) if strips else []
    result = []
    for line, strip, (_, left), (steps, guesses) in zip(lines, strips, composed, guessed, strict=True):
        marks = [
            split_marks(line, strip, left, steps, align(steps, guess.labels) if guess.labels else [])
            for guess in guesses
        ]
        pairs = zip(marks, guesses, strict=True)
        result.append(tuple(Hypothesis(tuple(own), guess.labels, guess.log_probability) for own, guess in pairs))
    return result


def _may_be_joined(line: Sequence[Mark]) -> bool:
    """Return whether a line could hold touching or broken digits; neither one narrow mark nor a dash could."""
    tall = [mark for mark in line if mark.box.height >= _LEAST_HEIGHT and _find_fill(mark) < _SOLID]
    is_lone = len(line) == 1 and all(mark.box.width < _WIDE * mark.box.height for mark in line)
    return bool(tall) and not is_lone


def _find_fill(mark: Mark) -> float:
    """Return which share of a mark's box is ink."""
    return float(mark.crop.mean()) / 255 * mark.crop.size / mark.box.area


def _find_field_line(lines: Sequence[Sequence[Mark]]) -> list[int]:
    """Return the place of the line with the most marks that could be digits; an empty list without lines."""
    counts = [sum(has_digit_shape(mark.box, mark.line_height) for mark in line) for line in lines]
    return [int(np.argmax(counts))] if counts else []
