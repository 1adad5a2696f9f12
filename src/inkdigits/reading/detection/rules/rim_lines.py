"""A mask of ink goes in; a mask of the printed lines at the picture's rim comes out: a box's frame, a ruled line.

A cell cut from a form or a squared sheet carries pieces of its frame at the edges. Such a line is straight, runs from
rim to rim, and lies in the outer part of the picture; a stroke of the digit seldom does all three.
"""

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

__all__ = ["find_rules"]

_MIN_SIDE = 40  # pixels; in smaller pictures a stroke and a line look the same
_SEED_SHARE = 0.35  # of the side: straight runs this long are looked at; a tilt of 3 degrees still leaves them
_SPAN_SHARE = 0.85  # of the side: what a line covers at the least
_OUTER_SHARE = 0.25  # of the side: where such lines lie
_MAX_THICKNESS = 0.18  # of the side
_STROKE_SHARE = 0.5  # of the ink beside a lone line, and of the line's own
_FREE_END = 2  # pixels of paper beyond the end of a stroke, at the least
_LONE_SHARE = 0.05  # of its length: a lone stroke's thickness; a printed line is thinner
_PEER_SHARE = 1.3  # of the tallest digit beside it: a 1 is no longer than this
_PEN_SHARE = 0.6  # of the strokes beside it: a 1 is at least as thick
_MARGIN = 4  # rows looked at above and below a line: its soft edge, and the strokes that cross it


def find_rules(mask: UInt8Array) -> UInt8Array:
    """Return the lines along the rim.

    Args:
        mask: uint8, shape (H, W), 1 for ink and 0 for paper.

    Returns:
        uint8, shape (H, W), 1 where a line covers the paper; strokes that cross a line are left out of it, so that
        taking the lines away does not cut them.
    """
    if min(mask.shape) < _MIN_SIDE:
        return np.zeros_like(mask)
    level, upright = _horizontal(mask), [line.T for line in _horizontal(np.ascontiguousarray(mask.T))]
    rest = mask & (1 - np.maximum.reduce([np.zeros_like(mask), *level, *upright]))
    lines = [*level, *(line for line in upright if not _is_one(line, mask, rest))]
    if len(lines) == 1 and _is_stroke(lines[0], mask):
        return np.zeros_like(mask)
    return np.asarray(np.maximum.reduce([np.zeros_like(mask), *lines]))


def _is_one(line: UInt8Array, mask: UInt8Array, rest: UInt8Array) -> bool:
    """Tell whether an upright line is a 1 at the end of a closely cut number.

    Its ends are free, where a frame's side runs to the rim or into another line; and beside it stand digits as tall,
    written by as broad a pen.
    """
    _, y, width, height = cv2.boundingRect(line)
    if y < _FREE_END or y + height > len(mask) - _FREE_END:
        return False
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    own = np.flatnonzero(np.bincount(labels[line > 0]))
    if stats[own, cv2.CC_STAT_WIDTH].max() > 2 * width:  # something hangs on it
        return False
    if not rest.any():
        return int(line.sum()) >= _LONE_SHARE * height**2
    tallest = cv2.connectedComponentsWithStats(rest, connectivity=8)[2][1:, cv2.CC_STAT_HEIGHT].max()
    return bool(height <= _PEER_SHARE * tallest and _thickness(line) >= _PEN_SHARE * _thickness(rest))


def _thickness(mask: UInt8Array) -> float:
    """Return the mean width of strokes: half of their pixels' share in their outline."""
    inner = np.asarray(cv2.erode(mask, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    outline = mask & (1 - inner)
    return 2 * float(mask.sum()) / float(outline.sum())


def _is_stroke(line: UInt8Array, mask: UInt8Array) -> bool:
    """Tell whether a lone line ends the other ink: the bar of a 7 or the foot of a 1 in a close cut.

    Most of the ink hangs on it, and on one side of it only; what crosses a line is no part of it.
    """
    rest = mask & (1 - line)
    _, labels = cv2.connectedComponents(mask, connectivity=8)
    joined = (rest * np.isin(labels, np.flatnonzero(np.bincount(labels[line > 0])))).astype(np.uint8)
    if joined.sum() <= _STROKE_SHARE * max(rest.sum(), line.sum()):
        return False
    x, y, width, height = cv2.boundingRect(line)
    if width < height:  # an upright line: look at columns as at rows
        joined, y, height = joined.T, x, width
    return not (joined[:y].any() and joined[y + height :].any())


def _horizontal(mask: UInt8Array) -> list[UInt8Array]:
    """Return each line that runs from left to right, as a mask of its own."""
    height, width = mask.shape
    run = np.ones((1, max(3, int(_SEED_SHARE * width))), np.uint8)
    seeds = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, run), dtype=np.uint8)
    # runs of a tilted line lie a pixel above one another: join them before looking at their span
    joined = cv2.dilate(seeds, np.ones((3, 3), np.uint8))
    count, labels, stats, centers = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = []
    for line in range(1, count):
        is_long = stats[line, cv2.CC_STAT_WIDTH] >= _SPAN_SHARE * width
        if not is_long or _OUTER_SHARE < centers[line][1] / height < 1 - _OUTER_SHARE:
            continue
        top = max(stats[line, cv2.CC_STAT_TOP] - _MARGIN, 0)
        rows = slice(top, stats[line, cv2.CC_STAT_TOP] + stats[line, cv2.CC_STAT_HEIGHT] + _MARGIN)
        own = seeds[rows] * (labels[rows] == line)
        if own.sum() / stats[line, cv2.CC_STAT_WIDTH] <= _MAX_THICKNESS * height:
            lines.append(np.zeros_like(mask))
            lines[-1][rows] = _band(mask[rows], own)
    return lines


def _band(mask: UInt8Array, seeds: UInt8Array) -> UInt8Array:
    """Return the line's own pixels: its seeds, their soft edge, and no column in which a stroke passes through."""
    line = np.asarray(cv2.dilate(seeds, np.ones((3, 3), np.uint8)), dtype=np.uint8) & mask
    rows = np.arange(mask.shape[0])[:, None]
    inside = line > 0
    top = np.where(inside, rows, mask.shape[0]).min(axis=0)
    bottom = np.where(inside, rows, -1).max(axis=0)
    columns = np.nonzero(bottom >= 0)[0]
    above = mask[np.maximum(top[columns] - 2, 0), columns] * (top[columns] >= 2)
    below = mask[np.minimum(bottom[columns] + 2, mask.shape[0] - 1), columns] * (bottom[columns] + 2 < mask.shape[0])
    line[:, columns[(above > 0) & (below > 0)]] = 0
    return line
