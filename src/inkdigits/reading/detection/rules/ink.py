"""Gray levels go in, uint8 (H, W), 255 for white; an ink picture comes out: 0 for paper to 255 for ink, light evened.

The steps: settle which side of the gray scale is ink, divide by the paper's own brightness, take the paper's noise and
the printed lines at the rim away, and bring each connected piece of ink to full strength by its own darkest part, so
that pencil beside print stays legible. A clean picture (flat paper, full black) passes unchanged.
"""

from dataclasses import replace

import cv2
import numpy as np

from inkdigits.imageops.components import Pieces, find_pieces
from inkdigits.imageops.quantiles import quantile
from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.reading.detection.rules.background import find_contrast, find_noise, find_texture
from inkdigits.reading.detection.rules.ink_picture import InkPicture, Steps
from inkdigits.reading.detection.rules.polarity import is_light_on_dark
from inkdigits.reading.detection.rules.printed_lines import find_grid
from inkdigits.reading.detection.rules.rim_lines import find_rules
from inkdigits.reading.detection.rules.sheet import BESIDE, EDGE, find_sheet, least_contrast_beside
from inkdigits.results import Box, Reason
from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, INK_SIDE, BoolArray, Float32Array, Int32Array, UInt8Array

__all__ = ["FULL_STRENGTH", "HAIRLINE", "HAIRLINE_SHARE", "MASK_SHARE", "MIN_BLACKBOARD", "find_ink"]

_MIN_PAGE = 300  # pixels: a picture whose shorter side is longer is no cell cut from a form
_PAPER_SHARE = 0.02  # of the picture, which a piece of paper fills at the least,
_PAPER_AREA = 2_000  # and so many pixels: more than a digit of a small picture
_FAINT_LINE = 0.05  # contrast of a printed line, at the least
_FAINT_LEVEL = 0.14  # contrast halfway between paper and ink, under which ink is faint
_SMOOTH_STROKES = 0.2  # of the stroke's width: standard deviation of the blur of faint ink
_MIN_SMOOTH = 0.5  # pixels: less smooths nothing
_TICK_ASPECT = 4  # height over width of a bar that ends at two lines
_CORE_SHARE = 0.8  # of the lines' pixels are no darker than their middle, away from their soft edges
_DARKER = 1.2  # times as dark as that is a stroke along them
_SAMPLED = 10_000  # of their pixels tell it
_LEAST_BESIDE = 12  # pixels of a stroke that lie beside the lines: where two lines cross it is dark, too,
_BESIDE_SHARE = 0.5  # and so many for each that lies on them
_TICK_FILL = 0.25  # of its box that a bar fills, a little tilted
_REMAINS_SHARE = 0.8  # of a piece that lies along lines
_PRINT_SHARE = 1.3  # of the lines' mean contrast, which what is left of them has at the most
_NOISE_SIGMAS = 4.0  # ink is what stands out from the paper's noise by this much
_MIN_CONTRAST = 0.10  # of the paper's brightness; print showing through a sheet has 0.05 to 0.08, faint pencil 0.15
_MIN_FLOORS = 1.5  # a piece's full strength over the floor: what hardly passes the floor is grain
MIN_BLACKBOARD = 128  # how far from white a dark ground counts as, at least; a blackboard is darker
_CORE_PERCENTILE = 90  # of a piece's contrast: its full strength, without the soft edge
MASK_SHARE = 0.4  # of its full strength: where a stroke's edge lies
HAIRLINE = 2.0  # pixels: thinner strokes are gray where they fall between pixels,
HAIRLINE_SHARE = 0.2  # so that less ink already counts as stroke
_PALE_SHARE = 0.2  # of its full strength, which a pale part of a stroke has at the least
_PALE_REACH = 0.25  # of a stroke's width: so far from strong ink
_SMALL_SHARE = 0.05  # of the largest piece
FULL_STRENGTH = 0.9  # pieces at least this dark are left as they are


