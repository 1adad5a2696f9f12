"""What a reading is made of: frozen, plain values without behavior beyond a few derived ones."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Box", "Digit", "DigitOutcome", "Reading", "ReadingOutcome"]

DigitOutcome = Literal["digit", "unsure", "not_a_digit"]
ReadingOutcome = Literal["digits", "blank"]


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in integer pixels, half-open: `x_max` and `y_max` lie just outside.

    Args:
        x_min: Left column, 0 or more.
        y_min: Top row, 0 or more.
        x_max: Column after the last one, greater than `x_min`.
        y_max: Row after the last one, greater than `y_min`.

    Raises:
        ValueError: The box is empty or starts left of or above the picture.

    >>> Box(2, 3, 12, 23).height
    20
    """

    x_min: int
    y_min: int
    x_max: int
    y_max: int

    def __post_init__(self) -> None:
        """Refuse a box without area."""
        if not (0 <= self.x_min < self.x_max and 0 <= self.y_min < self.y_max):
            corners = (self.x_min, self.y_min, self.x_max, self.y_max)
            msg = f"expected 0 <= x_min < x_max and 0 <= y_min < y_max, got {corners}"
            raise ValueError(msg)

    @property
    def width(self) -> int:
        """Columns in the box, 1 or more."""
        return self.x_max - self.x_min

    @property
    def height(self) -> int:
        """Rows in the box, 1 or more."""
        return self.y_max - self.y_min

    @property
    def area(self) -> int:
        """Pixels in the box, 1 or more."""
        return self.width * self.height

    def scaled(self, scale: float, width: int, height: int) -> "Box":
        """Return the box in a picture `scale` (1 or more) times as large, no larger than `width` x `height`.

        >>> Box(1, 2, 4, 6).scaled(2.5, 100, 14)
        Box(x_min=2, y_min=5, x_max=10, y_max=14)
        """
        return Box(
            math.floor(self.x_min * scale),
            math.floor(self.y_min * scale),
            min(math.ceil(self.x_max * scale), width),
            min(math.ceil(self.y_max * scale), height),
        )

    @classmethod
    def around(cls, boxes: "Sequence[Box]") -> "Box":
        """Return the smallest box that holds all `boxes` (at least one)."""
        return cls(
            min(box.x_min for box in boxes),
            min(box.y_min for box in boxes),
            max(box.x_max for box in boxes),
            max(box.y_max for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class Digit:
    """One mark that was found, what the network said of it, and what we decided.

    Attributes:
        box: Where it is in the picture as decoded (after EXIF rotation).
        line: Index into `Reading.lines`, 0 or more.
        label: The network's most probable label, 0 to 9, whatever the outcome.
        probabilities: The network's answer, 10 values from 0 to 1 that sum to 1.
        confidence: Calibrated probability, 0 to 1, that `label` is right.
        outcome: Our decision: "digit", "unsure" or "not_a_digit".
        digit_share: The rejector's probability, 0 to 1, that the mark is a digit at all, whichever.
    """

    box: Box
    line: int
    label: int
    probabilities: tuple[float, ...]
    confidence: float
    outcome: DigitOutcome
    digit_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer for one picture.

    Attributes:
        width: Columns of the picture as decoded.
        height: Rows of the picture as decoded.
        lines: A box around each line of marks, top to bottom.
        digits: All marks in reading order: line by line, left to right.
        model: Name and version of the bundle that read it.
    """

    width: int
    height: int
    lines: tuple[Box, ...]
    digits: tuple[Digit, ...]
    model: str

    @property
    def text(self) -> str:
        r"""Accepted digits in reading order, "?" for an unsure one, lines joined by "\n"; "" when blank."""
        rows = itertools.groupby(self.digits, key=lambda digit: digit.line)
        texts = ("".join(_character(digit) for digit in row) for _, row in rows)
        return "\n".join(text for text in texts if text)

    @property
    def outcome(self) -> ReadingOutcome:
        """Tell "digits", or "blank" for a picture in which nothing was taken for a digit."""
        return "digits" if any(digit.outcome != "not_a_digit" for digit in self.digits) else "blank"


def _character(digit: Digit) -> str:
    return {"digit": str(digit.label), "unsure": "?", "not_a_digit": ""}[digit.outcome]
