"""Defines the answer for one picture."""

from dataclasses import dataclass
from typing import Literal

from inkdigits.results.display import draw_page, show_picture
from inkdigits.results.marks import Digit, Line, Sign
from inkdigits.results.values import digit_values, line_values, sign_values

__all__ = ["Reading", "ReadingOutcome"]

ReadingOutcome = Literal["digits", "blank"]
_MOST_SHOWN = 60  # characters of the text in `repr`


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """The answer for one picture. `str` gives its text, and a notebook shows its boxes.

    Attributes:
        width: Columns of the picture as decoded.
        height: Rows of the picture as decoded.
        lines: The lines of marks, top to bottom.
        digits: All marks in reading order: line by line, left to right.
        model: Name and version of the bundle that read it.
        signs: The signs beside digits, in reading order.
        notes: What to know of how it was read, in sentences: what was left out, and why; nothing of most pictures.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    digits: tuple[Digit, ...]
    model: str
    signs: tuple[Sign, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        r"""Accepted digits in reading order, "?" for an unsure one, lines joined by "\n"; "" when blank."""
        return self.join()

    def join(self, *, signs: bool = False, words: bool = False) -> str:
        r"""Return the text with signs, word gaps, or both.

        Args:
            signs: Keep the signs, as in "-12,345.50".
            words: Put a space between the words of a line.

        Returns:
            Lines joined by "\n"; "" when blank.
        """
        return "\n".join(filter(None, (_join_line(line, signs=signs, words=words) for line in self.lines)))

    @property
    def outcome(self) -> ReadingOutcome:
        """The outcome: "digits", or "blank" for a picture in which nothing was read as a digit."""
        for digit in self.digits:  # any() costs three times as much for one digit, and there may be millions of frames
            if digit.outcome != "not_a_digit":
                return "digits"
        return "blank"

    def to_dict(self) -> dict[str, object]:
        """Return the reading as plain values that JSON can hold; probabilities have six decimals.

        `inkdigits/results/reading.schema.json` describes them.
        """
        return {
            "text": self.text,
            "outcome": self.outcome,
            "width": self.width,
            "height": self.height,
            "lines": [line_values(line) for line in self.lines],
            "digits": [digit_values(digit) for digit in self.digits],
            "signs": [sign_values(sign) for sign in self.signs],
            "notes": list(self.notes),
            "model": self.model,
        }

    def show(self, picture: object = None) -> None:
        """Show the digits and signs in their boxes, with Matplotlib: in a window, or in a notebook.

        Args:
            picture: What was read, as an array of shape (H, W), (H, W, 3) or (H, W, 4) or a Pillow picture, upright.
                None shows the boxes on white.

        Raises:
            MissingExtraError: Matplotlib is not installed.
            PictureArrayError: The picture has another size than the one that was read.
        """
        show_picture((self.width, self.height), self.digits, self.signs, self.join(signs=True, words=True), picture)

    def _repr_html_(self) -> str:
        """Return the boxes as a drawing, for notebooks; it needs no other package."""
        return draw_page((self.width, self.height), self.digits, self.signs, self.join(signs=True, words=True))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        """Return a short line: the text and how much was found, without the marks."""
        text = self.text if len(self.text) <= _MOST_SHOWN else f"{self.text[:_MOST_SHOWN]}..."
        counts = [(len(self.lines), "line"), (len(self.digits) - len(self.signs), "mark"), (len(self.signs), "sign")]
        told = ", ".join(f"{count} {noun}" + "s" * (count != 1) for count, noun in counts if count or noun == "mark")
        return f"<Reading {text!r} of a picture of {self.width} x {self.height}: {told}>"


def _join_line(line: Line, *, signs: bool, words: bool) -> str:
    if signs and line.written:
        return line.written if words else line.written.replace(" ", "")
    return " ".join(line.words) if words and line.words else line.text
