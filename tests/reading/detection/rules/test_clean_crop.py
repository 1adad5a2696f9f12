"""Plain pictures of one digit are cut as `find_ink` and `isolate_digit` would cut them; all others are left to them."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.models.frames import to_frame
from inkdigits.reading.detection.detector import detect_digit, detect_main_mark
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.rules.clean_crop import find_plain_digit
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import isolate_digit
from inkdigits.results import Reading
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from support.drawing import blank, draw, write

FRAMES = load_mnist().validation.x[:250]
MAX_PIXELS = 4_000_000


def scaled(frame: UInt8Array, side: int) -> UInt8Array:
    return np.asarray(255 - cv2.resize(frame, (side, side), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def bilevel(gray: UInt8Array) -> UInt8Array:
    return np.where(gray < 128, 0, 255).astype(np.uint8)


def on_cream(gray: UInt8Array) -> UInt8Array:
    return (30 + gray.astype(np.float64) * 200 / 255).round().astype(np.uint8)


def compressed(gray: UInt8Array) -> UInt8Array:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 92])[1], 0), dtype=np.uint8)


def found(gray: UInt8Array) -> Mark:
    plain = find_plain_digit(gray)
    assert plain is not None
    return plain


class TestPlain:
    @pytest.mark.parametrize(
        ("change", "side", "most_other"),
        [
            (lambda gray: gray, 64, 0.06),
            (lambda gray: 255 - gray, 64, 0.06),
            (lambda gray: gray, 125, 0.05),
            (bilevel, 90, 0.02),
            (on_cream, 64, 0.12),
            (compressed, 80, 0.12),
        ],
        ids=["clean", "inverted", "large", "bilevel", "cream", "jpeg"],
    )
    def test_digits_of_mnist_are_cut_as_any_picture_is(
        self, change: Callable[[UInt8Array], UInt8Array], side: int, most_other: float
    ) -> None:
        grays = [change(scaled(frame, side)) for frame in FRAMES]
        plain = [(gray, digit) for gray in grays if (digit := find_plain_digit(gray)) is not None]
        assert len(plain) >= 0.9 * len(grays)
        others = 0
        for gray, digit in plain:
            mark = isolate_digit(find_ink(gray))
            assert mark is not None
            off = np.abs(to_frame(digit.crop).astype(int) - to_frame(mark.crop))
            others += bool(off.max() > 16 or digit.box != mark.box)
        assert others <= most_other * len(plain)

    @pytest.mark.parametrize("thickness", [1, 2, 3, 6, 9])
    def test_strokes_of_any_width(self, thickness: int) -> None:
        for name in "0123456789":
            picture = blank(125, 125)
            box = draw(picture, name, (40, 30), 60, thickness)
            mark = isolate_digit(find_ink(picture))
            assert mark is not None
            plain = found(picture)
            assert plain.box == mark.box
            assert max(abs(plain.box.x_min - box.x_min), abs(plain.box.y_max - box.y_max)) <= 1
            assert np.array_equal(plain.crop, mark.crop)

    def test_a_bar_that_does_not_touch_belongs_to_its_digit_and_dust_does_not(self) -> None:
        picture = blank(100, 90)
        box = draw(picture, "bar-5", (25, 20), 60, 5)
        picture[90:92, 70:72] = 0
        plain, mark = found(picture), isolate_digit(find_ink(picture))
        assert mark is not None
        assert plain.box == mark.box == box
        assert np.array_equal(plain.crop, mark.crop)

    def test_what_the_reader_says_is_the_same(self, reader: DigitReader) -> None:
        grays = [scaled(frame, 72) for frame in FRAMES[:60]]
        assert sum(find_plain_digit(gray) is not None for gray in grays) >= 55
        whole = [reader.read_digit(gray) for gray in grays]
        parted = reader.read_pages([detect_main_mark(gray) for gray in grays])
        for one, other in zip(whole, parted, strict=True):
            assert isinstance(other, Reading)
            assert (one.text, one.width, one.height, one.model) == (other.text, other.width, other.height, other.model)
            (digit,), (same) = one.digits, other.digits[0]
            assert (digit.label, digit.outcome, digit.line) == (same.label, same.outcome, same.line)
            assert digit.confidence == pytest.approx(same.confidence, abs=0.02)
            assert [line.text for line in one.lines] == [line.text for line in other.lines]


def grainy() -> UInt8Array:
    return (scaled(FRAMES[0], 64) - np.random.default_rng(7).integers(0, 9, (64, 64))).clip(0, 255).astype(np.uint8)


def shaded() -> UInt8Array:
    light = np.linspace(1, 0.6, 64)
    return (scaled(FRAMES[0], 64) * light).astype(np.uint8)


def faint() -> UInt8Array:
    return (255 - 0.3 * (255 - scaled(FRAMES[0], 64).astype(np.float64))).astype(np.uint8)


def boxed() -> UInt8Array:
    picture = blank(80, 80)
    cv2.rectangle(picture, (4, 4), (75, 75), 0, 2)
    draw(picture, "3", (28, 20), 40, 5)
    return picture


def with_neighbor() -> UInt8Array:
    picture = blank(80, 80)
    draw(picture, "3", (28, 20), 40, 5)
    picture[10:60, 76:80] = 0
    return picture


def filled() -> UInt8Array:
    picture = blank(80, 80)
    picture[20:60, 25:55] = 0
    return picture


def long_line() -> UInt8Array:
    picture = blank(200, 200)
    picture[40:160, 98:102] = 0
    return picture


class TestOthers:
    @pytest.mark.parametrize(
        "gray",
        [
            blank(64, 64),
            write(["1", "2"], 40, 5).picture,
            grainy(),
            shaded(),
            faint(),
            boxed(),
            with_neighbor(),
            filled(),
            long_line(),
            255 - FRAMES[0],
            scaled(FRAMES[0], 400),
            blank(1, 1),
        ],
        ids=[
            "blank",
            "two digits",
            "grain",
            "shade",
            "faint",
            "box",
            "neighbor",
            "filled",
            "line",
            "frame",
            "large",
            "pixel",
        ],
    )
    def test_what_is_not_plain_is_left_to_the_other_way(self, gray: UInt8Array) -> None:
        assert find_plain_digit(gray) is None
        assert [mark.box for mark in detect_digit(gray).marks] == [mark.box for mark in detect_main_mark(gray).marks]
