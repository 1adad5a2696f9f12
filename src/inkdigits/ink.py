"""Gray levels go in, uint8 (H, W), 255 for white; an ink picture comes out: 0 for paper to 255 for ink, light evened.

The steps: settle which side of the gray scale is ink, divide by the paper's own brightness, take the paper's noise and
the printed lines at the rim away, and bring each connected piece of ink to full strength by its own darkest part, so
that pencil beside print stays legible. A clean picture (flat paper, full black) passes unchanged.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.records import Box
from inkdigits.rules import find_rules
from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, INK_SIDE, Float32Array, Int32Array, UInt8Array

__all__ = ["InkPicture", "find_ink", "find_inner_tone", "find_thickness", "is_light_on_dark", "stroke_width"]

_VOTE_WEIGHT = (
    6.0  # of the paper vote against the clipped skewness; with 1.5, wrong in 4 of 2,358 pictures (docs/log.md)
)
_SKEW_LIMIT = 1.5
_SKEW_SIGMA = 20.0  # pixels; strokes are thinner than this in all but huge drawings
_KERNEL_STROKES = 4.0  # closing kernel in stroke widths: wide enough to fill strokes, narrow enough to keep shadows
_GRAINY_SHARE = 0.2  # of the paper that is not flat; less is a clean picture with a few stains
_GRAIN_SIGMA = 3.0  # pixels: grain is finer than this, a blurred stroke is not
_SIGMA_OF_MEDIAN = 1.4826  # standard deviation over median absolute deviation, for a normal distribution
_NOISE_SIGMAS = 4.0  # ink is what stands out from the paper's noise by this much
_MIN_CONTRAST = 0.10  # of the paper's brightness; print showing through a sheet has 0.05 to 0.08, faint pencil 0.15
_MIN_FLOORS = 1.5  # a piece's full strength over the floor: what hardly passes the floor is grain
_MIN_BLACKBOARD = 128  # how far from white a dark ground counts as, at least; a blackboard is darker
_PAPER_KERNEL = 25  # pixels; wider kernels work on a smaller copy of the picture
_CORE_PERCENTILE = 90  # of a piece's contrast: its full strength, without the soft edge
_MASK_SHARE = 0.4  # of its full strength: where a stroke's edge lies
_HAIRLINE = 2.0  # pixels: thinner strokes are gray where they fall between pixels,
_HAIRLINE_SHARE = 0.2  # so that less ink already counts as stroke
_SMALL_SHARE = 0.05  # of the largest piece
_EDGE_INK = 40  # of 255: the soft edge of a stroke, neither ink nor paper
_CORE_INK = 200  # of 255: ink at its full strength
_MIN_PAPER = 5  # pixels from which a tone of paper can be told
_MOST_DARK_AROUND = 0.25  # of the surroundings of a mark; where more is dark, it is light that differs, not ink
_FULL_STRENGTH = 0.9  # pieces at least this dark are left as they are


@dataclass(frozen=True, slots=True)
class InkPicture:
    """Where the ink is.

    Attributes:
        ink: uint8, shape (H, W), 0 for paper to 255 for ink, gray at the edges of strokes.
        pieces: int32, shape (H, W): 0 for paper, 1 to P for the connected pieces of ink, counted by strong ink only.
        stats: int32, shape (P + 1, 5): left, top, width, height and area of each piece, the paper first.
        contrast: float32, shape (P + 1,): full strength of each piece against the paper, 0 to 1; 0 for the paper.
        inverted: True when the ink was lighter than the paper.
        stroke: Median stroke width in pixels; 0 without ink.
    """

    ink: UInt8Array
    pieces: Int32Array
    stats: Int32Array
    contrast: Float32Array
    inverted: bool
    stroke: float


def find_ink(gray: UInt8Array) -> InkPicture:
    """Return where the ink of a picture is, and how strong.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, from `imaging.decode`.

    Returns:
        The ink picture, of the same height and width; without pieces when nothing stands out from the paper.
    """
    inverted = is_light_on_dark(gray)
    if _is_frame(dark := gray if inverted else 255 - gray):
        return _whole(dark, inverted=inverted)
    contrast = _contrast(255 - gray, _MIN_BLACKBOARD) if inverted else _contrast(gray, 1)
    noise = _noise(contrast)
    # a clean picture keeps its faintest edge; elsewhere what is under the noise is paper
    floor = max(_NOISE_SIGMAS * noise, 0.5 / 255)
    contrast[_rule_zone(contrast, floor) > 0] = 0
    labels, strength = _pieces(contrast, floor)
    ink = np.where(strength >= _FULL_STRENGTH, contrast, contrast / np.maximum(strength, 1e-6))
    ink[strength == 0] = 0
    ink8 = (np.clip(ink, 0, 1) * 255).round().astype(np.uint8)
    return _picture(ink8, labels, strength, inverted=inverted)


def is_light_on_dark(gray: UInt8Array) -> bool:
    """Tell whether the ink is lighter than the paper.

    Two signs are added: paper has most of the pixels and most of the border; and strokes, being thin, skew the
    distribution of what differs from its surroundings.
    """
    _, light = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    rim = max(1, min(gray.shape) // 12)
    inner = light[rim:-rim, rim:-rim]
    border = (light.sum() - inner.sum()) / max(1, light.size - inner.size)
    vote = (border + light.mean()) / 2 - 0.5
    values = gray.astype(np.float32)
    sigma = max(2.0, min(min(gray.shape) / 6, _SKEW_SIGMA))
    detail = values - cv2.GaussianBlur(values, (0, 0), sigma)
    detail -= np.median(detail)
    spread = float(detail.std())
    skew = float((detail**3).mean()) / spread**3 if spread > 0 else 0.0
    return bool(_VOTE_WEIGHT * vote - np.clip(skew, -_SKEW_LIMIT, _SKEW_LIMIT) < 0)


def stroke_width(mask: npt.NDArray[np.generic]) -> float:
    """Return the median width of the strokes in pixels, 0 when there are none.

    Measured on the ridge of the distance to paper: pixels as far from paper as any neighbor.
    """
    padded = np.pad((mask != 0).astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)
    ridge = (distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)))
    return float(2 * np.median(distance[ridge]) - 1) if ridge.any() else 0.0


def find_inner_tone(gray: UInt8Array, picture: InkPicture, box: Box) -> float:
    """Return how dark the paper between the strokes of a mark is: 0 as the paper close around it, 1 as its ink.

    Of a digit on paper it is about 0; of a coat whose seams alone were taken for ink it is the cloth.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, what `picture` was found in.
        picture: From `find_ink`.
        box: Of a mark of the picture.

    Returns:
        Mostly from 0 to 1; 0 where there is too little paper to tell.
    """
    near, inside = _surroundings(box, gray.shape)
    levels, ink = gray[near], picture.ink[near]
    is_paper = cv2.dilate(ink, np.ones((3, 3), np.uint8)) <= _EDGE_INK
    between, around, core = levels[inside & is_paper], levels[~inside & is_paper], levels[inside & (ink > _CORE_INK)]
    if min(between.size, around.size, 2 * core.size) < _MIN_PAPER:
        return 0.0
    paper, full = float(np.median(around)), float(np.median(core))
    return (paper - float(between.mean())) / (paper - full) if paper != full else 0.0


def find_thickness(gray: UInt8Array, picture: InkPicture, box: Box) -> float:
    """Return how thick a mark is at its thickest, as a share of its long side, before the light was evened.

    A pen's line is thin beside the digit that it draws. Evening the light hollows a filled shape, as a coat, to its
    outline; the picture itself still shows it filled.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, what `picture` was found in.
        picture: From `find_ink`.
        box: Of a mark of the picture.

    Returns:
        0 to about 1; 0 where the mark's surroundings are as dark, as in a shadow.
    """
    near, inside = _surroundings(box, gray.shape)
    dark = gray[near] if picture.inverted else 255 - gray[near]
    _, mask = cv2.threshold(dark, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outside = mask[~inside]
    if outside.size and outside.mean() > _MOST_DARK_AROUND:
        return 0.0
    distance = cv2.distanceTransform(np.pad((mask * inside).astype(np.uint8), 1), cv2.DIST_L2, 3)
    return float(2 * distance.max() / max(box.width, box.height))


def _surroundings(box: Box, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], npt.NDArray[np.bool_]]:
    """Return a window of half a mark's size more on each side, and where in it the mark's box is."""
    reach = max(box.width, box.height) // 2  # light differs over a picture, little so near
    top, left = max(box.y_min - reach, 0), max(box.x_min - reach, 0)
    bottom, right = min(box.y_max + reach, shape[0]), min(box.x_max + reach, shape[1])
    inside = np.zeros((bottom - top, right - left), dtype=np.bool_)
    inside[box.y_min - top : box.y_max - top, box.x_min - left : box.x_max - left] = True
    return np.s_[top:bottom, left:right], inside


def _contrast(gray: UInt8Array, least: int) -> Float32Array:
    """Return how much darker than the paper around it each pixel is, 0 to 1, for dark ink.

    Dark paper counts as at least as bright as `least`, 1 to 255, lest small differences count as ink.
    """
    first = _against_paper(gray, _odd(min(gray.shape) / 2), least)
    _, mask = cv2.threshold((first * 255).astype(np.uint8), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    kernel = _odd(min(max(_KERNEL_STROKES * stroke_width(np.asarray(mask)), 9.0), min(gray.shape) / 2))
    return _against_paper(gray, kernel, least) if kernel < _odd(min(gray.shape) / 2) else first


def _against_paper(gray: UInt8Array, kernel: int, least: int) -> Float32Array:
    paper = _paper(gray, kernel)
    contrast = (paper - gray) / np.maximum(paper, least)
    level = float(np.median(contrast))  # closing takes the brightest paper nearby; the usual paper is a little darker
    return np.clip((contrast - level) / max(1 - level, 1e-6), 0, 1).astype(np.float32)


def _paper(gray: UInt8Array, kernel: int) -> Float32Array:
    """Return the brightness of the paper at each pixel: dark strokes narrower than the kernel are filled, then blurred.

    Paper changes slowly, so wide kernels work on a smaller copy, where they cost as much as narrow ones.
    """
    factor = max(1, kernel // _PAPER_KERNEL)
    height, width = gray.shape
    small = cv2.resize(gray, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA)
    size = _odd(kernel / factor)
    margin = size // 2
    wide = cv2.copyMakeBorder(small, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    paper = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    if np.ptp(paper):
        paper = cv2.GaussianBlur(paper, (0, 0), max(size / 6, 0.5))
    inner = paper[margin : paper.shape[0] - margin, margin : paper.shape[1] - margin]
    return np.asarray(cv2.resize(inner, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _noise(contrast: Float32Array) -> float:
    """Return the standard deviation of the paper's contrast.

    Two estimates, each of which only errs upward: from the paper's own values, which faint ink widens, and from what
    differs from its near surroundings, which fine strokes widen.
    """
    paper = contrast[contrast < max(2 * float(np.median(contrast)), _MIN_CONTRAST)]
    if (paper > 0).mean() <= _GRAINY_SHARE:
        return 0.0
    detail = contrast - cv2.GaussianBlur(contrast, (0, 0), _GRAIN_SIGMA)
    return _SIGMA_OF_MEDIAN * float(min(np.median(paper[paper > 0]), np.median(np.abs(detail))))


def _rule_zone(contrast: Float32Array, floor: float) -> UInt8Array:
    """Return the lines along the rim; found before the pieces, lest a dark line hide the pencil that touches it."""
    level, _ = cv2.threshold((contrast * 255).astype(np.uint8), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    faint = find_rules((contrast > max(floor, _MIN_CONTRAST / 2)).astype(np.uint8))
    dark = find_rules((contrast > max(floor, level / 255 / 2)).astype(np.uint8))
    return np.maximum(faint, dark)


def _pieces(contrast: Float32Array, floor: float) -> tuple[Int32Array, Float32Array]:
    """Return connected pieces above the floor, and for each pixel the full strength of its piece (0 for paper)."""
    count, labels = cv2.connectedComponents((contrast > floor).astype(np.uint8), connectivity=8)
    owner, values = labels[labels > 0], contrast[labels > 0]
    order = np.lexsort((values, owner))
    ends = np.cumsum(np.bincount(owner, minlength=count))
    at = ends - 1 - (np.diff(ends, prepend=0) * (100 - _CORE_PERCENTILE)) // 100
    core = np.zeros(count, dtype=np.float32)
    core[1:] = values[order][at[1:]]
    core[core < max(_MIN_CONTRAST, _MIN_FLOORS * floor)] = 0
    sizes = np.bincount(labels.ravel(), minlength=count) * (core > 0)
    small = (sizes > 0) & (sizes < _SMALL_SHARE * sizes.max())
    core[small] = np.maximum(core[small], core[sizes.argmax()])  # dust is not brought up to the strength of ink
    return labels.astype(np.int32), core[labels]


def _is_frame(ink: UInt8Array) -> bool:
    """Tell whether a picture is already an MNIST frame, which nothing here could better."""
    if ink.shape != (FRAME_SIDE, FRAME_SIDE):
        return False
    _, _, width, height = cv2.boundingRect(ink)
    moments = cv2.moments(ink)
    off = [abs(moments[axis] / max(moments["m00"], 1) - FRAME_CENTER) for axis in ("m10", "m01")]
    return INK_SIDE - 1 <= max(width, height) <= INK_SIDE and max(off) <= 1


def _whole(ink: UInt8Array, *, inverted: bool) -> InkPicture:
    """Return the ink picture of a frame: all of its ink is one piece."""
    pieces = (ink > 0).astype(np.int32)
    area = int(pieces.sum())
    stats = np.array([[0, 0, *ink.shape[::-1], ink.size - area], [*cv2.boundingRect(ink), area]], dtype=np.int32)
    return InkPicture(ink, pieces, stats, np.array([0, 1], dtype=np.float32), inverted, stroke_width(ink > 127))


def _picture(ink: UInt8Array, labels: Int32Array, strength: Float32Array, *, inverted: bool) -> InkPicture:
    """Number the pieces by their strong ink, and measure them."""
    strong = (ink > _MASK_SHARE * 255) & (labels > 0)
    if stroke_width(strong) < _HAIRLINE:
        strong = (ink > _HAIRLINE_SHARE * 255) & (labels > 0)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(strong.astype(np.uint8), connectivity=8)
    contrast = np.zeros(count, dtype=np.float32)
    contrast[pieces.ravel()] = strength.ravel()
    contrast[0] = 0
    stroke = stroke_width(strong)
    return InkPicture(ink, pieces.astype(np.int32), stats.astype(np.int32), contrast, inverted, stroke)


def _odd(value: float) -> int:
    return max(3, 2 * int(value / 2) + 1)
