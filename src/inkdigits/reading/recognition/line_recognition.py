"""The marks of a picture go in; marks of one digit each come out, with what the line reader says of them.

Where the line reader is of two minds, a line has several candidates, each cut and joined for another string. Which one
it is, the network of single digits tells (`hypotheses`).
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from inkdigits.models.ctc import align
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import to_strip
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.shape import has_digit_shape
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.cutting import LineMark, compose_line, split_marks
from inkdigits.reading.recognition.hypotheses import Candidate
from inkdigits.reading.recognition.string_search import guess_strings

__all__ = ["pass_lines"]

_WIDE = 0.8  # width over height: a single mark that is narrower is one digit at most
_LEAST_HEIGHT = 8  # pixels: nobody could tell lower digits apart
_SOLID = 0.75  # share of ink in its box: a dash has more, digits that touch have half of it
_MOST_MARKS = 600  # of a picture; more are a texture


def pass_lines(
    marks: Sequence[Mark], load_reader: Callable[[], LineRecognizer], field: Field | None = None
) -> list[tuple[Candidate, ...]]:
    """Let the line reader look at the lines where digits may touch or be broken, and cut and join marks as it says.

    Args:
        marks: Of a picture, in reading order.
        load_reader: Gives the line reader; called only when a line needs it.
        field: What the picture is known to hold, in the line with most marks that could be digits; None if nothing is.

    Returns:
        Of each line the candidates, one or more, their marks from left to right. With a field, the marks that are no
        part of its string have no labels.
    """
    lines = [list(line) for _, line in itertools.groupby(marks, key=lambda mark: mark.line)]
    if field is not None:
        asked = _find_field_line(lines)
    elif len(marks) > _MOST_MARKS:
        asked = []
    else:
        asked = [place for place, line in enumerate(lines) if _may_be_joined(line)]
    composed = [compose_line(lines[place]) for place in asked]
    strips = [to_strip(ink) for ink, _ in composed]
    guessed = guess_strings(strips, load_reader(), field) if strips else []
    answers = dict(zip(asked, zip(strips, composed, guessed, strict=True), strict=True))
    result: list[tuple[Candidate, ...]] = []
    for place, line in enumerate(lines):
        if place not in answers:
            result.append((Candidate(tuple(map(LineMark, line))),))
            continue
        strip, (_, left), (steps, guesses) = answers[place]
        result.append(
            tuple(
                Candidate(
                    tuple(split_marks(line, strip, left, steps, align(steps, guess.labels) if guess.labels else [])),
                    guess.labels,
                    guess.log_probability,
                )
                for guess in guesses
            )
        )
    return result


def _may_be_joined(line: Sequence[Mark]) -> bool:
    """Tell whether a line could hold digits that touch or are broken; one narrow mark could not, nor a dash."""
    tall = [mark for mark in line if mark.box.height >= _LEAST_HEIGHT and _find_fill(mark) < _SOLID]
    is_lone = len(line) == 1 and all(mark.box.width < _WIDE * mark.box.height for mark in line)
    return bool(tall) and not is_lone


def _find_fill(mark: Mark) -> float:
    """Return which share of a mark's box is ink."""
    return float(mark.crop.mean()) / 255 * mark.crop.size / mark.box.area


def _find_field_line(lines: Sequence[Sequence[Mark]]) -> list[int]:
    """Return the place of the line with most marks that could be digits; none of no lines."""
    counts = [sum(has_digit_shape(mark.box, mark.line_height) for mark in line) for line in lines]
    return [int(np.argmax(counts))] if counts else []
