"""Spoils frames as a poor pen, camera or scanner would.

Where `augmentation` moves a digit, this spoils its ink: bent strokes, low resolution, blur, faint ink, gray paper,
grain, two levels, gaps, and remains of a line or of a neighbor at the frame's edge.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array

__all__ = ["roughen"]

_GRID = 5  # points a side of the bending grid
_ROWS, _COLUMNS = np.mgrid[0:FRAME_SIDE, 0:FRAME_SIDE].astype(np.float32)

Spoil = Callable[[UInt8Array, np.random.Generator], UInt8Array]


def roughen(frames: UInt8Array, generator: np.random.Generator, share: float = 1.0) -> UInt8Array:
    """Return a copy of each digit with some of its ink spoiled; nearly two in five stay as they are but for a bend.

    Args:
        frames: uint8, shape (N, 28, 28), 0 for paper to 255 for ink; N may be 0.
        generator: Where every choice comes from: the same state gives the same frames.
        share: Of the frames that may be spoiled at all, 0 to 1.

    Returns:
        uint8, shape (N, 28, 28), a new array.

    >>> roughen(np.zeros((2, 28, 28), np.uint8), np.random.default_rng(7)).shape
    (2, 28, 28)
    """
    chosen = generator.random((len(frames), len(_SPOILS))) < [often for _, often in _SPOILS]
    if share < 1:
        chosen[generator.random(len(frames)) >= share] = False
    result = frames.copy()
    for frame, picks in zip(result, chosen, strict=True):
        for index in np.flatnonzero(picks):
            frame[...] = _SPOILS[int(index)][0](frame, generator)
    return result


def _bend(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Move the points of a coarse grid and the ink with them."""
    steps = generator.normal(0, generator.uniform(0.3, 1.3), (2, _GRID, _GRID)).astype(np.float32)
    size = (FRAME_SIDE, FRAME_SIDE)
    right, down = (cv2.resize(step, size, interpolation=cv2.INTER_CUBIC) for step in steps)
    return _as_frame(cv2.remap(frame, _COLUMNS + right, _ROWS + down, cv2.INTER_LINEAR))


def _lower_resolution(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    side = int(generator.integers(11, 20))
    small = cv2.resize(frame, (side, side), interpolation=cv2.INTER_AREA)
    how = cv2.INTER_NEAREST if generator.random() < 0.3 else cv2.INTER_LINEAR
    return _as_frame(cv2.resize(small, (FRAME_SIDE, FRAME_SIDE), interpolation=how))


def _blur(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    return _as_frame(cv2.GaussianBlur(frame, (0, 0), float(generator.uniform(0.4, 1.2))))


def _fade(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    strength, gamma = generator.uniform(0.45, 1.0), generator.uniform(0.6, 1.7)
    levels = 255 * strength * (np.arange(256) / 255) ** gamma
    return _as_frame(levels.astype(np.uint8)[frame])


def _raise_paper(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Let gray paper, or a sheet that was not evened out, lie under the ink: less contrast, and nothing is 0."""
    level = generator.uniform(0.04, 0.35)
    return _clip(255 * level + frame.astype(np.float32) * np.float32(1 - level * generator.uniform(1, 1.6)))


def _add_grain(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    grain = generator.normal(0, generator.uniform(4, 28), frame.shape)
    return _clip(frame.astype(np.float32) + grain.astype(np.float32))


def _threshold(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    return _as_frame((frame > generator.uniform(0.25, 0.55) * frame.max()) * np.uint8(255))


def _break_strokes(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Let the ink run thin in patches, as a dry pen or rough paper does."""
    patches = generator.uniform(0.1, 1.9, (9, 9)).astype(np.float32)
    size = (FRAME_SIDE, FRAME_SIDE)
    return _clip(frame.astype(np.float32) * np.minimum(cv2.resize(patches, size, interpolation=cv2.INTER_LINEAR), 1))


def _add_edge_remains(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Draw a piece of a line along one edge, or a blot of a neighbor there."""
    result = np.rot90(frame, int(generator.integers(4))).copy()
    start = int(generator.integers(0, FRAME_SIDE - 4))
    length = int(generator.integers(3, FRAME_SIDE)) if generator.random() < 0.6 else 3
    depth = int(generator.integers(1, 4))
    edge = result[:depth, start : start + length]
    np.maximum(edge, np.uint8(generator.integers(90, 256)), out=edge)
    return result


_SPOILS: Sequence[tuple[Spoil, float]] = (
    (_bend, 0.5),
    (_lower_resolution, 0.12),
    (_break_strokes, 0.08),
    (_blur, 0.15),
    (_threshold, 0.1),
    (_fade, 0.2),
    (_raise_paper, 0.08),
    (_add_edge_remains, 0.06),
    (_add_grain, 0.12),
)


def _clip(values: Float32Array) -> UInt8Array:
    return _as_frame(np.clip(values, 0, 255).astype(np.uint8))


def _as_frame(pixels: "cv2.typing.MatLike") -> UInt8Array:
    return np.asarray(pixels, dtype=np.uint8)
