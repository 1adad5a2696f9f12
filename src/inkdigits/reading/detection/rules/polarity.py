"""Gray levels go in, uint8 (H, W); whether the ink is lighter than the paper comes out."""

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.quantiles import median
from inkdigits.imageops.resizing import shrink
from inkdigits.reading.detection.rules.sheet import find_ground, has_sharp_edge
from inkdigits.spec import BoolArray, UInt8Array

__all__ = ["is_light_on_dark"]

_MAX_PIXELS = 60_000  # looked at; a larger picture is shrunk, which leaves its paper what it is
_VOTE_WEIGHT = 6.0  # of the paper vote against the skewness; with 1.5, wrong in 4 of 2,358 pictures (docs/log.md)
_SKEW_LIMIT = 1.5  # of a picture of one digit: a bold one fills it, and its paper looks like strokes
_PAGE_SKEW_LIMIT = 3.0  # of a large picture, whose ground may be dark around a light page
_PAGE_SIDE = 300  # pixels, the shorter side from which a picture is large
_EDGE_SIGMAS = 2.5  # beside the edge of a sheet, within which it shows
_TELLING_SHARE = 0.33  # of all that differs from its surroundings, which strokes away from such edges have at the least
_SKEW_SIGMA = 20.0  # pixels; strokes are thinner than this in all but huge drawings


def is_light_on_dark(gray: UInt8Array) -> bool:
    """Tell whether the ink is lighter than the paper.

    Two signs are added: paper has most of the pixels and most of the border; and strokes, being thin, skew the
    distribution of what differs from its surroundings.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
    """
    is_page = min(gray.shape) >= _PAGE_SIDE
    limit = _PAGE_SKEW_LIMIT if is_page else _SKEW_LIMIT
    small = shrink(gray, _MAX_PIXELS)
    _, light = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    rim = max(1, min(small.shape) // 12)
    inner = light[rim:-rim, rim:-rim]
    border = (light.sum() - inner.sum()) / max(1, light.size - inner.size)
    vote = (border + light.mean()) / 2 - 0.5
    if abs(_VOTE_WEIGHT * vote) > limit:
        return bool(vote < 0)  # whatever the skewness
    sigma = max(2.0, min(min(small.shape) / 6, _SKEW_SIGMA * (small.size / gray.size) ** 0.5))
    values = small.astype(np.float32)
    detail = values - cv2.GaussianBlur(values, (0, 0), sigma)
    if is_page and has_sharp_edge(small, ground := find_ground(np.asarray(light, dtype=np.uint8), sigma)):
        inside = detail[_away_from_edges(ground, sigma)]
        if inside.size and float(inside.std()) >= _TELLING_SHARE * float(detail.std()):
            detail = inside
    return bool(_VOTE_WEIGHT * vote - np.clip(_skewness(detail), -limit, limit) < 0)


def _away_from_edges(ground: UInt8Array, sigma: float) -> BoolArray:
    """Tell which pixels lie away from where a sheet ends and a table begins: that edge skews more than all strokes."""
    side = 2 * round(_EDGE_SIGMAS * sigma) + 1
    kernel = np.ones((side, side), np.uint8)
    return np.asarray(cv2.dilate(ground, kernel) == cv2.erode(ground, kernel))


def _skewness(detail: npt.NDArray[np.float32]) -> float:
    """Return the skewness of what differs from its surroundings; under 0 when that is mostly darker."""
    centered = detail - median(detail)
    spread = float(centered.std())
    return float((centered * centered * centered).mean()) / spread**3 if spread > 0 else 0.0
