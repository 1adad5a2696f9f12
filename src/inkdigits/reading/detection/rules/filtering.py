"""An ink picture goes in; its parts come out: pieces of ink that may be written, or parts of what is.

Left out is what lies at the rim, runs on beyond it, is dust, far larger than all else, or fainter than ink.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.imageops.quantiles import quantile
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.reading.detection.rules.rim_contact import count_exits, find_rim_shares, is_texture
from inkdigits.results import Box, Reason
from inkdigits.spec import Int32Array, Int64Array

__all__ = ["Part", "find_parts", "find_written_parts", "sift_parts"]

_MIN_PAGE = 300  # pixels: a picture whose shorter side is longer may show a texture around a page
_SPECK_STROKES = 1.5  # a piece smaller than this many squares of the stroke's width is dust
_SPECK_LENGTHS = 4.0  # or one shorter than so many of its widths
_SPECK_FILL = 0.6  # of the square on its long side, which a digit leaves free
_LEAST_PEERS = 2  # others in a row with a small part
_MOST_SMALL = 300  # small parts, of which more are a grain; each is compared with all parts
_MIN_SIDE = 6  # pixels: nothing smaller can be told from dust
_MIN_CROWD = 6  # parts, from which their usual size can be told
_MIN_CROWD_SIDE = 12  # pixels: what tells the usual size is at least so long
_GIANT_SHARE = 3.0  # of the long side that three quarters of the parts do not exceed
_MIN_STRIPES = 2  # bars from rim to rim, of which one alone may be a 1
_BAR_ASPECT = 2.5  # length over width of a bar
_STRIPE_SHARE = 0.5  # of the shortest bar: a digit beside 1s is longer
_RIM_SHARE = 0.06  # of the shorter side
_WIDE_RIM_SHARE = 0.11  # where nothing at all lies further inside, what lies here is the rest of a frame
_RIM_INK_SHARE = 0.85  # of a piece: the corner of a frame, whose box holds half of the picture
_PALE_SHARE = 0.6  # of the darkest part within the picture
_MAX_RIM = 10.0  # pixels
_MOST_EXITS = 5  # places at which a digit cut closely leaves the picture; a texture has more
_FAINT_SHARE = 0.25  # of the darkest mark: what is paler is show-through beside ink; pencil beside print has 0.4,
_FAINT_CONTRAST = 0.12  # or at least so much by itself; show-through has half of it
_BESIDE = 0.5  # of its length: what shares less with another part has that not beside it


@dataclass(frozen=True, slots=True)
class Part:
    """Some pieces of ink.

    Attributes:
        box: Around all of them.
        pieces: Their numbers in the ink picture, one or more.
        area: Pixels of all of them.
    """

    box: Box
    pieces: tuple[int, ...]
    area: int


def find_parts(picture: InkPicture) -> list[Part]:
    """Return a part for each piece that does not lie within the rim.

    Args:
        picture: From `ink.find_ink`.
    """
    return _without_rim(_find_every_part(picture), picture)


def find_written_parts(picture: InkPicture) -> list[Part]:
    """Return the parts that may be digits; none of a texture, or where all that is left is the rest of a frame.

    Args:
        picture: From `ink.find_ink`.
    """
    return sift_parts(picture)[0]


def sift_parts(picture: InkPicture) -> tuple[list[Part], list[tuple[Part, Reason]]]:
    """Return the parts that may be digits, as `find_written_parts` does, and why each other one is left out.

    Args:
        picture: From `ink.find_ink`.
    """
    parts = _find_every_part(picture)
    exits = count_exits(picture.pieces)
    if min(picture.ink.shape) < _MIN_PAGE and is_texture(exits):
        return [], [(part, "clutter") for part in parts]
    filters: tuple[tuple[Reason, Callable[[list[Part]], list[Part]]], ...] = (
        ("cut off", lambda left: _without_rim(left, picture)),
        ("clutter", lambda left: [part for part in left if exits[:, part.pieces[0]].sum() <= _MOST_EXITS]),
        ("cut off", lambda left: _without_pale_rim(left, picture)),
        ("cut off", lambda left: _without_frame_ends(left, exits, picture)),
        ("clutter", lambda left: _without_stripes(left, exits, picture.pieces)),
        ("speck", lambda left: _without_dust(left, picture.stroke)),
        ("oversized", _without_giants),
        ("faint", lambda left: _without_faint(left, picture)),
        ("cut off", lambda left: [] if all(_is_in_rim(part.box, picture, _WIDE_RIM_SHARE) for part in left) else left),
    )
    dropped: list[tuple[Part, Reason]] = []
    for reason, keep in filters:
        kept = keep(parts)
        if len(kept) < len(parts):
            stay = set(kept)
            dropped += [(part, reason) for part in parts if part not in stay]
        parts = kept
    return parts, dropped


def _find_every_part(picture: InkPicture) -> list[Part]:
    return [
        Part(Box(x, y, x + width, y + height), (piece,), area)
        for piece, (x, y, width, height, area) in enumerate(picture.stats.tolist())
        if piece > 0
    ]


def _without_rim(parts: Sequence[Part], picture: InkPicture) -> list[Part]:
    return [part for part in parts if not _is_in_rim(part.box, picture, _RIM_SHARE)]


def _without_dust(parts: Sequence[Part], stroke: float) -> list[Part]:
    least = _SPECK_STROKES * stroke**2
    large, small = [], []
    for part in parts:
        side = max(part.box.width, part.box.height)
        if side >= _MIN_SIDE and (part.area >= least or side >= _SPECK_LENGTHS * stroke):
            large.append(part)
        elif side >= _MIN_CROWD_SIDE and part.area <= _SPECK_FILL * side**2:
            small.append(part)
    kept = {*large, *_in_rows(small, large)}
    return [part for part in parts if part in kept]


def _in_rows(small: Sequence[Part], large: Sequence[Part]) -> list[Part]:
    """Return small parts that stand in a row with others of their size: digits beside larger ones, no dust."""
    if not small or len(small) > _MOST_SMALL:
        return []
    boxes = [(part.box.x_min, part.box.y_min, part.box.x_max, part.box.y_max) for part in (*small, *large)]
    left, top, right, bottom = np.array(boxes, dtype=np.float64).T
    count, height = len(small), bottom - top
    lower = np.minimum(height[:count, None], height)
    overlap = np.minimum(bottom[:count, None], bottom) - np.maximum(top[:count, None], top)
    gap = np.maximum(left[:count, None], left) - np.minimum(right[:count, None], right)
    is_alike = (overlap >= _BESIDE * lower) & (np.maximum(height[:count, None], height) <= 2 * lower)
    peers = (is_alike & (gap <= 2 * lower)).sum(axis=1) - 1  # itself
    return [part for part, others in zip(small, peers, strict=True) if others >= _LEAST_PEERS]


def _without_pale_rim(parts: Sequence[Part], picture: InkPicture) -> list[Part]:
    """Leave out what lies near the rim and is paler than what lies within: the blurred side or corner of a box."""
    rim = int(min(_WIDE_RIM_SHARE * min(picture.ink.shape), _MAX_RIM))
    shares = find_rim_shares(picture.pieces, picture.stats[:, cv2.CC_STAT_AREA], rim)
    near = [
        _is_in_rim(part.box, picture, _WIDE_RIM_SHARE) or shares[part.pieces[0]] >= _RIM_INK_SHARE for part in parts
    ]
    strengths = [float(picture.contrast[part.pieces[0]]) for part in parts]
    darkest = max((strength for strength, is_near in zip(strengths, near, strict=True) if not is_near), default=0.0)
    return [
        part
        for part, strength, is_near in zip(parts, strengths, near, strict=True)
        if not (is_near and strength < _PALE_SHARE * darkest)
    ]


def _without_frame_ends(parts: Sequence[Part], exits: Int64Array, picture: InkPicture) -> list[Part]:
    """Leave out what lies along the rim, runs on beyond it, and has nothing beside it: the side of a box."""
    near = [_is_in_rim(part.box, picture, _WIDE_RIM_SHARE) for part in parts]
    inner = [part.box for part, is_near in zip(parts, near, strict=True) if not is_near]

    def is_end(box: Box) -> bool:
        is_upright = box.height >= box.width
        start, end = (box.y_min, box.y_max) if is_upright else (box.x_min, box.x_max)
        spans = [(other.y_min, other.y_max) if is_upright else (other.x_min, other.x_max) for other in inner]
        return bool(inner) and all(
            min(end, last) - max(start, first) < _BESIDE * (end - start) for first, last in spans
        )

    return [
        part
        for part, is_near in zip(parts, near, strict=True)
        if not (is_near and exits[:, part.pieces[0]].any() and is_end(part.box))
    ]


def _without_stripes(parts: Sequence[Part], exits: Int64Array, pieces: Int32Array) -> list[Part]:
    """Leave out bars that run from rim to rim when there are several and nothing within the picture is as long."""
    crossing = [part for part in parts if _crosses(part, exits, pieces)]
    inner = [part for part in parts if not exits[:, part.pieces[0]].any()]
    longest = max((max(part.box.width, part.box.height) for part in inner), default=0)
    shortest = min((max(part.box.width, part.box.height) for part in crossing), default=0)
    is_striped = len(crossing) >= _MIN_STRIPES and longest < _STRIPE_SHARE * shortest
    return inner if is_striped else list(parts)


def _crosses(part: Part, exits: Int64Array, pieces: Int32Array) -> bool:
    """Tell whether a part is a bar, of any direction, that leaves the picture on two sides."""
    if np.count_nonzero(exits[:, part.pieces[0]]) < 2:
        return False
    own = pieces[part.box.y_min : part.box.y_max, part.box.x_min : part.box.x_max] == part.pieces[0]
    _, sides, _ = cv2.minAreaRect(np.asarray(cv2.findNonZero(own.astype(np.uint8))))
    return bool(max(sides) >= _BAR_ASPECT * max(min(sides), 1.0))


def _without_giants(parts: Sequence[Part]) -> list[Part]:
    """Leave out what is far larger than the other parts: the edge of a table, a picture, a box around writing."""
    if len(parts) < _MIN_CROWD:
        return list(parts)
    sides = [max(part.box.width, part.box.height) for part in parts]
    usual = quantile([side for side in sides if side >= _MIN_CROWD_SIDE] or sides, 0.75)
    return [part for part, side in zip(parts, sides, strict=True) if side <= _GIANT_SHARE * usual]


def _is_in_rim(box: Box, picture: InkPicture, share: float) -> bool:
    """Tell whether a piece lies within the outermost pixels: what is left of a frame, or of the next cell."""
    rows, columns = picture.ink.shape
    rim = min(share * min(rows, columns), _MAX_RIM)
    return bool(min(box.x_max, box.y_max) <= rim or box.x_min >= columns - rim or box.y_min >= rows - rim)


def _without_faint(parts: Sequence[Part], picture: InkPicture) -> list[Part]:
    darkest = max((picture.contrast[part.pieces[0]] for part in parts), default=0.0)
    least = min(_FAINT_SHARE * darkest, _FAINT_CONTRAST)
    return [part for part in parts if picture.contrast[part.pieces[0]] >= least]
