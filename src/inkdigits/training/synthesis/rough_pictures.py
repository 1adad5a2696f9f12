"""Spoils real pictures of numbers more than training does: other slants and pens, rules, neighbors, blur, faint ink.

What is fitted on them has seen errors that clean pictures of few writers do not show. The text stays legible to a
person in nearly all of them.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import UInt8Array
from inkdigits.training.synthesis.scenes.real_pictures import expose_real

__all__ = ["roughen"]

# standard deviations: logarithm of the width, columns a row, rows a column
_WIDER, _SLANT, _TURN = 0.22, 0.22, 0.03
_BEND, _WAVE = 0.05, (0.12, 0.35)  # of the height: how far pixels are moved at most, and over which distance
_COARSEST, _PALEST = 0.3, 0.15  # share of the resolution, and of the ink's contrast, that is left at least
_JPEG = (20, 70)  # quality


def roughen(gray: UInt8Array, beside: Sequence[UInt8Array], generator: Generator) -> UInt8Array:
    """Return a spoiled copy of a picture of dark writing on lighter paper.

    Args:
        gray: uint8, shape (H, W).
        beside: Pictures of words, of which a part may stand beside the writing; may be none.
        generator: Where every choice comes from.

    Returns:
        uint8, another shape; light on dark in a quarter of all pictures.
    """
    steps = ((0.8, _lean), (0.5, _bend), (0.35, _change_pen), (0.25, _rule))
    for share, step in steps:
        if generator.random() < share:
            gray = step(gray, generator)
    if beside and generator.random() < 0.25:
        gray = _put_beside(gray, beside[int(generator.integers(len(beside)))], generator)
    for share, step in ((0.45, _lower_resolution), (0.25, _fade)):
        if generator.random() < share:
            gray = step(gray, generator)
    gray = expose_real(np.ascontiguousarray(gray), generator)
    return _compress(gray, generator) if generator.random() < 0.25 else gray


def _lean(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Slant, turn and stretch the writing."""
    height, width = gray.shape
    wider, slant, turn = np.exp(generator.normal(0, _WIDER)), generator.normal(0, _SLANT), generator.normal(0, _TURN)
    rim = int(abs(slant) * height / 2) + 2
    matrix = np.array([[wider, slant, rim - slant * height / 2], [turn, 1, -turn * width / 2]], dtype=np.float64)
    size = (max(8, round(width * wider)) + 2 * rim, height)
    return _as_gray(cv2.warpAffine(gray, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _bend(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Move pixels along smooth waves, as an uneven hand does."""
    height, width = gray.shape
    most, wave = generator.uniform(0, _BEND) * height, generator.uniform(*_WAVE) * height
    moved = []
    for axis in np.mgrid[0:height, 0:width].astype(np.float32):
        noise = cv2.GaussianBlur(generator.standard_normal(gray.shape, dtype=np.float32), (0, 0), wave)
        moved.append(np.asarray(axis + noise * np.float32(most / max(float(noise.std()), 1e-6)), dtype=np.float32))
    return _as_gray(cv2.remap(gray, moved[1], moved[0], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def _change_pen(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Make the strokes broader, or thinner now and then."""
    side = int(generator.integers(2, 4))
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return _as_gray(cv2.erode(gray, pen) if generator.random() < 0.6 else cv2.dilate(gray, pen))


def _rule(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Draw a line or two: level ones anywhere, upright ones near the left and right edges."""
    ruled = gray.copy()
    height, width = gray.shape
    ink, thickness = _find_paper(gray) * generator.uniform(0.3, 0.85), int(generator.integers(1, 3))
    for _ in range(int(generator.integers(1, 3))):
        lean = round(generator.normal(0, 2))
        if generator.random() < 0.5:
            row = int(generator.integers(height))
            cv2.line(ruled, (0, row), (width, row + lean), ink, thickness)
        else:
            off = int(generator.integers(max(2, width // 20)))
            column = off if generator.random() < 0.5 else width - 1 - off
            cv2.line(ruled, (column, 0), (column + lean, height), ink, thickness)
    return ruled


def _put_beside(gray: UInt8Array, word: UInt8Array, generator: Generator) -> UInt8Array:
    """Put a part of a word to the left or right of the writing."""
    height = len(gray)
    scale = generator.uniform(0.7, 1.1) * height / len(word)
    size = (max(4, round(word.shape[1] * scale)), max(4, round(len(word) * scale)))
    other = _as_gray(cv2.resize(word, size, interpolation=cv2.INTER_AREA))[:height]
    above = (height - len(other)) // 2
    other = _as_gray(cv2.copyMakeBorder(other, above, height - len(other) - above, 0, 0, cv2.BORDER_REPLICATE))
    level = other.astype(np.float32) + np.float32(_find_paper(gray) - _find_paper(other))
    other = np.clip(level, 0, 255).astype(np.uint8)
    part = max(4, round(generator.uniform(0.1, 1) * other.shape[1]))
    return np.hstack([other[:, -part:], gray] if generator.random() < 0.5 else [gray, other[:, :part]])


def _lower_resolution(gray: UInt8Array, generator: Generator) -> UInt8Array:
    """Make the picture coarser; in half of all cases it stays small."""
    share = float(np.exp(generator.uniform(np.log(_COARSEST), 0)))
    height, width = gray.shape
    small = cv2.resize(
        gray, (max(4, round(width * share)), max(4, round(height * share))), interpolation=cv2.INTER_AREA
    )
    if generator.random() < 0.5:
        return _as_gray(small)
    return _as_gray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def _fade(gray: UInt8Array, generator: Generator) -> UInt8Array:
    paper = np.float32(_find_paper(gray))
    share = np.float32(generator.uniform(_PALEST, 0.6))
    return _as_gray(np.clip(paper + (gray.astype(np.float32) - paper) * share, 0, 255).astype(np.uint8))


def _compress(gray: UInt8Array, generator: Generator) -> UInt8Array:
    _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, int(generator.integers(*_JPEG))])
    return _as_gray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _find_paper(gray: UInt8Array) -> float:
    return float(np.percentile(gray, 75))


def _as_gray(pixels: object) -> UInt8Array:
    return np.asarray(pixels, dtype=np.uint8)
