"""Draws digits by code, in the written forms that MNIST hardly has.

MNIST's writers were American: its 1 is a bar, its 7 has no cross, its 9 a straight leg. Others write a 1 with a long
upstroke, a crossed 7, an open 4, a slashed 0. Each form here is a few pen strokes through control points, in a box of
height 1 with y downward. Every digit drawn moves its points, its slant, its width and its pen.
"""

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import cv2
import numpy as np

from inkdigits.models.frames import to_frame
from inkdigits.spec import FRAME_SIDE, Float64Array, UInt8Array

__all__ = ["FORMS", "draw_digits_by_pen", "draw_form"]

Point = tuple[float, float]
Stroke = Sequence[Point]
Form = Sequence[Stroke]

_SIDE = 96  # pixels of a digit's height on the drawing canvas
_SUBPIXEL = 4  # bits of sub-pixel precision for OpenCV's lines
_STEPS = 8  # line pieces between two control points

# A stroke whose first and last points agree is closed smoothly; a doubled point makes a sharp corner.
FORMS: Mapping[int, tuple[Form, ...]] = MappingProxyType(
    {
        0: (
            [[(0.3, 0.0), (0.05, 0.25), (0.05, 0.7), (0.3, 1.0), (0.58, 0.7), (0.58, 0.25), (0.3, 0.0)]],
            [[(0.35, 0.02), (0.1, 0.3), (0.08, 0.75), (0.32, 1.0), (0.6, 0.68), (0.55, 0.25), (0.3, 0.0), (0.2, 0.08)]],
            [
                [(0.3, 0.0), (0.05, 0.25), (0.05, 0.7), (0.3, 1.0), (0.58, 0.7), (0.58, 0.25), (0.3, 0.0)],
                [(0.58, 0.12), (0.05, 0.9)],
            ],
        ),
        1: (
            [[(0.05, 0.45), (0.5, 0.0), (0.5, 0.0), (0.45, 1.0)]],
            [[(0.0, 0.6), (0.55, 0.0), (0.55, 0.0), (0.5, 1.0)]],
            [[(0.0, 0.35), (0.3, 0.2), (0.5, 0.0), (0.5, 0.0), (0.5, 0.5), (0.48, 1.0)]],
            [[(0.12, 0.25), (0.4, 0.0), (0.4, 0.0), (0.4, 1.0)], [(0.1, 1.0), (0.72, 1.0)]],
            [[(0.0, 0.5), (0.45, 0.0), (0.45, 0.0), (0.42, 1.0)], [(0.12, 1.0), (0.75, 0.98)]],
            [[(0.1, 0.12), (0.35, 0.0), (0.35, 0.0), (0.33, 1.0)]],
            [[(0.0, 0.75), (0.3, 0.35), (0.6, 0.0), (0.6, 0.0), (0.5, 1.0)]],
            [[(0.0, 0.65), (0.75, 0.0), (0.75, 0.0), (0.65, 1.0)]],
            [[(0.0, 0.5), (0.5, 0.08), (0.72, 0.02), (0.75, 0.2), (0.68, 1.0)]],
            [[(0.0, 0.85), (0.7, 0.0), (0.7, 0.0), (0.72, 1.0)]],
        ),
        2: (
            [[(0.05, 0.25), (0.2, 0.02), (0.5, 0.08), (0.5, 0.4), (0.05, 1.0), (0.05, 1.0), (0.65, 1.0)]],
            [[(0.05, 0.2), (0.3, 0.0), (0.55, 0.2), (0.35, 0.65), (0.1, 0.95), (0.05, 0.82), (0.2, 0.8), (0.65, 1.0)]],
            [[(0.02, 0.22), (0.25, 0.0), (0.52, 0.2), (0.3, 0.65), (0.0, 0.95), (0.3, 0.88), (0.6, 1.0), (0.75, 0.9)]],
            [[(0.1, 0.0), (0.25, 0.1), (0.35, 0.4), (0.15, 0.95), (0.15, 0.95), (0.7, 1.0)]],
        ),
        3: (
            [[(0.05, 0.1), (0.35, 0.0), (0.52, 0.2), (0.2, 0.45), (0.55, 0.65), (0.4, 0.97), (0.0, 0.9)]],
            [
                [
                    (0.05, 0.02),
                    (0.55, 0.02),
                    (0.55, 0.02),
                    (0.25, 0.4),
                    (0.25, 0.4),
                    (0.58, 0.65),
                    (0.4, 0.98),
                    (0.0, 0.9),
                ]
            ],
            [
                [
                    (0.05, 0.12),
                    (0.32, 0.0),
                    (0.5, 0.2),
                    (0.15, 0.47),
                    (0.15, 0.47),
                    (0.55, 0.68),
                    (0.3, 1.0),
                    (0.0, 0.88),
                ]
            ],
            [[(0.1, 0.05), (0.45, 0.02), (0.5, 0.2), (0.3, 0.42), (0.48, 0.6), (0.45, 0.9), (0.1, 1.0), (0.02, 0.85)]],
        ),
        4: (
            [[(0.3, 0.0), (0.0, 0.62), (0.0, 0.62), (0.68, 0.6)], [(0.48, 0.3), (0.46, 1.0)]],
            [[(0.08, 0.05), (0.05, 0.45), (0.25, 0.55), (0.52, 0.45)], [(0.52, 0.05), (0.48, 1.0)]],
            [[(0.5, 1.0), (0.5, 0.0), (0.5, 0.0), (0.0, 0.68), (0.0, 0.68), (0.7, 0.68)]],
            [[(0.2, 0.0), (0.0, 0.55), (0.0, 0.55), (0.6, 0.5)], [(0.55, 0.2), (0.35, 1.0)]],
            [[(0.35, 0.0), (0.0, 0.4), (0.1, 0.52), (0.6, 0.42)], [(0.55, 0.3), (0.5, 0.7), (0.38, 1.0)]],
            [
                [(0.5, 0.0), (0.15, 0.12), (0.02, 0.38), (0.2, 0.52), (0.5, 0.42)],
                [(0.52, 0.22), (0.5, 0.6), (0.45, 1.0)],
            ],
            [[(0.42, 1.0), (0.5, 0.5), (0.45, 0.05), (0.22, 0.15), (0.0, 0.5), (0.12, 0.62), (0.8, 0.55)]],
            [[(0.3, 1.0), (0.5, 0.4), (0.45, 0.0), (0.2, 0.1), (0.0, 0.42), (0.2, 0.55), (0.85, 0.42)]],
            # two strokes side by side with a bar between them, like an H
            [[(0.12, 0.0), (0.0, 0.6), (0.0, 0.6), (0.7, 0.5)], [(0.62, 0.1), (0.55, 1.0)]],
            [[(0.15, 0.1), (0.05, 0.55), (0.3, 0.5), (0.5, 0.4)], [(0.6, 0.0), (0.45, 0.98)]],
        ),
        5: (
            [[(0.55, 0.0), (0.12, 0.02), (0.12, 0.02), (0.08, 0.42), (0.4, 0.4), (0.55, 0.7), (0.3, 1.0), (0.0, 0.9)]],
            [
                [(0.15, 0.05), (0.1, 0.45), (0.4, 0.42), (0.55, 0.7), (0.3, 1.0), (0.0, 0.9)],
                [(0.15, 0.05), (0.65, 0.02)],
            ],
            [[(0.6, 0.05), (0.25, 0.05), (0.12, 0.3), (0.4, 0.52), (0.48, 0.8), (0.2, 1.0), (0.0, 0.92)]],
            [
                [(0.1, 0.05), (0.08, 0.45), (0.4, 0.45), (0.48, 0.78), (0.2, 1.0), (0.0, 0.9)],
                [(0.1, 0.05), (0.95, -0.03)],
            ],
            [
                [(0.25, 0.1), (0.2, 0.5), (0.35, 0.55), (0.4, 0.85), (0.15, 1.0), (0.0, 0.92)],
                [(0.22, 0.1), (0.85, 0.0)],
            ],
            # of old registers: a long, slim curve, its flag short or none, its tail far to the left
            [[(0.78, 0.0), (0.6, 0.06), (0.56, 0.22), (0.62, 0.42), (0.5, 0.7), (0.28, 0.92), (0.0, 1.0)]],
            [
                [(0.62, 0.0), (0.55, 0.12), (0.62, 0.35), (0.52, 0.66), (0.26, 0.9), (0.0, 0.98)],
                [(0.6, 0.02), (0.85, 0.0)],
            ],
            [[(0.55, 0.0), (0.38, 0.12), (0.42, 0.45), (0.42, 0.75), (0.2, 1.0), (0.0, 0.95)]],
            [[(0.7, 0.0), (0.45, 0.05), (0.35, 0.25), (0.5, 0.45), (0.48, 0.75), (0.2, 1.0), (0.05, 0.9)]],
            [
                [(0.35, 0.06), (0.3, 0.3), (0.46, 0.5), (0.44, 0.8), (0.18, 1.0), (0.02, 0.94)],
                [(0.35, 0.06), (0.6, 0.0)],
            ],
        ),
        6: (
            [[(0.5, 0.0), (0.15, 0.35), (0.05, 0.75), (0.3, 1.0), (0.55, 0.78), (0.35, 0.55), (0.08, 0.75)]],
            [[(0.35, 0.0), (0.08, 0.45), (0.1, 0.9), (0.4, 0.98), (0.55, 0.72), (0.3, 0.58), (0.1, 0.72)]],
            [[(0.6, 0.1), (0.35, 0.0), (0.08, 0.4), (0.08, 0.85), (0.35, 1.0), (0.55, 0.75), (0.35, 0.55), (0.1, 0.7)]],
        ),
        7: (
            [[(0.0, 0.05), (0.6, 0.02), (0.6, 0.02), (0.25, 1.0)]],
            [[(0.0, 0.05), (0.6, 0.02), (0.6, 0.02), (0.25, 1.0)], [(0.12, 0.5), (0.62, 0.48)]],
            [[(0.02, 0.2), (0.04, 0.04), (0.04, 0.04), (0.62, 0.02), (0.62, 0.02), (0.35, 0.5), (0.25, 1.0)]],
            [
                [(0.0, 0.18), (0.05, 0.05), (0.3, 0.08), (0.58, 0.0), (0.58, 0.0), (0.35, 0.5), (0.25, 1.0)],
                [(0.1, 0.5), (0.65, 0.46)],
            ],
            [[(0.0, 0.1), (0.25, 0.05), (0.55, 0.1), (0.55, 0.1), (0.4, 0.5), (0.3, 1.0)], [(0.15, 0.55), (0.75, 0.5)]],
            [[(0.05, 0.15), (0.25, 0.0), (0.5, 0.1), (0.4, 0.5), (0.25, 1.0)], [(0.1, 0.58), (0.6, 0.5)]],
            [[(0.0, 0.1), (0.2, 0.02), (0.45, 0.08), (0.5, 0.2), (0.3, 0.7), (0.15, 1.0)], [(0.05, 0.62), (0.75, 0.6)]],
            [
                [(0.05, 0.2), (0.08, 0.05), (0.5, 0.05), (0.5, 0.05), (0.3, 0.6), (0.28, 1.0)],
                [(0.0, 0.65), (0.7, 0.58)],
            ],
        ),
        8: (
            [
                [
                    (0.5, 0.12),
                    (0.25, 0.0),
                    (0.08, 0.2),
                    (0.3, 0.48),
                    (0.52, 0.78),
                    (0.28, 1.0),
                    (0.05, 0.78),
                    (0.3, 0.48),
                    (0.5, 0.22),
                    (0.5, 0.12),
                ]
            ],
            [
                [(0.3, 0.0), (0.1, 0.22), (0.3, 0.44), (0.5, 0.22), (0.3, 0.0)],
                [(0.3, 0.44), (0.04, 0.72), (0.3, 1.0), (0.56, 0.72), (0.3, 0.44)],
            ],
            [
                [
                    (0.6, 0.05),
                    (0.3, 0.02),
                    (0.15, 0.25),
                    (0.35, 0.5),
                    (0.45, 0.8),
                    (0.2, 1.0),
                    (0.05, 0.8),
                    (0.3, 0.48),
                    (0.65, 0.1),
                ]
            ],
            [
                [
                    (0.15, 0.15),
                    (0.35, 0.0),
                    (0.52, 0.15),
                    (0.15, 0.6),
                    (0.08, 0.88),
                    (0.35, 1.0),
                    (0.5, 0.8),
                    (0.2, 0.42),
                    (0.08, 0.18),
                ]
            ],
            [
                [
                    (0.5, 0.05),
                    (0.3, 0.0),
                    (0.15, 0.15),
                    (0.4, 0.6),
                    (0.4, 0.9),
                    (0.2, 1.0),
                    (0.08, 0.85),
                    (0.4, 0.4),
                    (0.52, 0.15),
                ]
            ],
            [
                [
                    (0.35, 0.0),
                    (0.2, 0.2),
                    (0.4, 0.55),
                    (0.35, 0.95),
                    (0.15, 0.98),
                    (0.1, 0.75),
                    (0.4, 0.35),
                    (0.38, 0.05),
                ]
            ],
        ),
        9: (
            [[(0.52, 0.15), (0.25, 0.0), (0.05, 0.25), (0.25, 0.5), (0.5, 0.25), (0.52, 0.1), (0.52, 0.1), (0.5, 1.0)]],
            [
                [(0.5, 0.15), (0.25, 0.0), (0.05, 0.25), (0.25, 0.48), (0.5, 0.2), (0.5, 0.2)],
                [(0.5, 0.1), (0.52, 0.7), (0.3, 1.0), (0.0, 0.92)],
            ],
            [
                [(0.5, 0.2), (0.28, 0.0), (0.08, 0.22), (0.28, 0.45), (0.5, 0.2)],
                [(0.5, 0.2), (0.55, 0.6), (0.4, 0.95), (0.1, 0.98), (0.05, 0.8)],
            ],
            [[(0.5, 0.08), (0.2, 0.02), (0.05, 0.3), (0.3, 0.48), (0.52, 0.1), (0.52, 0.1), (0.3, 1.0)]],
            [[(0.45, 0.05), (0.1, 0.1), (0.1, 0.42), (0.45, 0.4), (0.5, 0.15), (0.52, 0.6), (0.3, 1.0), (0.0, 0.88)]],
            [[(0.5, 0.1), (0.25, 0.0), (0.05, 0.12), (0.25, 0.24), (0.5, 0.12), (0.5, 0.12), (0.38, 1.0)]],
            [[(0.55, 0.1), (0.3, 0.0), (0.08, 0.2), (0.3, 0.42), (0.55, 0.3), (0.6, 0.65), (0.35, 1.0), (0.0, 0.95)]],
        ),
    }
)


