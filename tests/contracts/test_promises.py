"""What a user may rely on: a clean number reads the same however it is scaled, padded, inverted or turned a little."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits import DigitReader, PictureError
from inkdigits.spec import UInt8Array
from support.drawing import write

READER = DigitReader()
TEXT = st.text("0123456789", min_size=1, max_size=5)
FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drawn(text: str) -> tuple[UInt8Array, str]:
    """Return a clean picture of a number, and what is read in it: a stick-like digit may be read as another."""
    picture = write([text], 60, 7, margin=40).picture
    return picture, READER.read(picture).text


@FEW
@given(TEXT, st.sampled_from([0.5, 0.75, 1.5, 3.0, 6.0]))
def test_its_size_does_not_matter(text: str, factor: float) -> None:
    picture, expected = drawn(text)
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method)
    assert READER.read(np.asarray(scaled, dtype=np.uint8)).text == expected


@FEW
@given(TEXT, st.tuples(*[st.integers(0, 400)] * 4))
def test_paper_around_it_does_not_matter(text: str, margins: tuple[int, int, int, int]) -> None:
    picture, expected = drawn(text)
    above, below, left, right = margins
    assert READER.read(np.pad(picture, ((above, below), (left, right)), constant_values=255)).text == expected


@FEW
@given(TEXT)
def test_its_polarity_does_not_matter(text: str) -> None:
    picture, expected = drawn(text)
    assert READER.read(255 - picture).text == expected


@FEW
@given(TEXT, st.floats(-4, 4))
def test_a_gentle_turn_does_not_matter(text: str, degrees: float) -> None:
    picture, expected = drawn(text)
    height, width = picture.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(picture, matrix, (width, height), borderValue=(255,))
    assert READER.read(np.asarray(turned, dtype=np.uint8)).text == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    hnp.arrays(
        st.sampled_from([np.bool_, np.uint8, np.uint16, np.float32, np.float64, np.int32, np.complex64]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=40),
    )
)
def test_any_array_is_read_or_refused(array: np.ndarray) -> None:
    try:
        reading = READER.read(array)
    except PictureError:
        return
    assert (reading.width, reading.height) == (array.shape[1], array.shape[0])
    assert all(digit.box.x_max <= reading.width and digit.box.y_max <= reading.height for digit in reading.digits)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"BM", b"GIF89a", b"II*\x00"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    with pytest.raises(PictureError, match="expected"):
        READER.read(start + data)


@pytest.mark.parametrize("margins", [(112, 179, 229, 0), (0, 113, 164, 0)])
def test_a_digit_that_is_tiny_in_a_small_copy_is_not_seen_twice(margins: tuple[int, int, int, int]) -> None:
    picture, _ = drawn("13")
    above, below, left, right = margins
    assert READER.read(np.pad(picture, ((above, below), (left, right)), constant_values=255)).text == "13"
