"""Draws what handwriting stands on, and what a camera or scanner makes of it.

`draw_paper` gives the empty ground, `expose` the finished gray picture of ink on it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Paper", "draw_paper", "expose"]

Shape = tuple[int, int]

_KINDS = ("clean", "scan", "plain", "pattern", "watermark", "rough", "wood", "board")
_SHARES = (0.17, 0.22, 0.27, 0.1, 0.07, 0.09, 0.04, 0.04)
_MOST_GRAIN = 0.3  # standard deviation of grain, as a share of the ink's contrast: more hides digits from people, too


@dataclass(frozen=True, slots=True)
class Paper:
    """An empty ground.

    Attributes:
        gray: float32, shape (H, W), 0 to 255.
        level: Its mean gray value, before patterns.
        is_clean: Whether a drawing program made it: no light, no grain.
    """

    gray: Float32Array
    level: float
    is_clean: bool


def draw_paper(shape: Shape, generator: Generator) -> Paper:
    """Draw a ground of one of eight kinds, lighter than middle gray; `expose` turns light and dark around."""
    kind = str(generator.choice(_KINDS, p=_SHARES))
    level = generator.uniform(120, 252)
    if kind == "clean":
        level = 255.0 if generator.random() < 0.6 else level
        return Paper(np.full(shape, level, dtype=np.float32), level, is_clean=True)
    if kind == "scan":
        level = generator.uniform(225, 255)
    gray = np.full(shape, level, dtype=np.float32)
    if kind == "scan" and generator.random() < 0.6:
        return Paper(gray, level, is_clean=False)
    if generator.random() < 0.6:
        gray += _smooth_noise(shape, (2, 3), generator) * np.float32(generator.uniform(3, 22))
    if generator.random() < 0.15:
        gray *= _shadow(shape, generator)
    if kind == "pattern":
        gray -= _security_pattern(shape, generator)
    elif kind == "watermark":
        gray -= _watermark(shape, generator)
    elif kind == "rough":
        for cells in (int(generator.integers(20, 60)), int(generator.integers(6, 20))):
            gray += _smooth_noise(shape, (cells // 2, cells), generator) * np.float32(generator.uniform(2, 12))
    elif kind == "wood":
        gray += _grain(shape, generator)
    elif kind == "board":
        gray -= np.abs(_smooth_noise(shape, (5, 9), generator)) * np.float32(generator.uniform(5, 30))
    return Paper(gray, level, is_clean=False)


def expose(paper: Paper, ink: Float32Array, generator: Generator) -> UInt8Array:
    """Return the picture of ink on paper, spoiled as cameras and scanners spoil it.

    Args:
        paper: The ground.
        ink: float32, shape (H, W): the share of light that the ink takes away, 0 to 1.
        generator: Where every choice comes from.
    """
    if paper.is_clean and generator.random() < 0.75:
        gray = paper.gray * (1 - ink)
        return _finish(_turn(gray, generator), generator, jpeg=0.1)
    if generator.random() < 0.45:
        ink = cv2.GaussianBlur(ink, (0, 0), float(generator.uniform(0.4, 1.3) if generator.random() < 0.85 else generator.uniform(1.3, 2.4)))
    gray = paper.gray * (1 - ink)
    contrast = paper.level * float(np.percentile(ink[ink > 0.05], 60)) if np.any(ink > 0.05) else 60.0
    if generator.random() < 0.3:
        gray = _lower_resolution(gray, generator)
    if generator.random() < 0.06:
        gray = _move(gray, generator)
    if generator.random() < 0.8:
        grain = np.asarray(generator.standard_normal(gray.shape, dtype=np.float32))
        if generator.random() < 0.3:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * np.float32(2.0)
        gray = gray + grain * np.float32(min(generator.uniform(0.5, 14), _MOST_GRAIN * contrast))
    if generator.random() < 0.1:
        gray = _bilevel(gray, contrast, generator)
    return _finish(_turn(gray, generator), generator, jpeg=0.35)


def _turn(gray: Float32Array, generator: Generator) -> Float32Array:
    """Change contrast and brightness, and make light of dark in a quarter of all pictures."""
    if generator.random() < 0.25:
        gray = 255 - gray
    if generator.random() < 0.3:
        gray = 255 * np.clip(gray / 255, 0, 1) ** np.float32(np.exp(generator.normal(0, 0.35)))
    if generator.random() < 0.25:
        low, high = generator.uniform(0, 90), generator.uniform(150, 255)
        gray = low + gray * np.float32((high - low) / 255)
    return np.asarray(gray, dtype=np.float32)


def _finish(gray: Float32Array, generator: Generator, *, jpeg: float) -> UInt8Array:
    pixels = np.clip(gray, 0, 255).astype(np.uint8)
    if generator.random() < jpeg:
        quality = int(generator.integers(25, 92))
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return pixels


def _smooth_noise(shape: Shape, cells: Shape, generator: Generator) -> Float32Array:
    coarse = generator.standard_normal(cells, dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _coordinates(shape: Shape) -> tuple[Float32Array, Float32Array]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    return rows, columns


def _security_pattern(shape: Shape, generator: Generator) -> Float32Array:
    """Families of bent lines, as on cheques."""
    rows, columns = _coordinates(shape)
    dark = np.zeros(shape, dtype=np.float32)
    for _ in range(int(generator.integers(1, 3))):
        turn = generator.uniform(-1.2, 1.2) if generator.random() < 0.6 else generator.normal(0, 0.15)
        period, bend, length = generator.uniform(3, 16), generator.uniform(0, 7), generator.uniform(20, 120)
        along = rows * np.float32(np.cos(turn)) + columns * np.float32(np.sin(turn))
        along += np.float32(bend) * np.sin(columns * np.float32(6.28 / length) + np.float32(generator.uniform(0, 6)))
        wave = np.cos(along * np.float32(6.28 / period))
        dark += np.maximum(wave - np.float32(generator.uniform(-0.2, 0.8)), 0) * np.float32(generator.uniform(4, 65))
    return dark


def _watermark(shape: Shape, generator: Generator) -> Float32Array:
    """Large pale shapes with sharp or soft sides, as coats of arms and printed letters under a field."""
    dark = np.zeros(shape, dtype=np.float32)
    for _ in range(int(generator.integers(1, 4))):
        corners = int(generator.integers(3, 8))
        center = generator.uniform(0, 1, 2) * [shape[1], shape[0]]
        points = center + generator.normal(0, generator.uniform(15, 60), (corners, 2))
        level = float(generator.uniform(5, 45))
        if generator.random() < 0.5:
            cv2.fillPoly(dark, [np.rint(points).astype(np.int32)], level, cv2.LINE_AA)
        else:
            thickness = int(generator.integers(4, 18))
            cv2.polylines(dark, [np.rint(points).astype(np.int32)], True, level, thickness, cv2.LINE_AA)
    if generator.random() < 0.5:
        dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), float(generator.uniform(0.7, 4))), dtype=np.float32)
    return dark


def _grain(shape: Shape, generator: Generator) -> Float32Array:
    """Long streaks, as of wood and woven cloth."""
    across, along = int(generator.integers(20, shape[0])), int(generator.integers(2, 6))
    streaks = _smooth_noise(shape, (across, along), generator) * np.float32(generator.uniform(4, 22))
    return streaks if generator.random() < 0.6 else np.asarray(_turned(shape, across, along, generator))


def _turned(shape: Shape, across: int, along: int, generator: Generator) -> Float32Array:
    return _smooth_noise(shape, (along, across), generator) * np.float32(generator.uniform(4, 22))


def _shadow(shape: Shape, generator: Generator) -> Float32Array:
    rows, columns = _coordinates(shape)
    turn, place = generator.uniform(0, 6.28), generator.uniform(-0.4, 0.4)
    along = (columns / shape[1] - 0.5) * np.float32(np.cos(turn)) + (rows / shape[0] - 0.5) * np.float32(np.sin(turn))
    soft = np.float32(generator.uniform(0.01, 0.25))
    edge = 1 / (1 + np.exp(np.clip((along - np.float32(place)) / soft, -30, 30)))
    return np.asarray(1 - edge * np.float32(generator.uniform(0.15, 0.6)), dtype=np.float32)


def _lower_resolution(gray: Float32Array, generator: Generator) -> Float32Array:
    share = generator.uniform(0.4, 1)
    size = (max(8, round(gray.shape[1] * share)), max(8, round(gray.shape[0] * share)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_LINEAR if generator.random() < 0.7 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(small, (gray.shape[1], gray.shape[0]), interpolation=way), dtype=np.float32)


def _move(gray: Float32Array, generator: Generator) -> Float32Array:
    """Blur along a line, as a moving hand does."""
    length = int(generator.integers(3, 6))
    kernel = np.zeros((length, length), dtype=np.float32)
    cv2.line(kernel, (0, int(generator.integers(length))), (length - 1, int(generator.integers(length))), 1.0)
    return np.asarray(cv2.filter2D(gray, -1, kernel / max(float(kernel.sum()), 1.0)), dtype=np.float32)


def _bilevel(gray: Float32Array, contrast: float, generator: Generator) -> Float32Array:
    """Make it black and white, as fax machines do: by one level, or by the level around each place."""
    if generator.random() < 0.5:
        level = np.float32(np.median(gray) - contrast * generator.uniform(0.25, 0.6))
    else:
        level = cv2.GaussianBlur(gray, (0, 0), 12) - np.float32(contrast * generator.uniform(0.15, 0.4))
    dark, light = generator.uniform(0, 40), generator.uniform(200, 255)
    return np.where(gray < level, np.float32(dark), np.float32(light)).astype(np.float32)