def find_ink(gray: UInt8Array, *, keep_steps: bool = False) -> InkPicture:
    """Return where the ink of a picture is, and how strong.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white, from `decoding.decode`.
        keep_steps: Whether to keep what is made on the way; of a picture that is a frame already there is none.

    Returns:
        The ink picture, of the same height and width; without pieces when nothing stands out from the paper.
    """
    inverted = is_light_on_dark(gray)
    if _is_frame(dark := gray if inverted else 255 - gray):
        return _whole(dark, inverted=inverted)
    contrast = find_contrast(255 - gray, least=MIN_BLACKBOARD) if inverted else find_contrast(gray)
    contrast = _smoothed(contrast)
    # a clean picture keeps its faintest edge; elsewhere what is under the noise is paper
    floor = int(255 * _NOISE_SIGMAS * find_noise(contrast))
    grid = find_grid(_above(contrast, max(floor, round(255 * _FAINT_LINE))))
    removed = _without_strokes(grid.lines > 0, contrast)
    evened = contrast.copy() if keep_steps else contrast
    printed = _mean_on(grid.lines, contrast)
    contrast[removed] = 0
    if min(gray.shape) < _MIN_PAGE:
        rules = _rule_zone(contrast, floor)
        removed |= rules > 0
        printed = max(printed, _mean_on(rules, contrast))
        contrast[rules > 0] = 0
        np.maximum(grid.bands, cv2.dilate(rules, np.ones((5, 5), np.uint8)), out=grid.bands)
    else:
        contrast[contrast < _NOISE_SIGMAS * find_texture(contrast)] = 0
    sheet = None if inverted or min(gray.shape) < _MIN_PAGE else find_sheet(gray)
    if sheet is not None:
        contrast[sheet == EDGE] = 0
    pieces, strength = _measured_pieces(contrast, floor)
    if sheet is not None:
        beside = np.bincount(pieces.owners, weights=sheet.ravel()[pieces.places] == BESIDE, minlength=pieces.count)
        strength[(beside > pieces.sizes() / 2) & (strength < least_contrast_beside(gray, sheet))] = 0
    ink = _at_full_strength(contrast, pieces, strength)
    remains = np.empty((0, 5), dtype=np.int32)
    if grid.bands.any():
        remains = _drop_remains(ink, grid.bands, contrast, printed)
    picture = _picture(ink, pieces, strength, inverted=inverted)
    if not keep_steps:
        return picture
    dropped = _list_dropped(removed, pieces.stats()[1:][strength[1:] == 0], remains)
    return replace(picture, steps=Steps(gray, evened, removed.astype(np.uint8) * np.uint8(255), dropped))


def _mean_on(lines: UInt8Array, contrast: UInt8Array) -> float:
    """Return the mean contrast of lines; 0 without any."""
    return float(contrast[lines > 0].mean()) if lines.any() else 0.0


