"""Makes the gray picture of ink on paper, spoiled as cameras, scanners, fax machines and JPEG spoil pictures."""

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.synthesis.papers import Paper

__all__ = ["expose"]

_MOST_GRAIN = 0.3  # standard deviation of grain, as a share of the ink's contrast: more hides digits from people, too
_NO_INK_CONTRAST = 60.0  # gray levels that stand for the ink's contrast where there is no ink
_INK = 0.05  # share of light taken away from which a pixel counts as ink
_CLEAN_SHARE = 0.75  # of clean canvases stay as the drawing program made them
_LIGHT_ON_DARK_SHARE = 0.25  # of all pictures
_JPEG_SHARE, _CLEAN_JPEG_SHARE = 0.35, 0.1
_JPEG_QUALITY = (25, 92)


def expose(paper: Paper, ink: Float32Array, generator: Generator) -> UInt8Array:
    """Return the picture of ink on paper.

    Args:
        paper: The ground, shape (H, W).
        ink: float32, shape (H, W): the share of light that the ink takes away, 0 to 1.
        generator: Where every choice comes from.

    Returns:
        uint8, shape (H, W), 0 for black to 255 for white; a quarter of all pictures are light on dark.
    """
    if paper.is_clean and generator.random() < _CLEAN_SHARE:
        return _compress(_change_light(paper.gray * (1 - ink), generator), generator, share=_CLEAN_JPEG_SHARE)
    if generator.random() < 0.45:
        ink = _blur(ink, generator)
    gray = paper.gray * (1 - ink)
    is_ink = ink > _INK
    contrast = paper.level * float(np.percentile(ink[is_ink], 60)) if np.any(is_ink) else _NO_INK_CONTRAST
    if generator.random() < 0.3:
        gray = _lower_resolution(gray, generator)
    if generator.random() < 0.06:
        gray = _shake(gray, generator)
    if generator.random() < 0.8:
        gray = _add_grain(gray, contrast, generator)
    if generator.random() < 0.1:
        gray = _make_bilevel(gray, contrast, generator)
    return _compress(_change_light(gray, generator), generator, share=_JPEG_SHARE)


def _blur(ink: Float32Array, generator: Generator) -> Float32Array:
    """Put ink out of focus, a lot now and then."""
    sigma = generator.uniform(0.4, 1.3) if generator.random() < 0.85 else generator.uniform(1.3, 2.4)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), float(sigma)), dtype=np.float32)


def _lower_resolution(gray: Float32Array, generator: Generator) -> Float32Array:
    share = generator.uniform(0.4, 1)
    size = (max(8, round(gray.shape[1] * share)), max(8, round(gray.shape[0] * share)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    way = cv2.INTER_LINEAR if generator.random() < 0.7 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(small, (gray.shape[1], gray.shape[0]), interpolation=way), dtype=np.float32)


def _shake(gray: Float32Array, generator: Generator) -> Float32Array:
    """Blur along a line, as a moving hand does."""
    length = int(generator.integers(3, 6))
    kernel = np.zeros((length, length), dtype=np.float32)
    cv2.line(kernel, (0, int(generator.integers(length))), (length - 1, int(generator.integers(length))), 1.0)
    return np.asarray(cv2.filter2D(gray, -1, kernel / max(float(kernel.sum()), 1.0)), dtype=np.float32)


def _add_grain(gray: Float32Array, contrast: float, generator: Generator) -> Float32Array:
    grain = np.asarray(generator.standard_normal(gray.shape, dtype=np.float32))
    if generator.random() < 0.3:
        grain = np.asarray(cv2.GaussianBlur(grain, (0, 0), 0.8), dtype=np.float32) * np.float32(2.0)
    return gray + grain * np.float32(min(generator.uniform(0.5, 14), _MOST_GRAIN * contrast))


def _make_bilevel(gray: Float32Array, contrast: float, generator: Generator) -> Float32Array:
    """Make it black and white, as fax machines do: by one level, or by the level around each place."""
    if generator.random() < 0.5:
        is_dark = gray < np.float32(np.median(gray) - contrast * generator.uniform(0.25, 0.6))
    else:
        around = np.asarray(cv2.GaussianBlur(gray, (0, 0), 12), dtype=np.float32)
        is_dark = gray < around - np.float32(contrast * generator.uniform(0.15, 0.4))
    dark, light = generator.uniform(0, 40), generator.uniform(200, 255)
    return np.where(is_dark, np.float32(dark), np.float32(light)).astype(np.float32)


def _change_light(gray: Float32Array, generator: Generator) -> Float32Array:
    """Make light of dark now and then, and change brightness and contrast."""
    if generator.random() < _LIGHT_ON_DARK_SHARE:
        gray = 255 - gray
    if generator.random() < 0.3:
        exponent = np.float32(np.exp(generator.normal(0, 0.35)))
        gray = np.asarray(255 * np.clip(gray / 255, 0, 1) ** exponent, dtype=np.float32)
    if generator.random() < 0.25:
        low, high = generator.uniform(0, 90), generator.uniform(150, 255)
        gray = low + gray * np.float32((high - low) / 255)
    return np.asarray(gray, dtype=np.float32)


def _compress(gray: Float32Array, generator: Generator, *, share: float) -> UInt8Array:
    pixels = np.clip(gray, 0, 255).astype(np.uint8)
    if generator.random() < share:
        quality = int(generator.integers(*_JPEG_QUALITY))
        _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    return pixels
