"""An ink picture goes in; its marks come out, in lines and reading order, each with its box and its own ink."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.neighbors import find_neighbors
from inkdigits.imageops.quantiles import row_medians
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.detection.rules.circles import LEAST_INSIDE, find_rings
from inkdigits.reading.detection.rules.filtering import Part, find_parts, find_written_parts, sift_parts
from inkdigits.reading.detection.rules.ink_picture import InkPicture
from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.results import Box, Reason
from inkdigits.spec import Float64Array, Int64Array

__all__ = ["EDGE", "PART_AREA", "PART_GAP", "find_digits", "find_dropped", "isolate_digit"]

PART_GAP = 0.35  # of the digit's height: parts of one digit lie closer than this
_PART_CONTRAST = 0.45  # of the strongest piece: what is paler was erased, or shows through the sheet
_MIN_ROW = 4  # parts, from which it can be told that two of them are whole digits
_WHOLE_SHARE = 0.7  # of the usual height: half of a digit is lower, a whole one is not
_NEIGHBORS = 9  # parts around one, itself included, that tell the usual height
PART_AREA = 0.02  # of the main piece: what is smaller is dust
_JOINED_GROWTH = 1.3  # of the digit's height: parts that would make it taller than this are two digits
_USUAL_GROWTH = 1.25  # of a digit of usual height, or one beside them: as above
_PEER_REACH = 2.0  # of the joined height: how far off a digit that tells the usual height stands
_LEAST_RINGED = 0.45  # of a circle's height: in a picture of one digit, lower strokes are within a zero
EDGE = 2  # pixels around a part in which its soft edge lies
_BAR_ASPECT = 2.5  # width over height
_BAR_OFF = 0.25  # of the digit's height, from its top
_BAR_GAP = 0.12  # of the digit's long side
_OVERLAP_SHARE = 0.55  # of the narrower part's width that lies over or under the other part


def find_digits(picture: InkPicture) -> tuple[Mark, ...]:
    """Return the marks of a picture in reading order: line by line, left to right.

    Args:
        picture: From `ink.find_ink`.

    Returns:
        Marks with disjoint ink; none when the picture is blank.
    """
    parts = _join_stacked(_without_rings(find_written_parts(picture), picture, LEAST_INSIDE))
    marks = []
    for index, places in enumerate(group_lines([part.box for part in parts])):
        line = [parts[place] for place in places]
        tallest = max(part.box.height for part in line)
        marks += [_mark(picture, part, index, tallest) for part in line]
    return tuple(marks)


def find_dropped(picture: InkPicture) -> list[tuple[Box, Reason]]:
    """Return which pieces of ink `find_digits` leaves out, and why.

    Args:
        picture: From `ink.find_ink`.
    """
    written, dropped = sift_parts(picture)
    kept = set(_without_rings(written, picture, LEAST_INSIDE))
    rings: list[tuple[Box, Reason]] = [(part.box, "ruling") for part in written if part not in kept]
    return [*((part.box, reason) for part, reason in dropped), *rings]


def isolate_digit(picture: InkPicture) -> Mark | None:
    """Return the one digit of a picture that holds exactly one; None when it is blank.

    The main piece is the largest, weighed by how near the middle it lies; parts that lie close to it and are as dark
    belong to it, what touches the rim while the digit does not is a neighbor's.
    """
    parts = _without_rings(find_parts(picture), picture, _LEAST_RINGED)
    if not parts:
        return None
    height, width = picture.ink.shape
    main = max(parts, key=lambda part: part.area * _centrality(part.box, width, height))
    while True:
        joined = [part for part in parts if part is not main and _belongs(part, main, picture)]
        if not joined:
            break
        parts = [part for part in parts if part is not main and part not in joined]
        main = _join([main, *joined])
        parts.append(main)
    return _mark(picture, main, 0, main.box.height)


def _without_rings(parts: Sequence[Part], picture: InkPicture, least_inside: float) -> list[Part]:
    rings = find_rings(picture.pieces, picture.stats, least_inside)
    return [part for part in parts if part.pieces[0] not in rings]


def _centrality(box: Box, width: int, height: int) -> float:
    off_x = abs(box.x_min + box.x_max - width) / width
    off_y = abs(box.y_min + box.y_max - height) / height
    return 1.2 - max(off_x, off_y)


def _belongs(part: Part, main: Part, picture: InkPicture) -> bool:
    contrast = max(picture.contrast[list(part.pieces)])
    if part.area < PART_AREA * main.area or contrast < _PART_CONTRAST * max(picture.contrast[list(main.pieces)]):
        return False
    if _touches_rim(part.box, picture) and not _touches_rim(main.box, picture) and not _is_bar_of(part.box, main.box):
        return False
    return _gap(part.box, main.box) <= PART_GAP * max(main.box.height, main.box.width)


def _is_bar_of(part: Box, main: Box) -> bool:
    """Tell whether a part is the bar of a 5 that was drawn on beyond the rim: flat, close to the digit's top."""
    is_flat = part.width >= _BAR_ASPECT * part.height
    is_on_top = abs((part.y_min + part.y_max) / 2 - main.y_min) <= _BAR_OFF * main.height
    return is_flat and is_on_top and _gap(part, main) <= _BAR_GAP * max(main.height, main.width)