def _without_strokes(lines: BoolArray, contrast: UInt8Array) -> BoolArray:
    """Return lines without what is plainly darker and runs on beside them: the bar of a digit that lies along one."""
    if not lines.any():
        return lines
    own = contrast[lines]
    printed = quantile(own[:: max(1, own.size // _SAMPLED)], _CORE_SHARE)
    dark = cv2.threshold(contrast, _DARKER * printed, 1, cv2.THRESH_BINARY)[1]
    if not (dark[lines] > 0).any():
        return lines
    count, labels = cv2.connectedComponents(dark, connectivity=8)
    beside = np.bincount(labels[~lines], minlength=count)
    on_lines = np.bincount(labels[lines], minlength=count)
    is_stroke = (beside >= _LEAST_BESIDE) & (beside >= _BESIDE_SHARE * on_lines)
    is_stroke[0] = False
    return np.asarray(lines & ~is_stroke[labels])


def _smoothed(contrast: UInt8Array) -> UInt8Array:
    """Return faint ink without its grain, which breaks its strokes; dark ink as it is."""
    level, mask = cv2.threshold(contrast, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if level > 255 * _FAINT_LEVEL or level == 0:
        return contrast
    sigma = _SMOOTH_STROKES * stroke_width(mask)
    return np.asarray(cv2.GaussianBlur(contrast, (0, 0), sigma), dtype=np.uint8) if sigma >= _MIN_SMOOTH else contrast


def _rule_zone(contrast: UInt8Array, floor: int) -> UInt8Array:
    """Return the lines along the rim; found before the pieces, lest a dark line hide the pencil that touches it."""
    level, _ = cv2.threshold(contrast, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    faint = find_rules(_above(contrast, max(floor, round(255 * _MIN_CONTRAST / 2))))
    dark = find_rules(_above(contrast, max(floor, int(level) // 2)))
    return np.maximum(faint, dark)


def _above(contrast: UInt8Array, level: int) -> UInt8Array:
    return np.asarray(cv2.threshold(contrast, level, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _strengths(contrast: UInt8Array, pieces: Pieces, floor: int) -> Float32Array:
    """Return the full strength of each piece, 0 to 1, 0 for the paper and for what is too pale."""
    # by piece, and within it from its palest to its darkest pixel
    values = np.sort(pieces.owners.astype(np.int64) << 8 | contrast.ravel()[pieces.places]) & 255
    sizes = pieces.sizes()
    at = np.cumsum(sizes) - 1 - sizes * (100 - _CORE_PERCENTILE) // 100
    core = np.zeros(pieces.count, dtype=np.float32)
    core[1:] = values[at[1:]] / 255
    core[core < max(_MIN_CONTRAST, _MIN_FLOORS * floor / 255)] = 0
    sizes *= core > 0
    small = (sizes > 0) & (sizes < _SMALL_SHARE * sizes.max())
    core[small] = np.maximum(core[small], core[sizes.argmax()])  # dust is not brought up to the strength of ink
    return core


def _measured_pieces(contrast: UInt8Array, floor: int) -> tuple[Pieces, Float32Array]:
    """Return the pieces of ink above the floor, or above a higher one, and the full strength of each."""
    pieces = find_pieces(_above(contrast, floor))
    strength = _strengths(contrast, pieces, floor)
    higher = round(255 * _MIN_CONTRAST / 2)
    if floor < higher and _is_paper_among(pieces, strength):  # glare hid the noise: paper has swallowed pale strokes
        return _measured_pieces(contrast, higher)
    return pieces, strength


def _is_paper_among(pieces: Pieces, strength: Float32Array) -> bool:
    """Tell whether one of the pieces is paper: large, and too pale for ink."""
    least = max(_PAPER_SHARE * pieces.labels.size, _PAPER_AREA)
    return bool((pieces.sizes()[strength == 0] > least).any())


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
    whole = np.array([0, 1], dtype=np.float32)
    return InkPicture(ink, pieces, stats, whole, inverted, stroke_width(ink > 127), is_frame=True)


def _at_full_strength(contrast: UInt8Array, pieces: Pieces, strength: Float32Array) -> UInt8Array:
    """Return the ink, each piece brought up by its own strength; what has none is paper."""
    ink = np.zeros_like(contrast)
    gain = np.zeros_like(strength)
    np.divide(1, strength, out=gain, where=strength > 0)
    gain[strength >= FULL_STRENGTH] = 1
    values = contrast.ravel()[pieces.places] * gain[pieces.owners]
    ink.ravel()[pieces.places] = np.minimum(values, 255).round()
    return ink


def _drop_remains(ink: UInt8Array, bands: UInt8Array, contrast: UInt8Array, printed: float) -> Int32Array:
    """Clear the pieces that lie along lines and are not plainly darker: what soft edges and crossings leave.

    Args:
        ink: Changed in place.
        bands: Where lines are, 1 there.
        contrast: Against the paper, without lines.
        printed: Mean contrast of the lines.

    Returns:
        int32, shape (N, 5): left, top, width, height and area of the pieces that were cleared.
    """
    pieces = find_pieces(_above(ink, int(HAIRLINE_SHARE * 255)))
    along = np.bincount(pieces.owners, weights=bands.ravel()[pieces.places], minlength=pieces.count)
    # where lines are close to one another, any piece lies along some for the most part
    share = _REMAINS_SHARE + (1 - _REMAINS_SHARE) * float(bands.mean())
    sizes = np.maximum(pieces.sizes(), 1)
    depth = np.bincount(pieces.owners, weights=contrast.ravel()[pieces.places], minlength=pieces.count)
    is_pale = depth <= _PRINT_SHARE * printed * sizes
    stats = pieces.stats()
    is_kept = ~(is_pale & ((along >= share * sizes) | _are_ticks(stats, bands)))
    ink.ravel()[pieces.places[~is_kept[pieces.owners]]] = 0
    return stats[1:][~is_kept[1:]]


def _list_dropped(removed: BoolArray, faint: Int32Array, remains: Int32Array) -> tuple[tuple[Box, Reason], ...]:
    """Return what was taken for no ink, with the reason: printed lines, what is left of them, and what is too pale."""
    lines = find_pieces(removed.astype(np.uint8)).stats()
    found: list[tuple[Box, Reason]] = []
    kinds: tuple[tuple[Int32Array, Reason], ...] = ((lines[1:], "ruling"), (remains, "ruling"), (faint, "faint"))
    for stats, reason in kinds:
        found += [(Box(x, y, x + width, y + height), reason) for x, y, width, height, _ in stats.tolist()]
    return tuple(found)


def _are_ticks(stats: Int32Array, bands: UInt8Array) -> BoolArray:
    """Tell which pieces are bars from one line to the next: sides of boxes, joints of bricks."""
    x, y, width, height = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    middles = x + width // 2, y + height // 2
    is_bar = stats[:, 4] >= _TICK_FILL * width * height  # not a line with a number on it
    is_upright, is_level = height >= _TICK_ASPECT * width, width >= _TICK_ASPECT * height
    rows, columns = bands.shape
    over, under = bands[np.maximum(y - 1, 0), middles[0]], bands[np.minimum(y + height, rows - 1), middles[0]]
    left, right = bands[middles[1], np.maximum(x - 1, 0)], bands[middles[1], np.minimum(x + width, columns - 1)]
    # one of the lines may lie beyond the rim
    is_hung = (over | (y == 0)) & (under | (y + height == rows)) & (over | under)
    is_strung = (left | (x == 0)) & (right | (x + width == columns)) & (left | right)
    return np.asarray(is_bar & ((is_upright & (is_hung > 0)) | (is_level & (is_strung > 0))))


def _picture(ink: UInt8Array, whole: Pieces, strength: Float32Array, *, inverted: bool) -> InkPicture:
    """Number the pieces by their strong ink, and measure them."""
    strong = _above(ink, int(MASK_SHARE * 255))
    stroke = stroke_width(strong)
    if stroke < HAIRLINE:
        strong = _above(ink, int(HAIRLINE_SHARE * 255))
        stroke = stroke_width(strong)
    # a stroke that grows pale for a moment is one: its pale part joins what is strong on either side
    reach = 1 + 2 * max(1, round(_PALE_REACH * stroke))
    near = np.asarray(cv2.dilate(strong, np.ones((reach, reach), np.uint8)), dtype=np.uint8)
    pieces = find_pieces(strong, near & _above(ink, int(_PALE_SHARE * 255)))
    contrast = np.zeros(pieces.count, dtype=np.float32)
    contrast[pieces.owners] = strength[whole.labels.ravel()[pieces.places]]
    return InkPicture(ink, pieces.labels, pieces.stats(), contrast, inverted, stroke)
