"""Draws gray pictures of clothes, bags, shoes and other filled shapes by code."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array

__all__ = ["draw_silhouette"]

_SIDE = 112  # pixels of the canvas; the picture is smaller
_SUBPIXEL = 4

Outline = Sequence[Float64Array]  # polygons, points (x, y) from 0 to 1


def draw_silhouette(generator: np.random.Generator) -> UInt8Array:
    """Return a picture of one filled, patterned shape, light on black.

    Args:
        generator: Where every choice comes from: the same state gives the same picture.

    Returns:
        uint8, shape (s, s), s of 28 mostly, up to 56; 0 for the ground to 255.

    >>> draw_silhouette(np.random.default_rng(7)).dtype
    dtype('uint8')
    """
    outline = _OUTLINES[int(generator.integers(len(_OUTLINES)))](generator)
    mask = _fill(outline, generator)
    cloth = mask * _pattern(generator)
    if generator.random() < 0.5:
        edge = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8))
        cloth = np.clip(cloth + generator.uniform(-0.5, 0.4) * edge, 0, 1)
    if generator.random() < 0.4:  # lighter at the seams, as worn cloth and rounded things are
        depth = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
        cloth *= 1 - generator.uniform(0.2, 0.9) * (1 - np.exp(-depth / generator.uniform(4, 14)))
    side = int(generator.choice([28, 28, 28, 40, 56]))
    small = cv2.resize(cloth, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(255 * small, 0, 255), dtype=np.uint8)


def _fill(outline: Outline, generator: np.random.Generator) -> Float64Array:
    canvas = np.zeros((_SIDE, _SIDE), dtype=np.uint8)
    points = np.concatenate(list(outline))
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    size = _SIDE * generator.uniform(0.85, 1.0)
    left, top = (_SIDE - size * np.ptp(points, axis=0) / extent) / 2
    for polygon in outline:
        path = (polygon + generator.normal(0, 0.008, polygon.shape) - low) / extent * size + [left, top]
        cv2.fillPoly(canvas, [np.rint(path * 2**_SUBPIXEL).astype(np.int32)], 255, cv2.LINE_AA, _SUBPIXEL)
    return np.asarray(canvas / 255, dtype=np.float64)


def _pattern(generator: np.random.Generator) -> Float64Array:
    """Return brightness from 0 to 1: plain, shaded, striped, checked or mottled, with a print now and then."""
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE] / _SIDE
    base = generator.uniform(0.25, 1.0)
    field = np.full((_SIDE, _SIDE), base)
    field += generator.normal(0, 0.2) * (rows - 0.5) + generator.normal(0, 0.3) * np.abs(columns - 0.5)
    count, depth = generator.uniform(3, 14, 2), generator.uniform(-0.4, 0.4)
    kind = generator.integers(6)
    if kind == 1:
        field += depth * np.sign(np.sin(2 * np.pi * count[0] * rows))
    elif kind == 2:
        field += depth * np.sign(np.sin(2 * np.pi * count[0] * columns))
    elif kind == 3:
        field += (
            depth / 2 * (np.sign(np.sin(2 * np.pi * count[0] * columns)) + np.sign(np.sin(2 * np.pi * count[1] * rows)))
        )
    elif kind == 4:
        noise = cv2.GaussianBlur(generator.normal(0, 1, field.shape), (0, 0), float(generator.uniform(2, 8)))
        field += depth * 2 * noise / noise.std()
    if generator.random() < 0.3:
        x, y = generator.uniform(0.2, 0.7, 2)
        width, height = generator.uniform(0.05, 0.35, 2)
        print_ = (columns > x) & (columns < x + width) & (rows > y) & (rows < y + height)
        field = np.where(print_, generator.uniform(0, 1), field)
    return np.clip(field + generator.normal(0, 0.04, field.shape), 0.02, 1)


def _mirrored(right: Sequence[tuple[float, float]]) -> Float64Array:
    """Return a polygon from its right half, points (x from the middle, y), top to bottom."""
    half = np.array(right)
    return np.asarray(np.concatenate([half, half[::-1] * [-1, 1]]) + np.array([0.5, 0]), dtype=np.float64)


def _shirt(generator: np.random.Generator) -> Outline:
    width, neck, sleeve = generator.uniform(0.2, 0.36), generator.uniform(0.05, 0.16), generator.uniform(0.2, 0.95)
    reach = generator.uniform(0.05, 0.25) + width
    cuff = generator.uniform(0.06, 0.14)
    hem = width * generator.uniform(0.85, 1.4)
    return [
        _mirrored(
            [
                (0, generator.uniform(0.0, 0.12)),
                (neck, 0),
                (width, 0.06),
                (reach, sleeve),
                (reach - cuff, sleeve + 0.04),
                (width * 0.9, 0.32),
                (hem, 1),
                (0, 1),
            ]
        )
    ]


def _sleeveless(generator: np.random.Generator) -> Outline:
    width, waist, hem = generator.uniform(0.1, 0.25), generator.uniform(0.07, 0.2), generator.uniform(0.1, 0.4)
    return [
        _mirrored([(0, generator.uniform(0, 0.15)), (width * 0.6, 0), (width, 0.2), (waist, 0.42), (hem, 1), (0, 1)])
    ]


def _trousers(generator: np.random.Generator) -> Outline:
    waist, hip, inner = generator.uniform(0.1, 0.2), generator.uniform(0.13, 0.24), generator.uniform(0.0, 0.05)
    leg, crotch = generator.uniform(0.08, 0.15), generator.uniform(0.2, 0.5)
    flare = generator.uniform(0, 0.15)
    return [
        _mirrored(
            [
                (0, 0),
                (waist, 0),
                (hip, crotch),
                (inner + leg + flare, 1),
                (inner + flare, 1),
                (inner / 2, crotch + 0.06),
            ]
        )
    ]


def _bag(generator: np.random.Generator) -> Outline:
    height, top = generator.uniform(0.35, 0.8), generator.uniform(0.3, 0.5)
    body = _mirrored([(0, 0.3), (top, 0.3), (0.5, 0.3 + height), (0, 0.3 + height)])
    rise, span, strap = generator.uniform(0.1, 0.3), generator.uniform(0.12, 0.35), generator.uniform(0.02, 0.06)
    angle = np.linspace(0, np.pi, 12)
    outer = np.stack([0.5 + span * np.cos(angle), 0.32 - rise * np.sin(angle)], axis=1)
    inner = np.stack([0.5 + (span - strap) * np.cos(angle), 0.32 - (rise - strap) * np.sin(angle)], axis=1)
    handle = np.concatenate([outer, inner[::-1]])
    return [body, handle] if generator.random() < 0.7 else [body]


def _shoe(generator: np.random.Generator) -> Outline:
    shaft, toe = generator.uniform(0.15, 0.95), generator.uniform(0.08, 0.22)
    ankle, heel = generator.uniform(0.25, 0.5), generator.choice([0.0, 0.05, 0.2, 0.35])
    sole = 1 - generator.uniform(0.02, 0.1)
    points = [
        (0.02, 1 - shaft - toe),
        (ankle, 1 - shaft - toe),
        (ankle + 0.08, sole - 0.3 * shaft - heel / 2),
        (0.85, sole - toe),
        (1.0, sole - toe / 3),
        (0.98, 1.0),
        (0.55, 1.0 - heel / 4),
        (0.25, 1.0 - heel),
        (0.18, 1.0),
        (0.05, 1.0),
        (0.0, 0.8 - heel / 2),
    ]
    shape = np.array(points)
    return [shape * [-1, 1] if generator.random() < 0.3 else shape]


def _sandal(generator: np.random.Generator) -> Outline:
    lift, thick = generator.uniform(0, 0.5), generator.uniform(0.06, 0.15)
    sole = np.array([(0, 0.9 - lift), (0.4, 0.95 - lift / 2), (1, 0.95), (1, 0.95 + thick), (0.4, 1.0), (0.08, 1.0)])
    straps = []
    for _ in range(int(generator.integers(1, 5))):
        x, width = generator.uniform(0, 0.85), generator.uniform(0.04, 0.16)
        tall, lean = generator.uniform(0.1, 0.6), generator.uniform(-0.2, 0.2)
        straps.append(
            np.array([(x, 0.95), (x + lean, 0.95 - tall), (x + lean + width, 0.95 - tall), (x + width, 0.95)])
        )
    return [sole, *straps]


def _polygon(generator: np.random.Generator) -> Outline:
    count = int(generator.integers(3, 9))
    angle = np.sort(generator.uniform(0, 2 * np.pi, count))
    reach = generator.uniform(0.4, 1.0, count)
    stretch = generator.uniform(0.4, 1.0)
    return [np.stack([stretch * reach * np.cos(angle), reach * np.sin(angle)], axis=1)]


_OUTLINES: Sequence[Callable[[np.random.Generator], Outline]] = (
    _shirt,
    _shirt,
    _sleeveless,
    _trousers,
    _bag,
    _shoe,
    _shoe,
    _sandal,
    _polygon,
)
