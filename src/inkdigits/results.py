"""Defines what a reading is made of: frozen, plain values with little behavior."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Alternative", "Box", "Digit", "DigitOutcome", "Line", "Reading", "ReadingOutcome", "Reason", "Separator"]

DigitOutcome = Literal["digit", "unsure", "not_a_digit"]
ReadingOutcome = Literal["digits", "blank"]
Reason = Literal[
    "sign",  # a sign, such as a minus or a currency
    "separator",  # a decimal point or comma between two digits
    "unlike a digit",  # a letter, a scribble, a texture
    "faint",  # hardly any ink stands out from the paper
    "field mismatch",  # does not fit what was told of the field
    "printed",  # printed by a machine, where handwriting only was asked for
    "low confidence",  # a digit, but its label is not certain enough
]
_DECIMALS = 6  # of the probabilities in `Reading.to_dict`; more would be noise


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
        confidence: Calibrated probability, 0 to 1, that `label` is right.
        outcome: Our decision: "digit", "unsure" or "not_a_digit".
        digit_probability: Probability, 0 to 1, that the mark is a digit at all.
        reason: Why the outcome is not "digit", one of `Reason`; None when it is.
        printed: Probability, 0 to 1, that a machine printed it.
    """

    box: Box
    line: int
    label: int
    probabilities: tuple[float, ...]
    confidence: float
    outcome: DigitOutcome
    digit_probability: float = 1.0
    reason: Reason | None = None
    printed: float = 0.0


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
class Line:
    """One line of digits as a string.

    Attributes:
        box: Around its marks.
        text: Accepted digits from left to right, "?" for an unsure one; "" when none of its marks is a digit.
        words: `text` split at wide gaps; joined, they are `text`.
        confidence: Probability, 0 to 1, that every digit's label is right, unsure ones included; 1 without digits.
        alternatives: The next best strings, likeliest first.
    """

    box: Box
    text: str
    words: tuple[str, ...] = ()
    confidence: float = 1.0
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Separator:
    """A decimal point or comma between digits.

    Attributes:
        box: Where it is in the picture as decoded.
        line: Index into `Reading.lines`, 0 or more.
        character: "." or ",".
        after: How many digits of the line, unsure ones included, stand to its left; 1 or more.
    """

    box: Box
    line: int
    character: str
    after: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer for one picture.

    Attributes:
        width: Columns of the picture as decoded.
        height: Rows of the picture as decoded.
        lines: The lines of marks, top to bottom.
        digits: All marks in reading order: line by line, left to right.
        model: Name and version of the bundle that read it.
        separators: Points and commas between digits, in reading order.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    digits: tuple[Digit, ...]
    model: str
    separators: tuple[Separator, ...] = ()

    @property
    def text(self) -> str:
        r"""Accepted digits in reading order, "?" for an unsure one, lines joined by "\n"; "" when blank."""
        return self.join()

    def join(self, *, separators: bool = False, words: bool = False) -> str:
        r"""Return the text with separators, word gaps, or both.

        Args:
            separators: Keep decimal points and commas.
            words: Put a space where a line has a wide gap.

        Returns:
            Lines joined by "\n"; "" when blank.
        """
        if separators or words:
            texts = [self._join_line(line, separators=separators, words=words) for line in range(len(self.lines))]
        else:
            texts = [line.text for line in self.lines]
        return "\n".join(filter(None, texts))

    def _join_line(self, line: int, *, separators: bool, words: bool) -> str:
        characters = list(self.lines[line].text)
        starts = set(itertools.accumulate(map(len, self.lines[line].words))) if words else set()
        marks = {mark.after: mark.character for mark in self.separators if separators and mark.line == line}
        parts = []
        for place, character in enumerate(characters):
            parts += [marks.get(place, ""), " " if place in starts else "", character]
        return "".join(parts)

    @property
    def outcome(self) -> ReadingOutcome:
        """The outcome: "digits", or "blank" for a picture in which nothing was read as a digit."""
        for digit in self.digits:  # any() costs three times as much for one digit, and there may be millions of frames
            if digit.outcome != "not_a_digit":
                return "digits"
        return "blank"

    def to_dict(self) -> dict[str, object]:
        """Return the reading as plain values that JSON can hold; probabilities have six decimals."""
        return {
            "text": self.text,
            "outcome": self.outcome,
            "width": self.width,
            "height": self.height,
            "lines": [_line_values(line) for line in self.lines],
            "digits": [_digit_values(digit) for digit in self.digits],
            "separators": [_separator_values(separator) for separator in self.separators],
            "model": self.model,
        }


def _corners(box: Box) -> list[int]:
    return [box.x_min, box.y_min, box.x_max, box.y_max]


def _digit_values(digit: Digit) -> dict[str, object]:
    return {
        "box": _corners(digit.box),
        "line": digit.line,
        "label": digit.label,
        "confidence": round(digit.confidence, _DECIMALS),
        "outcome": digit.outcome,
        "reason": digit.reason,
        "digit_probability": round(digit.digit_probability, _DECIMALS),
        "printed": round(digit.printed, _DECIMALS),
        "probabilities": [round(value, _DECIMALS) for value in digit.probabilities],
    }


def _line_values(line: Line) -> dict[str, object]:
    return {
        "box": _corners(line.box),
        "text": line.text,
        "words": list(line.words),
        "confidence": round(line.confidence, _DECIMALS),
        "alternatives": [
            {"text": other.text, "confidence": round(other.confidence, _DECIMALS)} for other in line.alternatives
        ],
    }


def _separator_values(separator: Separator) -> dict[str, object]:
    return {
        "box": _corners(separator.box),
        "line": separator.line,
        "character": separator.character,
        "after": separator.after,
    }
