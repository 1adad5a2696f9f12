"""Every way of holding a camera is undone, and damaged EXIF changes nothing."""

import struct

import numpy as np
import pytest
from PIL import Image, ImageOps

from inkdigits.reading.pictures.orientation import ORIENTATION_TAG, read_orientation, turn_upright

PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4)


def exif_of(orientation: int, order: str = "<") -> bytes:
    """Return a block of EXIF with two entries, the second of which is the orientation."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = [
        struct.pack(order + "HHIH2x", tag, 3, 1, value) for tag, value in ((256, 4), (ORIENTATION_TAG, orientation))
    ]
    return mark + struct.pack(order + "IH", 8, len(entries)) + b"".join(entries)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_pillow_turns_it(orientation: int) -> None:
    image = Image.fromarray(PIXELS)
    image.getexif()[ORIENTATION_TAG] = orientation
    np.testing.assert_array_equal(turn_upright(PIXELS, orientation), np.asarray(ImageOps.exif_transpose(image)))


@pytest.mark.parametrize("orientation", [0, 9, -1])
def test_an_unknown_orientation_leaves_the_picture_as_it_is(orientation: int) -> None:
    np.testing.assert_array_equal(turn_upright(PIXELS, orientation), PIXELS)


def test_colors_turn_with_their_pixels() -> None:
    colored = np.dstack([PIXELS, PIXELS + 100, PIXELS + 200])
    turned = turn_upright(colored, 6)
    assert turned.shape == (4, 3, 3)
    np.testing.assert_array_equal(turned[..., 0], turn_upright(PIXELS, 6))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\x00\x00"])
def test_the_orientation_is_found_in_either_byte_order(order: str, prefix: bytes) -> None:
    assert read_orientation(prefix + exif_of(7, order)) == 7


def test_damaged_exif_says_nothing() -> None:
    whole = exif_of(6)
    assert [read_orientation(whole[:size]) for size in range(len(whole) - 4)] == [1] * (len(whole) - 4)
    assert read_orientation(b"") == 1
