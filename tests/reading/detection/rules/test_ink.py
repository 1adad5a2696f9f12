"""Ink is found whatever the light, the pen and the side of the gray scale; paper alone has none."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.reading.detection.rules.marks import find_digits
from inkdigits.reading.detection.rules.polarity import is_light_on_dark
from inkdigits.spec import UInt8Array
from support.drawing import blank, flat, write

PAGE = write(["27583", "90461"], 40, 5)
DRAWN = PAGE.picture < 128


def found_share(picture: InkPicture) -> tuple[float, float]:
    """Return the share of drawn pixels that were found, and of found pixels that were drawn."""
    found = picture.pieces > 0
    return float(found[DRAWN].mean()), float(DRAWN[found].mean())


def noisy(gray: UInt8Array, sigma: float, seed: int = 0) -> UInt8Array:
    noise = np.random.default_rng(seed).normal(0, sigma, gray.shape)
    return np.asarray(np.clip(gray + noise, 0, 255), dtype=np.uint8)


def test_a_clean_picture_passes_unchanged() -> None:
    picture = find_ink(PAGE.picture)
    assert np.array_equal(picture.ink, 255 - PAGE.picture)
    assert not picture.inverted
    assert picture.pieces.max() == len(flat(PAGE))
    assert np.all(picture.contrast[1:] > 0.9)


def test_light_on_dark_gives_the_same_ink() -> None:
    dark, light = find_ink(PAGE.picture), find_ink(255 - PAGE.picture)
    assert light.inverted
    assert np.array_equal(light.ink, dark.ink)
    assert np.array_equal(light.pieces, dark.pieces)


@pytest.mark.parametrize("weakest", [0.9, 0.6, 0.4])
@pytest.mark.parametrize("angle", [0, 1])
def test_a_shadow_across_the_page_hides_nothing_and_adds_nothing(weakest: float, angle: int) -> None:
    light = np.linspace(weakest, 1, PAGE.picture.shape[angle])
    lit = PAGE.picture * (light[:, None] if angle == 0 else light[None, :])
    drawn, true = found_share(find_ink(lit.astype(np.uint8)))
    assert drawn > 0.95
    assert true > 0.9


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (60, 240), (120, 250), (150, 230), (90, 150)])
def test_pencil_is_brought_to_full_strength(ink: int, paper: int) -> None:
    gray = np.where(DRAWN, ink, paper).astype(np.uint8)
    picture = find_ink(gray)
    drawn, true = found_share(picture)
    assert drawn > 0.99
    assert true > 0.95
    assert np.median(picture.ink[DRAWN]) > 250
    assert np.median(picture.contrast[1:]) == pytest.approx((paper - ink) / paper, abs=0.05)


def test_noise_of_a_camera_does_not_hide_the_ink() -> None:
    drawn, true = found_share(find_ink(noisy(np.where(DRAWN, 60, 220).astype(np.uint8), 6)))
    assert drawn > 0.95
    assert true > 0.9


@pytest.mark.parametrize("level", [0, 1, 30, 128, 254, 255])
def test_flat_paper_has_no_ink(level: int) -> None:
    picture = find_ink(np.full((60, 90), level, dtype=np.uint8))
    assert picture.pieces.max() == 0
    assert not picture.ink.any()
    assert picture.stroke == 0


@pytest.mark.parametrize("seed", range(5))
def test_paper_with_a_shadow_and_noise_has_no_mark(seed: int) -> None:
    light = np.linspace(140, 240, 300)[None, :].repeat(200, axis=0).astype(np.uint8)
    assert find_digits(find_ink(noisy(light, 3, seed))) == ()


def test_what_shows_through_the_sheet_is_no_ink() -> None:
    through = np.where(DRAWN, 230, 240).astype(np.uint8)
    assert find_ink(through).pieces.max() == 0


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70)))
def test_any_picture_has_an_ink_picture_of_its_shape(gray: UInt8Array) -> None:
    before = gray.copy()
    picture = find_ink(gray)
    assert picture.ink.shape == picture.pieces.shape == gray.shape
    assert picture.ink.dtype == np.uint8
    assert picture.pieces.min() >= 0
    assert len(picture.contrast) == picture.pieces.max() + 1
    assert np.all((picture.contrast >= 0) & (picture.contrast <= 1))
    assert np.all(picture.ink[picture.pieces > 0] > 0)
    assert np.isfinite(picture.stroke)
    assert np.array_equal(gray, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 3000)])
def test_thin_pictures_of_noise_are_borne(shape: tuple[int, int]) -> None:
    assert find_ink(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)).ink.shape == shape


@settings(max_examples=30, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=4), st.integers(24, 80), st.sampled_from([0.08, 0.12, 0.18]))
def test_the_side_of_the_gray_scale_is_told_from_any_drawing(digits: str, height: int, share: float) -> None:
    page = write([digits], height, max(1, round(share * height)), margin=height // 2)
    assert not is_light_on_dark(page.picture)
    assert is_light_on_dark(255 - page.picture)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.booleans())
def test_the_width_of_a_bar_is_measured(width: int, across: bool) -> None:  # noqa: FBT001 - hypothesis
    mask = np.zeros((150, 150), dtype=np.uint8)
    mask[20:130, 60 : 60 + width] = 1
    assert stroke_width(mask.T if across else mask) == pytest.approx(width, abs=1 + 0.08 * width)


def test_the_width_of_nothing_is_0_and_of_drawn_strokes_their_thickness() -> None:
    assert stroke_width(blank(9, 9) == 0) == 0
    line = np.zeros((200, 200), dtype=np.uint8)
    cv2.line(line, (20, 30), (170, 150), (1,), 9)
    assert stroke_width(line) == pytest.approx(9, abs=1.5)
