"""Draws what handwriting stands on: clean canvases, scans, photographed paper, security print, wood, boards.

`exposure` makes the finished picture of a paper and the ink on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array

__all__ = ["Paper", "draw_paper"]

Shape: TypeAlias = tuple[int, int]  # rows, columns
Texture: TypeAlias = Callable[[Float32Array, Generator], None]  # darkens and lightens a ground in place

_LEVELS = (120.0, 252.0)  # gray of a paper; `exposure` turns light and dark around
_SCAN_LEVELS = (225.0, 255.0)
_WHITE_SHARE = 0.6  # of clean canvases are white
_FLAT_SHARE = 0.6  # of scans are flat
_UNEVEN_SHARE, _UNEVENNESS = 0.6, (3.0, 22.0)  # papers that are lit unevenly, by so many gray levels
_SHADOW_SHARE = 0.15
_TURN = 6.28  # radians


@dataclass(frozen=True, slots=True)
class Paper:
    """An empty ground.

    Attributes:
        gray: float32, shape (H, W), 0 to 255.
        level: Its gray value before light and patterns.
        is_clean: Whether a drawing program made it: no light, no grain.
    """

    gray: Float32Array
    level: float
    is_clean: bool


def draw_paper(shape: Shape, generator: Generator) -> Paper:
    """Draw a ground of one of the kinds of `_KINDS`, lighter than middle gray."""
    kind = str(generator.choice(list(_KINDS), p=[share for share, _ in _KINDS.values()]))
    level = generator.uniform(*_LEVELS)
    if kind == "clean":
        level = 255.0 if generator.random() < _WHITE_SHARE else level
        return Paper(np.full(shape, level, dtype=np.float32), level, is_clean=True)
    if kind == "scan":
        level = generator.uniform(*_SCAN_LEVELS)
    gray = np.full(shape, level, dtype=np.float32)
    if kind == "scan" and generator.random() < _FLAT_SHARE:
        return Paper(gray, level, is_clean=False)
    if generator.random() < _UNEVEN_SHARE:
        gray += _smooth_noise(shape, (2, 3), generator) * np.float32(generator.uniform(*_UNEVENNESS))
    if generator.random() < _SHADOW_SHARE:
        gray *= _draw_shadow(shape, generator)
    _KINDS[kind][1](gray, generator)
    return Paper(gray, level, is_clean=False)


def _leave_plain(_gray: Float32Array, _generator: Generator) -> None:
    """Add no texture."""


def _print_pattern(gray: Float32Array, generator: Generator) -> None:
    """Print families of bent lines, such as on cheques."""
    rows, columns = _coordinates(gray.shape)
    dark = np.zeros_like(gray)
    for _ in range(int(generator.integers(1, 3))):
        turn = generator.uniform(-1.2, 1.2) if generator.random() < 0.6 else generator.normal(0, 0.15)
        period, bend, length = generator.uniform(3, 16), generator.uniform(0, 7), generator.uniform(20, 120)
        along = rows * np.float32(np.cos(turn)) + columns * np.float32(np.sin(turn))
        phase = columns * np.float32(_TURN / length) + np.float32(generator.uniform(0, 6))
        along += np.float32(bend) * np.sin(phase)
        wave = np.cos(along * np.float32(_TURN / period))
        dark += np.maximum(wave - np.float32(generator.uniform(-0.2, 0.8)), 0) * np.float32(generator.uniform(4, 65))
    gray -= dark


def _print_watermark(gray: Float32Array, generator: Generator) -> None:
    """Print large pale shapes with sharp or soft sides, as coats of arms and letters under a field."""
    height, width = gray.shape
    dark = np.zeros_like(gray)
    for _ in range(int(generator.integers(1, 4))):
        corners = int(generator.integers(3, 8))
        center = generator.uniform(0, 1, 2) * [width, height]
        points = np.rint(center + generator.normal(0, generator.uniform(15, 60), (corners, 2))).astype(np.int32)
        level = float(generator.uniform(5, 45))
        if generator.random() < 0.5:
            cv2.fillPoly(dark, [points], level, cv2.LINE_AA)
        else:
            thickness = int(generator.integers(4, 18))
            cv2.polylines(dark, [points], True, level, thickness, cv2.LINE_AA)  # noqa: FBT003 - OpenCV's
    if generator.random() < 0.5:
        dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), float(generator.uniform(0.7, 4))), dtype=np.float32)
    gray -= dark


def _roughen(gray: Float32Array, generator: Generator) -> None:
    """Add the fibers of rough paper, coarse and fine."""
    for cells in (int(generator.integers(20, 60)), int(generator.integers(6, 20))):
        gray += _smooth_noise(gray.shape, (cells // 2, cells), generator) * np.float32(generator.uniform(2, 12))


def _streak(gray: Float32Array, generator: Generator) -> None:
    """Add long streaks, such as those of wood and woven cloth."""
    across, along = int(generator.integers(20, gray.shape[0])), int(generator.integers(2, 6))
    streaks = _smooth_noise(gray.shape, (across, along), generator) * np.float32(generator.uniform(4, 22))
    if generator.random() >= 0.6:  # upright ones
        streaks = _smooth_noise(gray.shape, (along, across), generator) * np.float32(generator.uniform(4, 22))
    gray += streaks


def _smear(gray: Float32Array, generator: Generator) -> None:
    """Add what a sponge leaves on a board."""
    gray -= np.abs(_smooth_noise(gray.shape, (5, 9), generator)) * np.float32(generator.uniform(5, 30))


# share of each kind of paper, and its texture
_KINDS: Mapping[str, tuple[float, Texture]] = MappingProxyType(
    {
        "clean": (0.17, _leave_plain),  # of a drawing program
        "scan": (0.22, _leave_plain),
        "plain": (0.27, _leave_plain),  # photographed
        "pattern": (0.1, _print_pattern),
        "watermark": (0.07, _print_watermark),
        "rough": (0.09, _roughen),
        "wood": (0.04, _streak),
        "board": (0.04, _smear),
    }
)


def _smooth_noise(shape: tuple[int, ...], cells: Shape, generator: Generator) -> Float32Array:
    coarse = generator.standard_normal(cells, dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _coordinates(shape: tuple[int, ...]) -> tuple[Float32Array, Float32Array]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    return rows, columns


def _draw_shadow(shape: Shape, generator: Generator) -> Float32Array:
    """Return the share of light that a shadow with a straight edge leaves, 0.4 to 1."""
    rows, columns = _coordinates(shape)
    turn, place = generator.uniform(0, _TURN), generator.uniform(-0.4, 0.4)
    along = (columns / shape[1] - 0.5) * np.float32(np.cos(turn)) + (rows / shape[0] - 0.5) * np.float32(np.sin(turn))
    soft = np.float32(generator.uniform(0.01, 0.25))
    edge = 1 / (1 + np.exp(np.clip((along - np.float32(place)) / soft, -30, 30)))
    return np.asarray(1 - edge * np.float32(generator.uniform(0.15, 0.6)), dtype=np.float32)
