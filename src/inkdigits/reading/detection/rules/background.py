"""Gray levels go in, uint8 (H, W); how much darker than the paper around it each pixel is comes out, uint8 (H, W)."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.quantiles import quantile
from inkdigits.imageops.resizing import shrink
from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.rules.printed_lines import find_grid
from inkdigits.spec import Int64Array, UInt8Array

__all__ = ["FAINT", "GRAINY_SHARE", "find_contrast", "find_noise", "find_texture"]

_ROUGH_PIXELS = 60_000  # on which strokes are measured; a larger picture is shrunk,
_ROUGH_SHARE = 0.1  # but not to less of its pixels: thin strokes would vanish
_KERNEL_STROKES = 4.0  # closing kernel in stroke widths: wide enough to fill strokes, narrow enough to keep shadows
_MIN_KERNEL = 9.0  # pixels
_BLOT_SHARE = 0.7  # of that kernel, which a bold mark is thick, at the least,
_BLOT_SIDE = 8.0  # and so long it is, at most: a larger dark place is a shadow
_BLOT_KERNEL = 2.5  # of that kernel: fills bold marks
_BLOT_REACH = 2  # pixels of the smaller copy: a bold mark's soft edge
_PAPER_KERNEL = 25  # pixels; wider kernels work on a smaller copy of the picture
_PAGE_KERNEL = 13  # pixels; of a page, whose digits are small beside it and whose closing takes longer
_MIN_PAGE = 300  # pixels, the shorter side of a picture that may show a dark ground beside its paper
_NOISE_TILE = 64  # pixels; noise is measured on 9 tiles of this side when the picture is larger than they are
GRAINY_SHARE = 0.2  # of the paper that is not flat; less is a clean picture with a few stains
_GRAIN_SIGMA = 3.0  # pixels: grain is finer than this, a blurred stroke is not
_SIGMA_OF_MEDIAN = 1.4826  # standard deviation over median absolute deviation, for a normal distribution
_CALM_SHARE = 0.3  # of the tiles, whose noise is the paper's; the others may lie on a cloth or a table
_TEXTURE_STEP = 6  # pixels between those that texture is measured on
_TEXTURE_WINDOW = 19  # of these pixels across: more of it is paper than is ink, in writing, too
FAINT = 0.10  # contrast of faint ink: less may be paper


def find_contrast(gray: UInt8Array, *, least: int = 1) -> UInt8Array:
    """Return how much darker than the paper around it each pixel is, for dark ink.

    The paper is what a closing leaves, once with a wide kernel to see the strokes, then with one of four stroke widths:
    a narrow kernel keeps the edges of shadows as paper.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        least: Dark paper counts as at least so bright, 1 to 255, lest small differences count as ink.

    Returns:
        uint8, shape (H, W), 0 for paper to 255 for black ink, a new array.
    """
    rough = shrink(gray, max(_ROUGH_PIXELS, int(_ROUGH_SHARE * gray.size)))
    scale = (gray.size / rough.size) ** 0.5
    widest = _odd(min(rough.shape) / 2)
    first = _against_paper(rough, widest, least)
    _, mask = cv2.threshold(first, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    strokes = np.asarray(mask, dtype=np.uint8)
    strokes &= 1 - find_grid(strokes).lines  # hairlines, which are many, tell nothing of the pen
    kernel = _odd(min(max(_KERNEL_STROKES * scale * stroke_width(strokes), _MIN_KERNEL), min(gray.shape) / 2))
    if kernel >= _odd(min(gray.shape) / 2) and rough is gray:
        return first
    contrast = _against_paper(gray, kernel, least)
    blots = _find_blots(strokes, kernel / scale)
    if blots is None:
        return contrast
    is_blot = cv2.resize(blots, gray.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    wide = _against_paper(gray, _odd(_BLOT_KERNEL * kernel), least)
    return np.where(is_blot, wide, contrast)


def _find_blots(strokes: UInt8Array, kernel: float) -> UInt8Array | None:
    """Return where bold marks among thinner ones are, which a kernel of the usual stroke would hollow out.

    Args:
        strokes: uint8, shape (H, W), 1 for ink.
        kernel: Of the closing, in pixels of `strokes`.

    Returns:
        uint8, shape (H, W), 1 in and close around them; None when there are none.
    """
    size = _odd(_BLOT_SHARE * kernel)
    cores = cv2.erode(strokes, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    if not cores.any():
        return None
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    height, width = strokes.shape
    left, top, wide, high = stats[:, : cv2.CC_STAT_AREA].T
    is_inside = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    is_blot = is_inside & (np.maximum(wide, high) <= _BLOT_SIDE * kernel)
    is_blot &= np.bincount(labels[cores > 0], minlength=len(stats)) > 0
    is_blot[0] = False
    if not is_blot.any():
        return None
    around = np.ones((2 * _BLOT_REACH + 1, 2 * _BLOT_REACH + 1), np.uint8)
    return np.asarray(cv2.dilate(is_blot[labels].astype(np.uint8), around), dtype=np.uint8)


def find_noise(contrast: UInt8Array) -> float:
    """Return the standard deviation of the paper's contrast, 0 to 1; 0 when nearly all paper is flat.

    Two estimates, each of which only errs upward: from the paper's own values, which faint ink widens, and from what
    differs from its near surroundings, which fine strokes widen.

    Args:
        contrast: From `find_contrast`.
    """
    return quantile([_noise_of(tile) for tile in _tiles(contrast)], _CALM_SHARE)


def find_texture(contrast: UInt8Array) -> UInt8Array:
    """Return the spread of contrast around each pixel, as a cloth or a table has it beside a sheet of paper.

    Args:
        contrast: From `find_contrast`, without printed lines.

    Returns:
        uint8, shape (H, W), a standard deviation, 0 to 255; under writing it is about that of the paper, since most
        pixels there are paper.
    """
    detail = cv2.absdiff(contrast, cv2.GaussianBlur(contrast, (0, 0), _GRAIN_SIGMA))
    sparse = np.ascontiguousarray(detail[::_TEXTURE_STEP, ::_TEXTURE_STEP])
    spread = cv2.medianBlur(cv2.convertScaleAbs(sparse, alpha=_SIGMA_OF_MEDIAN), _TEXTURE_WINDOW)
    return np.asarray(cv2.resize(spread, contrast.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _noise_of(tile: UInt8Array) -> float:
    counts = np.bincount(tile.ravel(), minlength=256)
    usual = _median_level(counts)
    paper = counts[: math.ceil(max(2 * usual, 255 * FAINT))]
    grains = paper.sum() - paper[0]
    if grains <= GRAINY_SHARE * paper.sum():
        return 0.0
    values = tile.astype(np.float32)
    detail = np.abs(values - cv2.GaussianBlur(values, (0, 0), _GRAIN_SIGMA))
    spread = min(_median_level(np.concatenate([[0], paper[1:]])), _median(detail))
    return _SIGMA_OF_MEDIAN * spread / 255


def _median_level(counts: Int64Array) -> int:
    """Return the upper median of gray levels that occur so often."""
    return int(np.searchsorted(np.cumsum(counts), int(counts.sum()) // 2, side="right"))


def _median(values: npt.NDArray[np.generic]) -> float:
    """Return the upper median, in a third of the time that NumPy takes for the mean of both."""
    return float(np.partition(values, values.size // 2, axis=None)[values.size // 2])


def _tiles(contrast: UInt8Array) -> list[UInt8Array]:
    height, width = contrast.shape
    if contrast.size <= 9 * _NOISE_TILE**2 or min(height, width) < 4 * _NOISE_TILE:
        return [contrast]
    tops, lefts = (np.linspace(0, side - _NOISE_TILE, 3).astype(int) for side in (height, width))
    return [contrast[top : top + _NOISE_TILE, left : left + _NOISE_TILE] for top in tops for left in lefts]


def _against_paper(gray: UInt8Array, kernel: int, least: int) -> UInt8Array:
    paper = _paper(gray, kernel)
    contrast = cv2.divide(
        cv2.subtract(paper, gray), paper if least <= 1 else np.maximum(paper, np.uint8(least)), scale=255
    )
    sparse = contrast[:: max(1, contrast.shape[0] // 400), :: max(1, contrast.shape[1] // 400)]
    # closing takes the brightest paper nearby; the usual paper is a little darker
    level = _median_level(np.bincount(sparse.ravel(), minlength=256))
    if level == 0:
        return np.asarray(contrast, dtype=np.uint8)
    steps = 255 * (np.arange(256) - level) / max(255 - level, 1)
    return np.asarray(cv2.LUT(contrast, np.clip(steps, 0, 255).round().astype(np.uint8)), dtype=np.uint8)


def _paper(gray: UInt8Array, kernel: int) -> UInt8Array:
    """Return the brightness of the paper at each pixel: dark strokes narrower than the kernel are filled, then blurred.

    Paper changes slowly, so wide kernels work on a smaller copy, where they cost as much as narrow ones. The blur is
    kept under the closing: beside a dark ground it would make ink of the ground's edge.
    """
    factor = max(1, kernel // (_PAPER_KERNEL if min(gray.shape) < _MIN_PAGE else _PAGE_KERNEL))
    height, width = gray.shape
    small = cv2.resize(gray, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA)
    size = _odd(kernel / factor)
    margin = size // 2
    wide = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    paper = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    if np.ptp(paper):
        blurred = cv2.GaussianBlur(paper, (0, 0), max(size / 6, 0.5))
        paper = blurred if min(gray.shape) < _MIN_PAGE else np.minimum(blurred, paper)
    inner = paper[margin : paper.shape[0] - margin, margin : paper.shape[1] - margin]
    return np.asarray(cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _odd(value: float) -> int:
    return max(3, 2 * int(value / 2) + 1)
