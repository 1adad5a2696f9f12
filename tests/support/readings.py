"""Readings as tests need them: some digits in lines, with made-up boxes and probabilities."""

from inkdigits.reading.decision.strings import make_line
from inkdigits.results import Box, Digit, DigitOutcome, Reading, Reason, Sign

__all__ = ["MIXED", "PROBABILITIES", "digit", "reading"]

PROBABILITIES = (0.9, 0.05, 0.05, *[0.0] * 7)


_REASONS: dict[DigitOutcome, Reason | None] = {
    "digit": None,
    "unsure": "low confidence",
    "not_a_digit": "unlike a digit",
}


def digit(label: int, outcome: DigitOutcome = "digit", line: int = 0, box: Box | None = None) -> Digit:
    where = box or Box(10 + 20 * label, 30, 22 + 20 * label, 60)
    return Digit(where, line, label, PROBABILITIES, 0.876543219, outcome, reason=_REASONS[outcome])


def reading(*digits: Digit, size: tuple[int, int] = (400, 300)) -> Reading:
    rows = [[mark for mark in digits if mark.line == line] for line in range(2)]
    lines = tuple(make_line(row) for row in rows if row)
    return Reading(*size, lines, digits, "tiny 1.2.3", (Sign(Box(1, 2, 3, 4), 0, ".", 1, 0.75),) if digits else ())


MIXED = reading(digit(3), digit(5, "unsure"), digit(7, "not_a_digit"), digit(1, line=1, box=Box(9, 90, 19, 120)))
