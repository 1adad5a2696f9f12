"""A `Reading`, or why there is none, goes in; text, JSON, CSV rows or an annotated picture come out."""

import json
import math
from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.errors import InkdigitsError, OutputError
from inkdigits.imageops.quantiles import median
from inkdigits.results import Box, Digit, Line, Reading, Separator
from inkdigits.spec import UInt8Array

__all__ = [
    "CSV_COLUMNS",
    "encode_picture",
    "failure_to_csv_row",
    "failure_to_json",
    "to_csv_rows",
    "to_json",
    "to_picture",
    "to_text",
]

CSV_COLUMNS = ("picture", "line", "x_min", "y_min", "x_max", "y_max", "label", "confidence", "outcome", "error")
_EMPTY = ("",) * 7  # from line to confidence
_PROBABILITY_DIGITS = 6  # decimals in JSON and CSV: more would be noise
_MIN_SIDE = 240  # pixels; smaller pictures are enlarged so that captions can be read
_COLORS = {"digit": (60, 140, 0), "unsure": (0, 120, 230), "not_a_digit": (150, 150, 150)}  # BGR
_CAPTION_HEIGHT = 130  # pixels of a digit whose caption has OpenCV's own size
_MARGIN = (245, 245, 245)  # BGR: neither ink nor paper
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def to_text(reading: Reading, *, separators: bool = False, words: bool = False) -> str:
    r"""Return the digits as one line of output: "?" for an unsure one, lines of the picture joined by a space.

    Args:
        reading: What was read.
        separators: Keep decimal points and commas.
        words: Put a space where a line has a wide gap.
    """
    return reading.join(separators=separators, words=words).replace("\n", " ")


def to_json(reading: Reading, picture: str) -> str:
    """Return the reading as one line of JSON.

    Args:
        reading: What was read.
        picture: Name of the picture, put first.
    """
    values = {
        "picture": picture,
        "text": reading.text,
        "outcome": reading.outcome,
        "width": reading.width,
        "height": reading.height,
        "lines": [_line_values(line) for line in reading.lines],
        "digits": [_digit_values(digit) for digit in reading.digits],
        "separators": [_separator_values(separator) for separator in reading.separators],
        "model": reading.model,
    }
    return json.dumps(values)


def to_csv_rows(reading: Reading, picture: str) -> list[tuple[str | int | float, ...]]:
    """Return a row for each mark, in the order of `CSV_COLUMNS`; a blank picture has one row with empty cells."""
    if not reading.digits:
        return [(picture, *_EMPTY, reading.outcome, "")]
    return [
        (picture, d.line, *_corners(d.box), d.label, round(d.confidence, _PROBABILITY_DIGITS), d.outcome, "")
        for d in reading.digits
    ]


def failure_to_json(error: InkdigitsError, picture: str) -> str:
    """Return one line of JSON for a picture that was not read: its name, the error's class and its message."""
    return json.dumps({"picture": picture, "error": type(error).__name__, "message": _printable(error)})


def failure_to_csv_row(error: InkdigitsError, picture: str) -> tuple[str, ...]:
    """Return the row of a picture that was not read: class and message in the last column, all but the name empty."""
    return (picture, *_EMPTY, "", f"{type(error).__name__}: {_printable(error)}")


