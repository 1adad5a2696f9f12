"""Draws digits onto pictures as pens, phones and scanners leave them, and reads their frames back.

Where `degradation` spoils a frame to train a network, this draws the digit onto a picture and reads it back through
the reader's own front end. So what is fitted on it has seen what the front end does, its mistakes included. Nothing
here is shared with `degradation`: a network is judged on distortions that did not train it.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.errors import EmptyDigitError
from inkdigits.reading.framing import frame_digit
from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, Float32Array, UInt8Array

__all__ = ["draw_snapshot", "through_snapshots"]

Spoil = Callable[[Float32Array, np.random.Generator], Float32Array]

_SMALLEST, _LARGEST = 1.4, 3.5  # picture pixels for each pixel of the frame: digits are 28 to 70 pixels high
_LOW_RESOLUTION = 0.15  # share of the pictures on which the digit is as small as 13 to 28 pixels
_JPEG_SHARE = 0.5  # share of the pictures that JPEG compresses
_LIGHT_ON_DARK = 0.12  # share of the pictures with light ink


def through_snapshots(frames: UInt8Array, generator: np.random.Generator) -> tuple[UInt8Array, npt.NDArray[np.bool_]]:
    """Draw each digit onto a picture of its own and return the frames that the reader cuts out of them.

    Args:
        frames: uint8, shape (n, 28, 28), 0 for paper to 255 for ink.
        generator: Where every choice comes from: the same state gives the same frames.

    Returns:
        uint8, shape (n, 28, 28), a new array; and bool, shape (n,), False where the reader found no ink, so that there
        is no answer to be right or wrong. 5,000 digits take half a minute on one core.
    """
    result = np.zeros(frames.shape, dtype=np.uint8)
    found = np.ones(len(frames), dtype=np.bool_)
    for index, frame in enumerate(frames):
        picture = draw_snapshot(frame, generator)
        is_jpeg = generator.random() < _JPEG_SHARE
        quality = int(generator.integers(30, 96))
        try:
            result[index] = frame_digit(_to_jpeg(picture, quality) if is_jpeg else picture)
        except EmptyDigitError:
            found[index] = False
    return result, found


def draw_snapshot(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Return a picture of one digit: its pen, its place and its paper are drawn at random.

    Args:
        frame: uint8, shape (28, 28), 0 for paper to 255 for ink.
        generator: Where every choice comes from.

    Returns:
        uint8, shape (H, W), gray, 0 for black to 255 for white; dark ink on light paper in most.

    >>> draw_snapshot(np.zeros((28, 28), np.uint8), np.random.default_rng(7)).ndim
    2
    """
    is_small = generator.random() < _LOW_RESOLUTION
    scale = generator.uniform(0.65, _SMALLEST) if is_small else generator.uniform(_SMALLEST, _LARGEST)
    ink = _pen(_place(frame, scale, generator), scale, generator)
    if generator.random() < 0.2:
        _add_rule(ink, generator)
    paper = generator.uniform(150, 255)
    darkness = generator.uniform(0.3, 1.0)
    picture = np.asarray(paper * (1 - darkness * ink), dtype=np.float32)
    for spoil, share in _SPOILS:
        if generator.random() < share:
            picture = spoil(picture, generator)
    gray = np.clip(picture, 0, 255).round().astype(np.uint8)
    return 255 - gray if generator.random() < _LIGHT_ON_DARK else gray


def _place(frame: UInt8Array, scale: float, generator: np.random.Generator) -> Float32Array:
    """Return the ink, 0 to 1, turned, slanted, stretched and set down somewhere on a larger sheet."""
    angle = np.deg2rad(generator.normal(0, 5))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    slant = np.array([[1.0, generator.normal(0, 0.12)], [0.0, 1.0]])
    stretch = scale * np.diag(generator.uniform(0.88, 1.12, 2))
    change = turn @ slant @ stretch
    height, width = (int(FRAME_SIDE * scale * generator.uniform(1.15, 1.8)) for _ in range(2))
    room = 0.5 * (np.array([width, height]) - FRAME_SIDE * scale)
    middle = np.array([width, height]) / 2 + generator.uniform(-0.8, 0.8, 2) * room
    matrix = np.column_stack([change, middle - change @ np.full(2, FRAME_CENTER)])
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    ink = cv2.warpAffine(frame.astype(np.float32) / 255, matrix, (width, height), flags=how)
    return np.clip(np.asarray(ink, dtype=np.float32), 0, 1)


def _pen(ink: Float32Array, scale: float, generator: np.random.Generator) -> Float32Array:
    """Return the ink with sharper edges, thinner or thicker: where between paper and full ink the edge is set."""
    if generator.random() < 0.15:
        size = 2 * round(scale * generator.uniform(0.2, 0.6)) + 1
        ink = np.asarray(cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))), np.float32)
    level = generator.uniform(0.25, 0.65)
    sharpness = generator.uniform(1.0, 1.0 + 2 * scale)
    edged = np.clip((ink - level) * sharpness + 0.5, 0, 1) * (ink > 0.02)
    return np.asarray(edged, dtype=np.float32)


def _add_rule(ink: Float32Array, generator: np.random.Generator) -> None:
    """Draw the remains of a cell's frame along one side, in place."""
    side = np.rot90(ink, int(generator.integers(4)))
    thickness = int(generator.integers(1, 4))
    start, end = np.sort(generator.integers(0, side.shape[1] + 1, 2))
    offset = int(generator.integers(0, 3))
    strip = side[offset : offset + thickness, start:end]
    np.maximum(strip, np.float32(generator.uniform(0.3, 1.0)), out=strip)


def _blur(picture: Float32Array, generator: np.random.Generator) -> Float32Array:
    sigma = generator.uniform(0.4, 0.03 * min(picture.shape) if min(picture.shape) > 20 else 0.6)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.float32)


def _texture(picture: Float32Array, generator: np.random.Generator) -> Float32Array:
    """Let the paper's brightness wander, as rough or crumpled paper does."""
    cells = generator.normal(0, generator.uniform(2, 9), generator.integers(3, 12, 2)).astype(np.float32)
    hills = cv2.resize(cells, picture.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture + hills, dtype=np.float32)


def _shadow(picture: Float32Array, generator: np.random.Generator) -> Float32Array:
    """Darken one side of a soft straight edge."""
    height, width = picture.shape
    angle = generator.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (columns - generator.uniform(0.1, 0.9) * width) * np.cos(angle)
    along = (rows - generator.uniform(0.1, 0.9) * height) * np.sin(angle)
    softness = generator.uniform(0.02, 0.3) * min(height, width)
    share = 1 / (1 + np.exp(-np.clip((across + along) / softness, -30, 30)))
    return np.asarray(picture * (1 - generator.uniform(0.1, 0.45) * share), dtype=np.float32)


def _grain(picture: Float32Array, generator: np.random.Generator) -> Float32Array:
    return np.asarray(picture + generator.normal(0, generator.uniform(1, 12), picture.shape), dtype=np.float32)


_SPOILS: Sequence[tuple[Spoil, float]] = ((_texture, 0.3), (_shadow, 0.25), (_blur, 0.4), (_grain, 0.4))


def _to_jpeg(picture: UInt8Array, quality: int) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
