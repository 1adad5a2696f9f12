"""Spoils 28 x 28 frames for `spoiled_frames.py`, in moderate strengths.

A person still reads them easily (20 of each way were looked at). Frames are light ink on dark paper, uint8,
shape (28, 28), and stay so. The kinds of damage are those that are usually tried on MNIST; no network here was trained
with any of this code.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inkdigits.spec import FRAME_SIDE, Float64Array, UInt8Array

Spoil = Callable[[np.random.Generator, Float64Array], Float64Array]

SEED = 67
_EDGE_LIMITS = (80, 200)  # gray levels of a slope that begins and of one that makes an edge (Canny's)
_INK = 40  # gray levels from which a pixel counts as ink when a frame is moved


def spoil(way: str, index: int, frame: UInt8Array) -> UInt8Array:
    """Return a frame spoiled in a way of `WAYS`, uint8, shape (28, 28).

    Args:
        way: How.
        index: Draws how strongly and where; one index has one answer.
        frame: uint8, shape (28, 28), 0 for paper to 255 for ink.
    """
    generator = np.random.default_rng([SEED, tuple(WAYS).index(way), index])
    spoiled = WAYS[way](generator, frame.astype(np.float64))
    return np.asarray(np.round(np.clip(spoiled, 0, 255)), dtype=np.uint8)


def _noise(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    return np.asarray(frame + generator.normal(0, generator.uniform(20, 50), frame.shape))


def _stripes(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Lay lighter bars under the ink, or turn the columns at both sides into their negative."""
    if generator.random() < 0.5:
        side = int(generator.integers(3, 7))
        turned = frame.copy()
        turned[:, :side], turned[:, -side:] = 255 - frame[:, :side], 255 - frame[:, -side:]
        return turned
    period, phase = int(generator.integers(5, 10)), int(generator.integers(10))
    at = (np.arange(FRAME_SIDE) + phase) % period < generator.integers(1, 3)
    bars = np.zeros_like(frame)
    bars[:, at] = generator.uniform(70, 140)
    return np.maximum(frame, bars.T if generator.random() < 0.5 else bars)


def _fog(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Lay a cloudy veil over the frame, which keeps half its contrast or more."""
    clouds = np.zeros_like(frame)
    for cells in (2, 4, 8):
        coarse = generator.uniform(0, 1, (cells, cells))
        clouds += cv2.resize(coarse, (FRAME_SIDE, FRAME_SIDE), interpolation=cv2.INTER_CUBIC) * 2 / cells
    clouds = 100 + 155 * (clouds - clouds.min()) / max(float(np.ptp(clouds)), 1e-9)
    veil = generator.uniform(0.3, 0.5)
    return np.asarray((1 - veil) * frame + veil * clouds)


def _dotted_line(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Lay a line of dots, a pixel each, across the frame from side to side."""
    columns = np.arange(int(generator.integers(2)), FRAME_SIDE, int(generator.integers(2, 4)))
    start, end = generator.uniform(4, FRAME_SIDE - 4, 2)
    rows = np.round(start + (end - start) * columns / FRAME_SIDE).astype(int)
    dotted = frame.copy()
    dotted[rows, columns] = 255
    return dotted


def _zigzag_line(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Lay a thin zigzag line across the frame from side to side."""
    step, swing = generator.uniform(2, 4), generator.uniform(1, 2.5)
    x = np.arange(-step, FRAME_SIDE + step, step)
    start, end = generator.uniform(5, FRAME_SIDE - 5, 2)
    y = start + (end - start) * x / FRAME_SIDE + swing * (-1.0) ** np.arange(len(x))
    line = np.zeros(frame.shape, np.uint8)
    points = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32)
    cv2.polylines(line, [points], isClosed=False, color=255, thickness=1, lineType=cv2.LINE_AA, shift=4)
    return np.asarray(np.maximum(frame, line * generator.uniform(0.7, 1.0)))


def _edges_only(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Leave thin outlines of the strokes."""
    soft = cv2.GaussianBlur(frame, (0, 0), float(generator.uniform(0.3, 0.6)))
    return cv2.Canny(soft.astype(np.uint8), *_EDGE_LIMITS).astype(np.float64)


def _blur(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Blur the frame evenly, or along a way as a moved camera does."""
    if generator.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(frame, (0, 0), float(generator.uniform(0.8, 1.2))), dtype=np.float64)
    angle, reach = generator.uniform(0, np.pi), generator.uniform(1, 2)
    steps = np.linspace(-reach, reach, 13)
    moved = [_warp(frame, np.eye(2), step * np.array([np.cos(angle), np.sin(angle)])) for step in steps]
    return np.asarray(np.mean(moved, axis=0))


def _shear(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    lean = generator.uniform(0.3, 0.5) * generator.choice([-1, 1])
    return _warp(frame, np.array([[1.0, lean], [0.0, 1.0]]), np.zeros(2))


def _shift(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Move the ink toward a corner, up to the frame's borders and not beyond."""
    moves = []
    for axis in (1, 0):
        at = np.flatnonzero((frame >= _INK).any(axis=1 - axis))
        room = (int(at[0]), FRAME_SIDE - 1 - int(at[-1]))
        is_back = generator.random() < 0.5
        most = room[0] if is_back else room[1]
        moves.append(float(generator.integers((most + 1) // 2, most + 1)) * (-1 if is_back else 1))
    return _warp(frame, np.eye(2), np.array(moves))


def _brightness(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Make the whole frame lighter, so that the paper is gray and ink saturates, or darker."""
    if generator.random() < 0.75:
        return np.asarray(frame + generator.uniform(50, 130))
    return np.asarray(frame * generator.uniform(0.3, 0.6))


def _spatter(generator: np.random.Generator, frame: Float64Array) -> Float64Array:
    """Throw drops of several sizes at the frame."""
    drops = np.zeros(frame.shape, np.uint8)
    for _ in range(int(generator.integers(4, 11))):
        center = np.round(generator.uniform(0, FRAME_SIDE, 2) * 16).astype(int).tolist()
        radius = round(float(generator.choice([0.4, 0.7, 1.2])) * 16)
        cv2.circle(drops, center, radius, int(generator.integers(110, 231)), -1, cv2.LINE_AA, 4)
    return np.maximum(frame, drops.astype(np.float64))


def _warp(frame: Float64Array, matrix: Float64Array, move: Float64Array) -> Float64Array:
    """Return a frame stretched about its middle by a matrix, 2 by 2, and moved (x, y) pixels."""
    middle = np.full(2, (FRAME_SIDE - 1) / 2)
    offset = middle - matrix @ middle + move
    whole = np.concatenate([matrix, offset[:, np.newaxis]], axis=1)
    return np.asarray(cv2.warpAffine(frame, whole, (FRAME_SIDE, FRAME_SIDE), flags=cv2.INTER_LINEAR))


WAYS: Mapping[str, Spoil] = {
    "noise": _noise,
    "stripes": _stripes,
    "fog": _fog,
    "dotted line": _dotted_line,
    "zigzag line": _zigzag_line,
    "edges only": _edges_only,
    "blur": _blur,
    "shear": _shear,
    "shift": _shift,
    "brightness": _brightness,
    "spatter": _spatter,
}
