"""Defines boxes, digits, signs and lines: what a reading is made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from inkdigits.results.bands import Band, find_band
from inkdigits.results.numbers import DecimalSign, parse_number

__all__ = ["Alternative", "Box", "Digit", "DigitOutcome", "Line", "Reason", "Sign"]

DigitOutcome = Literal["digit", "unsure", "not_a_digit"]
Reason = Literal[
    "sign",  # a sign, such as a point, a minus or a currency
    "unlike a digit",  # a letter, a scribble, a texture
    "crossed out",  # a number that its writer took back by a stroke
    "faint",  # hardly any ink stands out from the paper
    "field mismatch",  # does not fit what was told of the field
    "printed",  # printed by a machine, where handwriting only was asked for
    "low confidence",  # a digit, but its label is not certain enough
]


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

    def scaled(self, size: tuple[int, int], to: tuple[int, int]) -> "Box":
        """Return the box in a larger copy of its picture.

        Args:
            size: Width and height of the picture that holds the box, pixels.
            to: Width and height of the copy, each as large or larger.

        >>> Box(1, 2, 4, 6).scaled((4, 7), (10, 14))
        Box(x_min=2, y_min=4, x_max=10, y_max=12)
        """
        (across, down), (width, height) = (new / old for new, old in zip(to, size, strict=True)), to
        return Box(
            min(math.floor(self.x_min * across), width - 1),
            min(math.floor(self.y_min * down), height - 1),
            min(math.ceil(self.x_max * across), width),
            min(math.ceil(self.y_max * down), height),
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
    """One mark, what the networks said about it, and what we decided.

    Attributes:
        box: Where it is in the picture as decoded (after EXIF rotation).
        line: Index into `Reading.lines`, 0 or more.
        label: The network's most probable label, 0 to 9, whatever the outcome.
        probabilities: The network's answer, 10 values from 0 to 1 that sum to 1.
        confidence: Calibrated probability, 0 to 1, that this digit is written there. A field that was told makes it the
            probability among the strings that may be.
        outcome: Our decision: "digit", "unsure" or "not_a_digit".
        digit_probability: Probability, 0 to 1, that the mark is a digit at all.
        reason: Why the outcome is not "digit", one of `Reason`; None when it is.
        printed: Probability, 0 to 1, that a machine printed it.
    """

    box: Box
    line: int
    label: int
    probabilities: tuple[float, ...] = field(repr=False)
    confidence: float
    outcome: DigitOutcome
    digit_probability: float = 1.0
    reason: Reason | None = None
    printed: float = 0.0

    @property
    def band(self) -> Band:
        """The band of its confidence: how many digits that are as sure should be right, at least."""
        return find_band(self.confidence)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another string that a line may say.

    Attributes:
        text: Its digits, "0" to "9".
        confidence: Probability, 0 to 1, that it is the right one.
    """

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign beside digits: what makes digits an amount, a date, a negative number.

    Attributes:
        box: Where it is in the picture as decoded.
        line: Index into `Reading.lines`, 0 or more.
        character: One of ". , - / : ( ) % + =" and "$ € £ ¥ ₹".
        after: Its place in the line: how many of the line's digits, unsure ones included, stand to its left; 0 or more.
        confidence: The detector's share, 0 to 1, for this character among all that the mark could be; not calibrated.
    """

    box: Box
    line: int
    character: str
    after: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of digits as a string.

    Attributes:
        box: Around its marks.
        text: Accepted digits from left to right, "?" for an unsure one; "" when none of its marks is a digit.
        words: `text` split at wide gaps and at ruled lines between cells; joined, they are `text`.
        confidence: Calibrated probability, 0 to 1, that these digits are written in the line and no others, unsure ones
            included; 1 without digits.
        alternatives: The next best strings, likeliest first.
        written: `text` with the line's signs where they stand, as "-12,345.50"; "" when the line has no digit.
    """

    box: Box
    text: str
    words: tuple[str, ...] = ()
    confidence: float = 1.0
    alternatives: tuple[Alternative, ...] = ()
    written: str = ""

    @property
    def band(self) -> Band | None:
        """The band of its confidence: how many lines as sure should be right, at least; None without digits."""
        return find_band(self.confidence) if self.text else None

    def number(self, decimal: DecimalSign | None = None) -> Decimal | None:
        """Return the number that the line says, as `numbers.parse_number` understands it.

        Args:
            decimal: The decimal sign, "." or ","; the other one then parts thousands. None tells it from the line
                alone.

        Returns:
            The number. None where a digit is unsure, and where the line holds several words or something else than a
            number, such as a date. None, too, where point and comma leave it open, as in "12,345".

        Raises:
            ValueError: `decimal` is another character.

        >>> line = Line(Box(0, 0, 9, 9), "12345", ("12345",), written="12,345")
        >>> line.number(), line.number(decimal=".")
        (None, Decimal('12345'))
        """
        number = parse_number(self.written or self.text, decimal)
        return None if len(self.words) > 1 else number
