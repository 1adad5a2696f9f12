"""Draws a reading over its picture, and encodes pictures as files."""

import math
from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.errors import OutputError
from inkdigits.imageops.quantiles import median
from inkdigits.results import Digit, Reading
from inkdigits.spec import UInt8Array

__all__ = ["encode_picture", "to_picture"]

_MIN_SIDE = 240  # pixels; smaller pictures are enlarged so that captions can be read
_COLORS = {"digit": (60, 140, 0), "unsure": (0, 120, 230), "not_a_digit": (150, 150, 150)}  # BGR
_CAPTION_HEIGHT = 130  # pixels, height of a digit whose caption has OpenCV's own size
_MARGIN = (245, 245, 245)  # BGR: neither ink nor paper
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_MOST_SHOWN = 99  # percent, rounded down as on the page: nothing is called 100 %


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
    # a thin picture is not enlarged just because its short side is small
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
    """Return how far the caption of each mark may extend to the right: up to the next caption in its line."""
    starts: dict[int, int] = {}  # left end of the last caption met in each line, going from the right
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
    caption = f"{label} {min(int(100 * digit.confidence), _MOST_SHOWN)}%"
    (width, height), below = cv2.getTextSize(caption, _FONT, 1.1 * scale, line)
    if width > room:
        caption = label
        (width, height), below = cv2.getTextSize(caption, _FONT, 1.1 * scale, line)
    at = max(0, min(left - line, canvas.shape[1] - width)), max(height + 2, top - 2 * line - below // 2)
    cv2.rectangle(canvas, (at[0], at[1] - height - 2), (at[0] + width, at[1] + below // 2), (255, 255, 255), -1)
    cv2.putText(canvas, caption, at, _FONT, 1.1 * scale, color, line, cv2.LINE_AA)