def _touches_rim(box: Box, picture: InkPicture) -> bool:
    height, width = picture.ink.shape
    return box.x_min <= 1 or box.y_min <= 1 or box.x_max >= width - 1 or box.y_max >= height - 1


def _gap(one: Box, other: Box) -> int:
    across = max(one.x_min, other.x_min) - min(one.x_max, other.x_max)
    down = max(one.y_min, other.y_min) - min(one.y_max, other.y_max)
    return max(across, down, 0)


def _join(parts: Sequence[Part]) -> Part:
    pieces = tuple(piece for part in parts for piece in part.pieces)
    return Part(Box.around([part.box for part in parts]), pieces, sum(part.area for part in parts))


def _join_stacked(parts: Sequence[Part]) -> list[Part]:
    """Join parts that lie over one another: the bar of a 5, the halves of a broken 8."""
    done: list[Part] = []
    boxes = np.zeros((len(parts), 4), dtype=np.int64)  # of `done`; arrays, since a noisy scan has thousands of parts
    every = np.array([_corners(part.box) for part in parts], dtype=np.int64).reshape(-1, 4)
    usual = _usual_heights(parts)
    for place in sorted(range(len(parts)), key=lambda place: -parts[place].area):
        part = parts[place]
        hosts = np.flatnonzero(_are_stacked(part.box, boxes[: len(done)], every, float(usual[place])))
        if len(parts) >= _MIN_ROW and part.box.height >= _WHOLE_SHARE * usual[place]:  # two digits, in two rows
            hosts = hosts[boxes[hosts, 3] - boxes[hosts, 1] < _WHOLE_SHARE * usual[place]]
        at = int(hosts[0]) if len(hosts) else len(done)
        if len(hosts):
            done[at] = _join([done[at], part])
        else:
            done.append(part)
        boxes[at] = _corners(done[at].box)
    return done


def _usual_heights(parts: Sequence[Part]) -> Float64Array:
    """Return for each part the median height of those around it; a page's may be of several sizes."""
    heights = np.array([part.box.height for part in parts], dtype=np.float64)
    near = find_neighbors([part.box for part in parts], _NEIGHBORS)
    return row_medians(heights[near]) if parts else heights


def _are_stacked(part: Box, hosts: Int64Array, every: Int64Array, usual: float) -> npt.NDArray[np.bool_]:
    """Tell for each host, a row of `hosts` (x_min, y_min, x_max, y_max), whether `part` lies over or under it.

    Both together are hardly taller than the host, than `usual`, in pixels, or than a part of `every` that stands beside
    them.
    """
    x_min, y_min, x_max, y_max = hosts.T
    height = y_max - y_min
    shared = np.minimum(part.x_max, x_max) - np.maximum(part.x_min, x_min)
    is_over = shared >= _OVERLAP_SHARE * np.minimum(part.width, x_max - x_min)
    gap = np.maximum(np.maximum(part.y_min, y_min) - np.minimum(part.y_max, y_max), -shared)
    is_near = is_over & (gap <= PART_GAP * height)
    top, bottom = np.minimum(part.y_min, y_min), np.maximum(part.y_max, y_max)
    is_fit = bottom - top <= np.maximum(_USUAL_GROWTH * usual, _JOINED_GROWTH * height)
    for host in np.flatnonzero(is_near & ~is_fit):
        is_fit[host] = _has_peer(np.array((x_min[host], top[host], x_max[host], bottom[host])), every)
    return np.asarray(is_near & is_fit)


def _has_peer(joined: Int64Array, every: Int64Array) -> bool:
    """Tell whether near a box stands a part that fills its rows and is hardly taller: then it is as tall as a digit."""
    x_min, y_min, x_max, y_max = every.T
    height = joined[3] - joined[1]
    beside = np.minimum(y_max, joined[3]) - np.maximum(y_min, joined[1])
    off = np.maximum(x_min - joined[2], joined[0] - x_max)
    is_peer = (_USUAL_GROWTH * beside >= height) & (y_max - y_min <= _JOINED_GROWTH * height)
    return bool((is_peer & (off <= _PEER_REACH * height)).any())


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x_min, box.y_min, box.x_max, box.y_max


def _mark(picture: InkPicture, part: Part, line: int, line_height: int) -> Mark:
    """Return the part with its ink, its soft edge included, and no one else's."""
    box = part.box
    left, top = max(box.x_min - EDGE, 0), max(box.y_min - EDGE, 0)
    window = np.s_[top : box.y_max + EDGE, left : box.x_max + EDGE]
    own = np.isin(picture.pieces[window], part.pieces)
    others = (picture.pieces[window] > 0) & ~own
    near = cv2.dilate(own.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    crop = np.where(near & ~others, picture.ink[window], 0).astype(np.uint8)
    contrast = float(max(picture.contrast[list(part.pieces)]))
    return Mark(box, line, line_height, crop, left, top, contrast=contrast)