def draw_digits_by_pen(labels: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Return a newly drawn frame for each label, its form picked at random among the label's forms.

    Args:
        labels: uint8, shape (N,), 0 to 9.
        generator: Where every choice comes from: the same state gives the same frames.

    Returns:
        uint8, shape (N, 28, 28), 0 for paper to 255 for ink, framed by `frames.to_frame` as pictures are.

    >>> draw_digits_by_pen(np.array([1, 7], np.uint8), np.random.default_rng(7)).shape
    (2, 28, 28)
    """
    frames = np.empty((len(labels), FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    for index, label in enumerate(labels):
        forms = FORMS[int(label)]
        frames[index] = draw_form(forms[generator.integers(len(forms))], generator)
    return frames


def draw_form(form: Form, generator: np.random.Generator) -> UInt8Array:
    """Return one frame of a form: points moved, slanted, stretched, inked with a pen of random width and softness."""
    canvas = np.zeros((2 * _SIDE, 2 * _SIDE), dtype=np.uint8)
    change = _random_change(generator)
    pen = max(1, round(_SIDE * generator.uniform(0.04, 0.19)))
    wobble = generator.uniform(0.01, 0.045)
    for stroke in form:
        points = np.asarray(stroke, dtype=np.float64)
        moved = points + _shared_noise(points, generator, wobble)
        path = _smooth(moved) @ change.T * _SIDE + _SIDE / 2
        pixels = np.rint(path * 2**_SUBPIXEL).astype(np.int32)
        cv2.polylines(canvas, [pixels], isClosed=False, color=255, thickness=pen, lineType=cv2.LINE_AA, shift=_SUBPIXEL)
    softness = generator.uniform(0.0, 2.5)
    if softness > 0.3:
        canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), softness), dtype=np.uint8)
    return to_frame(np.where(canvas > 8, canvas, 0).astype(np.uint8))


def _random_change(generator: np.random.Generator) -> Float64Array:
    """Return a random turn, slant and stretch, shape (2, 2)."""
    angle = np.deg2rad(generator.uniform(-10, 10))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, -generator.normal(0.15, 0.22)], [0.0, 1.0]])
    return np.asarray(turn @ slant @ np.diag([generator.uniform(0.65, 1.3), generator.uniform(0.85, 1.1)]))


def _shared_noise(points: Float64Array, generator: np.random.Generator, wobble: float) -> Float64Array:
    """Return one random step for each different point, so that doubled and closing points stay together."""
    _, where = np.unique(points, axis=0, return_inverse=True)
    return np.asarray(generator.normal(0, wobble, (where.max() + 1, 2))[where.ravel()])


def _smooth(points: Float64Array) -> Float64Array:
    """Return points along a Catmull-Rom curve through `points`; corners at doubled points stay sharp."""
    corners = [0, *(np.flatnonzero((points[1:] == points[:-1]).all(axis=1)) + 1), len(points)]
    return np.concatenate([_curve(points[start:end]) for start, end in itertools.pairwise(corners)])


def _curve(points: Float64Array) -> Float64Array:
    if len(points) < 3:
        return points
    is_closed = bool((points[0] == points[-1]).all())
    before = points[-2] if is_closed else 2 * points[0] - points[1]
    after = points[1] if is_closed else 2 * points[-1] - points[-2]
    p = np.vstack([before, points, after])
    t = (np.arange(_STEPS) / _STEPS)[None, :, None]
    a, b, c, d = (p[i : len(p) - 3 + i, None, :] for i in range(4))
    pieces = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([pieces.reshape(-1, 2), points[-1]])
