"""Draws textures without writing for `rejection.py` and `emptiness.py`.

No network was trained with any of this code.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array

Draw = Callable[[np.random.Generator, int], Float64Array]


def draw_texture(generator: np.random.Generator) -> tuple[str, UInt8Array]:
    """Return the name of a texture, a key of `TEXTURES`, and its picture, uint8, shape (s, s), s from 48 to 240."""
    side = int(generator.integers(48, 241))
    name = tuple(TEXTURES)[int(generator.integers(len(TEXTURES)))]
    field = TEXTURES[name](generator, side)
    low, high = float(field.min()), float(field.max())
    dark, light = np.sort(generator.uniform(0, 255, 2))
    light = max(light, dark + 40)
    levels = dark + (field - low) / max(high - low, 1e-9) * (light - dark)
    grain = generator.normal(0, generator.choice([0.0, 2.0, 6.0]), field.shape)
    return name, np.asarray(np.clip(levels + grain, 0, 255), dtype=np.uint8)


def _grid(side: int) -> tuple[Float64Array, Float64Array]:
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float64)
    return rows, columns


def _octaves(generator: np.random.Generator, side: int) -> Float64Array:
    """Add noise of several scales, as clouds and stone have."""
    total = np.zeros((side, side))
    for cells in (3, 6, 12, 24, 48):
        coarse = generator.normal(0, 1, (cells, cells))
        total += cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC) * (3 / cells) ** 0.7
    return total


def _marble(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    return np.asarray(
        np.abs(np.sin((rows + generator.uniform(-1, 1) * columns) * 6 / side + 2 * _octaves(generator, side)))
    )


def _wood(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    radius = np.hypot((columns - side * generator.uniform(-0.5, 1.5)), 0.1 * rows)
    return np.asarray(np.sin(radius * generator.uniform(0.2, 0.9) + 0.6 * _octaves(generator, side)))


def _weave(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    period = generator.uniform(4, 16)
    over = (rows // period + columns // period) % 2
    return np.where(over > 0, np.abs(np.sin(np.pi * rows / period)), np.abs(np.sin(np.pi * columns / period)))


def _bricks(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    height, joint = generator.uniform(10, 40), generator.uniform(1.5, 5)
    width = height * generator.uniform(1, 3)
    shifted = columns + (rows // height % 2) * width / 2
    return np.minimum((rows % height > joint), (shifted % width > joint)) + 0.1 * _octaves(generator, side)


def _halftone(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    period, angle = generator.uniform(5, 14), generator.uniform(0, np.pi)
    x, y = columns * np.cos(angle) + rows * np.sin(angle), rows * np.cos(angle) - columns * np.sin(angle)
    dots = np.cos(2 * np.pi * x / period) + np.cos(2 * np.pi * y / period)
    return np.asarray((dots > 2 - 3 * (rows + columns) / (2 * side)).astype(np.float64), dtype=np.float64)


def _stripes(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    angle, period = generator.uniform(0, np.pi), generator.uniform(4, 30)
    return np.asarray(np.sign(np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / period)))


def _checks(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    period = generator.uniform(6, 40)
    return np.asarray((rows // period + columns // period) % 2)


def _fibers(generator: np.random.Generator, side: int) -> Float64Array:
    canvas = np.zeros((side, side), dtype=np.uint8)
    for _ in range(int(generator.integers(40, 160))):
        start = generator.uniform(0, side, 2)
        end = start + generator.normal(0, side / 5, 2)
        ends = [tuple(int(16 * at) for at in point) for point in (start, end)]
        cv2.line(canvas, ends[0], ends[1], int(generator.integers(80, 256)), 1, cv2.LINE_AA, 4)
    return canvas.astype(np.float64)


def _pebbles(generator: np.random.Generator, side: int) -> Float64Array:
    seeds = generator.uniform(0, side, (int(generator.integers(12, 90)), 2))
    rows, columns = _grid(side)
    distances = np.hypot(rows[..., None] - seeds[:, 0], columns[..., None] - seeds[:, 1])
    nearest = np.sort(distances, axis=2)
    return np.asarray(np.clip(nearest[..., 1] - nearest[..., 0], 0, 6))


def _gradient(generator: np.random.Generator, side: int) -> Float64Array:
    rows, columns = _grid(side)
    x, y = generator.uniform(0, side, 2)
    return np.asarray(np.hypot(rows - y, columns - x) if generator.random() < 0.5 else rows * x + columns * y)


def _snow(generator: np.random.Generator, side: int) -> Float64Array:
    noise = cv2.GaussianBlur(generator.normal(0, 1, (side, side)), (0, 0), float(generator.uniform(0.3, 3)))
    return np.asarray(noise, dtype=np.float64)


TEXTURES: Mapping[str, Draw] = {
    "octaves": _octaves,
    "marble": _marble,
    "wood": _wood,
    "weave": _weave,
    "bricks": _bricks,
    "halftone": _halftone,
    "stripes": _stripes,
    "checks": _checks,
    "fibers": _fibers,
    "pebbles": _pebbles,
    "gradient": _gradient,
    "snow": _snow,
}
