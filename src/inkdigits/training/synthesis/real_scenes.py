"""Makes scenes of real pictures: crops whose boxes are known, and words without any digit."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import DETECTOR_STEP, Float32Array, UInt8Array
from inkdigits.training.synthesis.canvas import Scene

__all__ = ["RealPicture", "place_picture"]

_TALLEST, _SMALLEST = 66.0, 13.0  # pixels of digits in a scene
_INK_LEVEL = 0.35  # of the range from paper to the darkest ink: what counts as ink of a word


@dataclass(frozen=True, slots=True)
class RealPicture:
    """A real picture and what is known of it.

    Attributes:
        picture: uint8, shape (H, W), dark on light.
        marks: float32, shape (n, 7), as in `Scene`; empty for words.
        is_word: Whether all its ink is no digit.
    """

    picture: UInt8Array
    marks: Float32Array
    is_word: bool


def place_picture(real: RealPicture, shape: tuple[int, int], generator: Generator) -> Scene:
    """Return a scene that shows the picture, scaled, moved, and exposed a little differently.

    What lies outside the picture goes on as its edge, as the reader continues pictures.
    """
    scale = _draw_scale(real, generator)
    aspect = float(np.exp(generator.normal(0, 0.08)))
    size = (max(4, round(real.picture.shape[1] * scale * aspect)), max(4, round(real.picture.shape[0] * scale)))
    picture = cv2.resize(real.picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    rows, columns = shape
    x = int(generator.integers(min(0, columns - size[0]), max(1, columns - size[0] + 1)))
    y = int(generator.integers(min(0, rows - size[1]), max(1, rows - size[1] + 1)))
    inner = picture[max(0, -y) : rows - y, max(0, -x) : columns - x]
    top, left = max(y, 0), max(x, 0)
    bottom, right = rows - top - inner.shape[0], columns - left - inner.shape[1]
    gray = cv2.copyMakeBorder(inner, top, bottom, left, right, cv2.BORDER_REPLICATE)
    marks = real.marks.copy()
    marks[:, [1, 3]] = marks[:, [1, 3]] * scale * aspect + x
    marks[:, [2, 4]] = marks[:, [2, 4]] * scale + y
    other = np.zeros((rows // DETECTOR_STEP, columns // DETECTOR_STEP), dtype=np.uint8)
    if real.is_word:
        other = _find_ink(np.asarray(gray, dtype=np.uint8))
    kept, cut = _split_seen(marks, shape)
    for box in cut:
        other[
            max(0, int(box[2]) // 4) : max(0, int(box[4]) // 4 + 1),
            max(0, int(box[1]) // 4) : max(0, int(box[3]) // 4 + 1),
        ] = 255
    return Scene(_expose(np.asarray(gray, dtype=np.uint8), generator), kept, other)


def _draw_scale(real: RealPicture, generator: Generator) -> float:
    if len(real.marks):
        tall = float(np.median(real.marks[:, 4] - real.marks[:, 2]))
        low, high = _SMALLEST / tall, _TALLEST / tall
        wanted = float(np.exp(generator.normal(np.log(30.0 / tall), 0.45)))
        return float(np.clip(wanted, low, min(high, 3.0)))
    return float(np.exp(generator.uniform(np.log(24.0), np.log(90.0)))) / real.picture.shape[0]


def _split_seen(marks: Float32Array, shape: tuple[int, int]) -> tuple[Float32Array, Float32Array]:
    """Return the marks that lie inside, cut to it, and those that lie partly outside."""
    inside = marks.copy()
    inside[:, [1, 3]] = np.clip(marks[:, [1, 3]], 0, shape[1])
    inside[:, [2, 4]] = np.clip(marks[:, [2, 4]], 0, shape[0])
    area = (inside[:, 3] - inside[:, 1]) * (inside[:, 4] - inside[:, 2])
    seen = area / np.maximum((marks[:, 3] - marks[:, 1]) * (marks[:, 4] - marks[:, 2]), 1)
    return inside[seen >= 0.75], inside[(seen < 0.75) & (seen > 0.1)]


def _find_ink(gray: UInt8Array) -> UInt8Array:
    """Return the places of a word's ink, uint8 (H / 4, W / 4)."""
    paper, dark = float(np.percentile(gray, 75)), float(np.percentile(gray, 1))
    ink = gray < paper - _INK_LEVEL * max(paper - dark, 40.0)
    blocks = ink.reshape(gray.shape[0] // DETECTOR_STEP, DETECTOR_STEP, gray.shape[1] // DETECTOR_STEP, DETECTOR_STEP)
    return np.asarray(blocks.sum(axis=(1, 3)) >= 3, dtype=np.uint8)


def _expose(gray: UInt8Array, generator: Generator) -> UInt8Array:
    pixels = gray.astype(np.float32)
    if generator.random() < 0.25:
        pixels = 255 - pixels
    if generator.random() < 0.4:
        pixels = 255 * (pixels / 255) ** np.float32(np.exp(generator.normal(0, 0.35)))
    if generator.random() < 0.3:
        low, high = generator.uniform(0, 80), generator.uniform(140, 255)
        pixels = low + pixels * np.float32((high - low) / 255)
    if generator.random() < 0.25:
        pixels = cv2.GaussianBlur(pixels, (0, 0), float(generator.uniform(0.4, 1.1)))
    if generator.random() < 0.4:
        pixels = pixels + generator.standard_normal(gray.shape, dtype=np.float32) * np.float32(
            generator.uniform(0.5, 8)
        )
    return np.clip(pixels, 0, 255).astype(np.uint8)
