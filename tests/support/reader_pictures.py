"""Makes the pictures on which the browser's reader and the Python reader must agree; one index has one picture."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from compositions import NEIGHBORS, STYLES, compose
from exposures import EXPOSURES
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from photos import draw_page
from sign_forms import KINDS as NUMBERS
from sign_forms import write_number
from stroke_forms import draw_digit
from support.drawing import blank
from support.page_hand import Point, scribble, write_letter
from support.page_hand import write_number as write_by_hand

__all__ = ["COUNT", "GoldenPicture", "make_pictures"]

COUNT = 200
_SEED = 29
_INK_WIDTH = 10  # pixels, as the page's pen of medium width


@dataclass(frozen=True)
class GoldenPicture:
    """A picture as a file.

    Attributes:
        name: What it shows and its index.
        encoded: A PNG, or a JPEG in gray.
        is_single: Whether it is read as a picture of exactly one digit.
    """

    name: str
    encoded: bytes
    is_single: bool = False


def make_pictures(count: int = COUNT) -> list[GoldenPicture]:
    """Return the first `count` of the 200 pictures: all kinds take turns."""
    makers = itertools.cycle(_MAKERS.items())
    turns: dict[str, Iterator[int]] = {kind: itertools.count() for kind in _MAKERS}
    digits = load_mnist().test
    pictures = []
    for kind, make in itertools.islice(makers, count):
        index = next(turns[kind])
        generator = np.random.default_rng([_SEED, list(_MAKERS).index(kind), index])
        is_single = kind in _SINGLE or (kind == "enlarged frame" and index % 2 == 1)
        suffix = ".jpg" if kind == "photo" else ".png"
        encoded = cv2.imencode(suffix, make(digits, generator, index))[1].tobytes()
        pictures.append(GoldenPicture(f"{kind} {index}", encoded, is_single))
    return pictures


def _draw_with_mouse(strokes: list[list[Point]], size: tuple[int, int] = (420, 720)) -> UInt8Array:
    """Return strokes in black on white, as the page paints them."""
    picture = blank(*size)
    for stroke in strokes:
        points = np.array(stroke).round().astype(np.int32)
        cv2.polylines(picture, [points], isClosed=False, color=(0,), thickness=_INK_WIDTH, lineType=cv2.LINE_AA)
    return picture


def _draw_number(_: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    text = "".join(map(str, generator.integers(0, 10, 1 + index % 5)))
    height = float(generator.uniform(60, 130))
    return _draw_with_mouse(write_by_hand(text, (60, 140), height))


def _draw_two_lines(_: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    upper, lower = ("".join(map(str, generator.integers(0, 10, 2 + index % 3))) for _ in range(2))
    return _draw_with_mouse([*write_by_hand(upper, (60, 60), 110), *write_by_hand(lower, (70, 240), 110)])


def _draw_digit(_: LabeledFrames, __: np.random.Generator, index: int) -> UInt8Array:
    return draw_digit(3000 + 7 * index).picture


def _draw_no_digit(_: LabeledFrames, __: np.random.Generator, index: int) -> UInt8Array:
    letters = "EHKMX"
    if index % 6 == len(letters):
        return _draw_with_mouse(scribble((200, 150)))
    return _draw_with_mouse(write_letter(letters[index % 6], (200, 120), 150))


def _take_frame(digits: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    frame = digits.x[generator.integers(len(digits))]
    return frame if index % 2 else np.asarray(255 - frame, dtype=np.uint8)


def _enlarge_frame(digits: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    side = int(generator.integers(40, 260))
    large = cv2.resize(_take_frame(digits, generator, index), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, dtype=np.uint8)


def _compose(digits: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    style, neighbors = STYLES[index % len(STYLES)], NEIGHBORS[index // len(STYLES) % len(NEIGHBORS)]
    length = int(generator.integers(2, 9))
    return compose(digits, generator, length=length, style=style, neighbors=neighbors).picture


def _write_with_signs(_: LabeledFrames, __: np.random.Generator, index: int) -> UInt8Array:
    kinds = list(NUMBERS)
    return write_number(kinds[index % len(kinds)], 2000 + index).picture


def _photograph(digits: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    ink, _ = draw_page(digits, generator, is_mixed=index % 4 == 3)
    photo = list(EXPOSURES.values())[index % len(EXPOSURES)](ink, generator)
    return np.asarray(photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _tilt(digits: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    picture = compose(digits, generator, length=6, style="plain", neighbors="apart").picture
    degrees = float(generator.uniform(10, 25)) * (1 if index % 2 else -1)
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
    rim = picture[0, 0].tolist()
    return np.asarray(cv2.warpAffine(picture, turn, (width, height + 160), borderValue=rim), dtype=np.uint8)


def _draw_on_glass(_: LabeledFrames, generator: np.random.Generator, index: int) -> UInt8Array:
    """Return black or white ink on nothing, as drawing programs save it: BGRA."""
    text = "".join(map(str, generator.integers(0, 10, 3)))
    ink = 255 - _draw_with_mouse(write_by_hand(text, (60, 100), 120))
    color = np.full(ink.shape, 255 * (index % 2), dtype=np.uint8)
    return np.stack([color, color, color, ink], axis=2)


_MAKERS: dict[str, Callable[[LabeledFrames, np.random.Generator, int], UInt8Array]] = {
    "drawing": _draw_number,
    "number": _compose,
    "drawn digit": _draw_digit,
    "signs": _write_with_signs,
    "frame": _take_frame,
    "number again": _compose,
    "enlarged frame": _enlarge_frame,
    "photo": _photograph,
    "two lines": _draw_two_lines,
    "tilted": _tilt,
    "no digit": _draw_no_digit,
    "on glass": _draw_on_glass,
    "drawn digit alone": _draw_digit,
}
_SINGLE = {"drawn digit alone"}