def to_picture(picture: UInt8Array, reading: Reading) -> UInt8Array:
    """Return the picture with a box around each mark, and above it its label and, where there is room, its confidence.

    Args:
        picture: uint8, shape (H, W) or (H, W, 3) in the order blue, green, red, as `decoding.decode` or
            `decoding.decode_color` returned it.
        reading: What was read from it.

    Returns:
        uint8, shape (H', W', 3), BGR; enlarged by a whole factor when the picture is small. Green boxes are digits,
        orange ones unsure, gray ones not digits.
    """
    # a thin picture is not blown up for the sake of its short side
    height, width = picture.shape[:2]
    factor = max(1, min(-(-_MIN_SIDE // min(height, width)), 4 * _MIN_SIDE // max(height, width)))
    canvas = cv2.resize(picture, (width * factor, height * factor), interpolation=cv2.INTER_NEAREST)
    if canvas.ndim == 2:
        canvas = cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR)
    tall = median([digit.box.height for digit in reading.digits]) if reading.digits else 0.0
    scale = min(max(0.4, tall * factor / _CAPTION_HEIGHT), 2.0)
    margin = int(40 * scale)  # room for the captions of marks at the top
    canvas = cv2.copyMakeBorder(canvas, margin, 4, 4, 4, cv2.BORDER_CONSTANT, value=_MARGIN)
    for digit, room in zip(reading.digits, _find_rooms(reading.digits), strict=True):
        _annotate(canvas, digit, room * factor, factor, (4, margin), scale)
    return np.asarray(canvas, dtype=np.uint8)


def encode_picture(picture: UInt8Array, suffix: str) -> bytes:
    """Return an annotated picture as a file's bytes.

    Args:
        picture: uint8, shape (H, W, 3), in the order blue, green, red, from `to_picture`.
        suffix: The file's ending, ".png" or another one that OpenCV can write.

    Raises:
        OutputError: The ending names no format that can be written.
    """
    try:
        is_encoded, data = cv2.imencode(suffix, picture)
    except cv2.error:
        is_encoded = False
    if not is_encoded:
        msg = f"expected the ending of a picture that can be written, such as .png, got {suffix!r}; change it"
        raise OutputError(msg)
    return data.tobytes()


def _find_rooms(digits: Sequence[Digit]) -> list[float]:
    """Return how far the caption of each mark may reach to the right: to the caption of the next one in its line."""
    starts: dict[int, int] = {}  # of each line, the left end of the caption that was met last, going from the right
    rooms = [math.inf] * len(digits)
    for place, digit in reversed(list(enumerate(digits))):
        if digit.outcome != "not_a_digit":
            rooms[place] = max(starts.get(digit.line, math.inf) - digit.box.x_min, 0)
            starts[digit.line] = digit.box.x_min
    return rooms


def _annotate(  # noqa: PLR0913, PLR0917 - one picture's numbers
    canvas: "cv2.typing.MatLike", digit: Digit, room: float, factor: int, origin: Sequence[int], scale: float
) -> None:
    color = _COLORS[digit.outcome]
    line = max(1, round(2 * scale))
    left, top = digit.box.x_min * factor + origin[0], digit.box.y_min * factor + origin[1]
    right, bottom = digit.box.x_max * factor + origin[0], digit.box.y_max * factor + origin[1]
    cv2.rectangle(canvas, (left - line, top - line), (right + line - 1, bottom + line - 1), color, line)
    if digit.outcome == "not_a_digit":
        return
    label = str(digit.label) if digit.outcome == "digit" else f"{digit.label}?"
    caption = f"{label} {100 * digit.confidence:.0f}%"
    (width, height), below = cv2.getTextSize(caption, _FONT, 1.1 * scale, line)
    if width > room:
        caption = label
        (width, height), below = cv2.getTextSize(caption, _FONT, 1.1 * scale, line)
    at = max(0, min(left - line, canvas.shape[1] - width)), max(height + 2, top - 2 * line - below // 2)
    cv2.rectangle(canvas, (at[0], at[1] - height - 2), (at[0] + width, at[1] + below // 2), (255, 255, 255), -1)
    cv2.putText(canvas, caption, at, _FONT, 1.1 * scale, color, line, cv2.LINE_AA)


def _printable(error: InkdigitsError) -> str:
    """Return the message; bytes of a file's name that are no text are replaced, as no stream takes them."""
    return str(error).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x_min, box.y_min, box.x_max, box.y_max


def _digit_values(digit: Digit) -> dict[str, object]:
    return {
        "box": _corners(digit.box),
        "line": digit.line,
        "label": digit.label,
        "confidence": round(digit.confidence, _PROBABILITY_DIGITS),
        "outcome": digit.outcome,
        "digit_share": round(digit.digit_share, _PROBABILITY_DIGITS),
        "probabilities": [round(share, _PROBABILITY_DIGITS) for share in digit.probabilities],
    }


def _line_values(line: Line) -> dict[str, object]:
    return {
        "box": _corners(line.box),
        "text": line.text,
        "words": line.words,
        "confidence": round(line.confidence, _PROBABILITY_DIGITS),
        "alternatives": [
            {"text": other.text, "confidence": round(other.confidence, _PROBABILITY_DIGITS)}
            for other in line.alternatives
        ],
    }


def _separator_values(separator: Separator) -> dict[str, object]:
    return {
        "box": _corners(separator.box),
        "line": separator.line,
        "character": separator.character,
        "after": separator.after,
    }
