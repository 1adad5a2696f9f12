"""Frames take the layout, type, scale and polarity asked for; shapes and scales that fit nothing are refused."""

import numpy as np
import pytest

from inkdigits.errors import BundleError
from inkdigits.spec import UInt8Array
from inkdigits.training.evaluation.input_forms import (
    LAYOUTS,
    OUR_FORM,
    SCALES,
    InputForm,
    Layout,
    Scale,
    find_layout,
    parse_scale,
)

SHAPES: dict[Layout, tuple[int, ...]] = {
    "nhwc": (3, 28, 28, 1),
    "nchw": (3, 1, 28, 28),
    "nhw": (3, 28, 28),
    "flat": (3, 784),
}


@pytest.fixture
def frames() -> UInt8Array:
    return np.random.default_rng(7).integers(0, 256, (3, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_only_reshapes(frames: UInt8Array, layout: Layout) -> None:
    values = InputForm(layout, "float32", SCALES["0..255"]).encode(frames)
    assert values.dtype == np.float32
    assert values.shape == SHAPES[layout]
    assert np.array_equal(values.reshape(3, 28, 28), frames)
    assert InputForm(layout, "float32", SCALES["0..1"]).encode(frames[:0]).shape == (0, *SHAPES[layout][1:])


def test_scales_are_what_other_projects_compute(frames: UInt8Array) -> None:
    unit = frames.astype(np.float32) / np.float32(255)
    expected = {"0..1": unit, "-1..1": unit * 2 - 1, "mnist": (unit - 0.1307) / 0.3081, "0..255": frames}
    assert set(expected) == set(SCALES)
    for name, values in expected.items():
        found = InputForm("nhw", "float32", SCALES[name]).encode(frames)
        np.testing.assert_allclose(found, values, atol=1e-6)


def test_inverting_swaps_paper_and_ink(frames: UInt8Array) -> None:
    form = InputForm("nhwc", "uint8", SCALES["0..255"], inverted=True)
    assert np.array_equal(form.encode(frames)[..., 0], 255 - frames)
    assert np.array_equal(OUR_FORM.encode(frames)[..., 0], frames)
    assert OUR_FORM.encode(frames).dtype == np.uint8


def test_a_form_tells_itself_in_words() -> None:
    assert str(OUR_FORM) == "uint8 nhwc 0..255, ink high"
    assert (
        str(InputForm("flat", "float32", Scale(0.1, 0.2), inverted=True, batch=1))
        == "float32 flat 0.1,0.2, ink low, 1 a call"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_shape_tells_its_layout(layout: Layout) -> None:
    for first in (None, 1):
        assert find_layout("m", (first, *SHAPES[layout][1:]), None) == layout
    assert find_layout("m", (None, *SHAPES[layout][1:]), layout) == layout


def test_a_shape_that_is_too_free_asks_for_the_layout() -> None:
    with pytest.raises(BundleError, match="fits the layouts nhwc, nchw; state one with --layout"):
        find_layout("m", (None, None, None, None), None)
    assert find_layout("m", (None, None, None, None), "nchw") == "nchw"
    assert find_layout("m", (None, None, None, 1), None) == "nhwc"


@pytest.mark.parametrize("shape", [(None, 32, 32, 1), (None, 28, 28, 3), (None, 28), (28,), (), (None, 783)])
def test_other_shapes_are_refused(shape: tuple[int | None, ...]) -> None:
    with pytest.raises(BundleError, match=r"m: expected an input of shape .*\(N, 784\), found .*put the resizing"):
        find_layout("m", shape, None)


def test_a_stated_layout_that_the_shape_denies_is_refused() -> None:
    with pytest.raises(BundleError, match="expected the layout flat, found an input of shape"):
        find_layout("m", (None, 28, 28, 1), "flat")


@pytest.mark.parametrize("name", SCALES)
def test_scales_have_names(name: str) -> None:
    assert str(parse_scale(name)) == name


@pytest.mark.parametrize("text", ["", "0..2", "1", "1,2,3", "a,b", "0,0", "0,-1", "nan,1", "0,inf", "0,nan"])
def test_what_is_no_scale_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="or MEAN,DEVIATION of pixels from 0 to 1, got"):
        parse_scale(text)
