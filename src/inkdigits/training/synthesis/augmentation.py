"""Turns, shifts, scales and shears digits, and changes their stroke width."""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, Float32Array, Float64Array, UInt8Array

__all__ = ["Augmentation", "augment"]

_CHUNK = 2_000  # frames at a time, so that the copies of the stroke step stay in the cache


@dataclass(frozen=True, kw_only=True, slots=True)
class Augmentation:
    """How far a digit may be changed; each change is drawn evenly between its ends, for each digit alone.

    Args:
        turn_degrees: Turns by up to so many degrees either way, 0 or more.
        shift: Moves by up to so many pixels along each axis, 0 or more.
        scale_min: Smallest factor along each axis, above 0.
        scale_max: Largest factor along each axis, `scale_min` or more.
        shear: Slants by up to so many columns a row either way, 0 or more; 0.3 is 17 degrees.
        thinner: Share, 0 to 1, of the way to the gray erosion with a cross of 3 x 3.
        thicker: Share, 0 to 1, of the way to the gray dilation with the same cross.
    """

    turn_degrees: float = 15.0
    shift: float = 2.0
    scale_min: float = 0.85
    scale_max: float = 1.15
    shear: float = 0.3
    thinner: float = 0.5
    thicker: float = 0.8


def augment(frames: UInt8Array, generator: np.random.Generator, settings: Augmentation | None = None) -> UInt8Array:
    """Return a changed copy of each digit.

    Args:
        frames: uint8, shape (N, 28, 28), 0 for paper to 255 for ink; N may be 0.
        generator: Where the changes come from: the same state gives the same frames.
        settings: How far; None is `Augmentation()`.

    Returns:
        uint8, shape (N, 28, 28), a new array; ink moved past an edge is lost. 60,000 digits take 0.8 s on one core.

    >>> augment(np.zeros((3, 28, 28), np.uint8), np.random.default_rng(7)).shape
    (3, 28, 28)
    """
    settings = settings or Augmentation()
    matrices = _draw_matrices(len(frames), generator, settings)
    weights = generator.uniform(-settings.thinner, settings.thicker, len(frames))
    result = np.empty(frames.shape, dtype=np.uint8)
    for start in range(0, len(frames), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        result[chunk] = _change_strokes(frames[chunk], weights[chunk])
        _warp(result[chunk], matrices[chunk])
    return result


def _draw_matrices(n: int, generator: np.random.Generator, settings: Augmentation) -> Float32Array:
    """Return the maps from new to old coordinates, float32 of shape (n, 2, 3), in (x, y)."""
    angle = np.deg2rad(generator.uniform(-settings.turn_degrees, settings.turn_degrees, n))
    scale = generator.uniform(settings.scale_min, settings.scale_max, (n, 2))
    slant = generator.uniform(-settings.shear, settings.shear, n)
    shift = generator.uniform(-settings.shift, settings.shift, (n, 2))
    turn = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], axis=1).reshape(n, 2, 2)
    shear = np.tile(np.eye(2), (n, 1, 1))
    shear[:, 0, 1] = slant
    inverse = np.linalg.inv(turn @ shear @ (np.eye(2) * scale[:, np.newaxis, :]))
    center = np.full(2, FRAME_CENTER)
    offset = center - np.einsum("nij,nj->ni", inverse, center + shift)
    return np.concatenate([inverse, offset[..., np.newaxis]], axis=2).astype(np.float32)


def _warp(frames: UInt8Array, matrices: Float32Array) -> None:
    """Move the ink of `frames` in place."""
    size = (FRAME_SIDE, FRAME_SIDE)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    for frame, matrix in zip(frames, matrices, strict=True):
        frame[...] = cv2.warpAffine(frame, matrix, size, flags=flags)


def _change_strokes(frames: UInt8Array, weights: Float64Array) -> UInt8Array:
    """Return `frames` mixed with their dilation (weight above 0) or erosion (below 0)."""
    parts = np.rint(256 * np.abs(weights)).astype(np.int16)[:, np.newaxis, np.newaxis]
    target = np.where(weights[:, np.newaxis, np.newaxis] > 0, _spread(frames, np.maximum), _spread(frames, np.minimum))
    change = target.astype(np.int32) - frames
    return np.asarray(frames + (change * parts >> 8), dtype=np.uint8)


def _spread(frames: UInt8Array, choose: np.ufunc) -> UInt8Array:
    """Return the greatest or least of each pixel and its four neighbors; paper lies around the frame."""
    result = frames.copy()
    choose(result[:, 1:], frames[:, :-1], out=result[:, 1:])
    choose(result[:, :-1], frames[:, 1:], out=result[:, :-1])
    choose(result[:, :, 1:], frames[:, :, :-1], out=result[:, :, 1:])
    choose(result[:, :, :-1], frames[:, :, 1:], out=result[:, :, :-1])
    return result
