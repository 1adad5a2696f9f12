"""Draws pen strokes of any size with a hand's pen."""

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, Float64Array, Int32Array, UInt8Array
from inkdigits.training.synthesis.marks.hands import Hand, draw_shape, lose_ink
from inkdigits.training.synthesis.marks.stamps import Stamp, trim

__all__ = ["SUBPIXEL", "WIDEST", "Strokes", "draw_strokes", "stamp_strokes", "to_subpixels", "wobble"]

Strokes: TypeAlias = Sequence[Float32Array]  # each (n, 2), x to the right and y downward; one point is a dot

SUBPIXEL = 4  # bits of sub-pixel precision for OpenCV's lines
WIDEST = 1.6  # heights: a mark that is wider, such as a dash, is scaled by its width instead of its height
_FLAT = 1e-3  # units of strokes: what is smaller in both directions is a dot
_WOBBLY_SHARE = 0.7  # of marks are bent
_NIB_THICKNESS = 0.4  # of a broad nib's width: its thin strokes
_PALEST = 0.25  # share of ink that the thinnest pen leaves; one of a pixel leaves all


def stamp_strokes(strokes: Strokes, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw a form, given in any unit, `height` pixels high; or 1.6 heights wide where it is wider than that."""
    together = np.concatenate(strokes)
    low, high = together.min(axis=0), together.max(axis=0)
    extent = max(float(high[1] - low[1]), float(high[0] - low[0]) / WIDEST, _FLAT)
    middle = (low + high) / 2
    shape = draw_shape(hand, generator)
    points: Strokes = [((stroke - middle) / extent) @ shape.T for stroke in strokes]
    if generator.random() < _WOBBLY_SHARE:
        points = wobble(points, generator)
    together = np.concatenate(points)
    scale = 1 / max(float(np.ptp(together[:, 1])), float(np.ptp(together[:, 0])) / WIDEST, _FLAT)
    points = [stroke * np.float32(scale) for stroke in points]
    return draw_strokes(points, max(height * (1 - hand.pen), 2.0), hand, generator)


def draw_strokes(points: Strokes, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw strokes as they are, given in digit heights of `height` pixels."""
    width = hand.pen * height * float(np.exp(generator.normal(0, 0.08)))
    thickness = max(1, round(width if hand.nib is None else _NIB_THICKNESS * width))
    pad = max(thickness, round(width)) + 2
    scaled = [stroke * np.float32(height) for stroke in points]
    together = np.concatenate(scaled)
    low, high = together.min(axis=0), together.max(axis=0)
    columns, rows = (int(extent) + 2 * pad + 2 for extent in (high - low))
    canvas = np.zeros((rows, columns), dtype=np.uint8)
    for stroke in scaled:
        path = to_subpixels(_smooth(stroke - low + pad))
        if len(path) == 1:
            radius = max(0.7, width * generator.uniform(0.5, 0.95))
            cv2.circle(canvas, path[0].tolist(), round(radius * 2**SUBPIXEL), 255, -1, cv2.LINE_AA, SUBPIXEL)
        else:
            cv2.polylines(canvas, [path], False, 255, thickness, cv2.LINE_AA, SUBPIXEL)  # noqa: FBT003 - OpenCV's
    if hand.nib is not None:
        canvas = np.asarray(cv2.dilate(canvas, _shape_nib(width, hand.nib)), dtype=np.uint8)
    strength = min(1.0, max(width, _PALEST))
    return Stamp(lose_ink(trim(canvas), strength, hand, generator))


def _shape_nib(width: float, angle: float) -> UInt8Array:
    """Return what a broad nib of `width` pixels leaves at one place."""
    side = max(1, round(width)) | 1
    nib = np.zeros((side, side), dtype=np.uint8)
    ends = side / 2 - 0.5 + np.outer([-0.5, 0.5], [np.cos(angle), -np.sin(angle)]) * (side - 1)
    start, end = np.rint(ends).astype(int).tolist()
    cv2.line(nib, start, end, 1)
    return nib


def to_subpixels(points: Float32Array | Float64Array) -> Int32Array:
    """Return points (n, 2) in pixels as OpenCV's drawing functions take them with `SUBPIXEL` bits."""
    return np.asarray(np.rint(points * 2**SUBPIXEL), dtype=np.int32)


def wobble(points: Strokes, generator: Generator) -> list[Float32Array]:
    """Bend all strokes by one smooth field, so that joints stay joined."""
    field = generator.normal(0, generator.uniform(0.0, 0.05), (2, 3, 3))
    bent = []
    for stroke in points:
        u = np.clip(stroke + 0.5, 0, 1) * 2
        cell = np.minimum(u.astype(int), 1)
        part = u - cell
        x, y, fx, fy = cell[:, 0], cell[:, 1], part[:, 0], part[:, 1]
        moved = [
            axis[y, x] * (1 - fx) * (1 - fy)
            + axis[y, x + 1] * fx * (1 - fy)
            + axis[y + 1, x] * (1 - fx) * fy
            + axis[y + 1, x + 1] * fx * fy
            for axis in field
        ]
        bent.append((stroke + np.stack(moved, axis=1)).astype(np.float32))
    return bent


def _smooth(stroke: Float32Array) -> Float32Array:
    if len(stroke) < 3:
        return stroke
    at = np.linspace(0, len(stroke) - 1, max(16, 2 * len(stroke)))
    steps = np.arange(len(stroke))
    path = np.stack([np.interp(at, steps, stroke[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(2):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path.astype(np.float32)
