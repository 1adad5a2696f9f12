"""Levels of any depth become those that exact arithmetic gives."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from inkdigits.reading.pictures import levels
from inkdigits.reading.pictures.levels import to_color, to_gray


def test_sixteen_bits_are_rounded_as_exact_arithmetic_does() -> None:
    every = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    expected = [round(Fraction(value, 257)) for value in range(65_536)]
    assert to_gray(every, "all", is_rgb=True).ravel().tolist() == expected


def test_transparency_is_rounded_as_exact_arithmetic_does() -> None:
    color, alpha = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    pixels = np.dstack([color, color, color, alpha])
    expected = [
        [round(Fraction(level * opacity, 255)) + 255 - opacity for level in range(256)] for opacity in range(256)
    ]
    assert to_gray(pixels, "all", is_rgb=True).tolist() == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_stripes_leave_no_seam(dtype: type, channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels: npt.NDArray[Any] = np.random.default_rng(0).integers(0, 256, (37, 11, channels)).astype(dtype)
    gray, color = to_gray(pixels, "all", is_rgb=True), to_color(pixels, "all", is_rgb=True)
    monkeypatch.setattr(levels, "_STRIPE", 25)
    assert np.array_equal(to_gray(pixels, "all", is_rgb=True), gray)
    assert np.array_equal(to_color(pixels, "all", is_rgb=True), color)
