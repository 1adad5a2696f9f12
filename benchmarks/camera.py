"""Simulates a camera: adds uneven light, blur, noise and JPEG to a sheet of exact colors."""

import cv2
import numpy as np

from inkdigits.spec import Float64Array, UInt8Array


def photograph(colors: Float64Array, generator: np.random.Generator, *, most_blur: float) -> UInt8Array:
    """Return a photo of a sheet.

    Args:
        colors: float64, shape (H, W, 3), BGR, 0 to 255.
        generator: Draws the light, the blur, the noise and the quality of the JPEG.
        most_blur: Largest sigma of the blur, pixels, 0.3 or more.

    Returns:
        uint8, shape (H, W, 3), BGR, a new array.
    """
    height, width = colors.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width] / max(height, width) - 0.5
    angle = generator.uniform(0, 2 * np.pi)
    fall = generator.uniform(0, 0.25) * (rows * np.sin(angle) + columns * np.cos(angle))
    lit = colors * (0.95 + fall[..., None])
    soft = cv2.GaussianBlur(lit, (0, 0), float(generator.uniform(0.3, most_blur)))
    noisy = np.clip(soft + generator.normal(0, generator.uniform(0, 5), colors.shape), 0, 255)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(generator.integers(60, 96))]
    coded = cv2.imencode(".jpg", noisy.round().astype(np.uint8), quality)[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)
