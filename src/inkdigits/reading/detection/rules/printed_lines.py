"""A mask of ink goes in; the printed lines across the picture come out: ruled and squared paper, tables, boxes.

A line is a chain of straight runs, thin for its length, without gaps to speak of. It may be tilted or curved a little,
as on a photographed page. It is taken away without cutting the strokes that cross it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.imageops.quantiles import median, row_medians
from inkdigits.reading.detection.rules.cells import find_box_sides
from inkdigits.reading.detection.rules.circles import find_rings
from inkdigits.reading.detection.rules.combs import BaseLine, find_teeth
from inkdigits.spec import Float64Array, Int32Array, Int64Array, UInt8Array

__all__ = ["Grid", "find_grid"]

_MIN_PAGE = 300  # pixels, the shorter side of what is searched, from which numbers may lie across ruled lines
_MIN_SIDE = 120  # pixels; in smaller pictures a digit is as long as a line, and `rim_lines` looks at the rim only
_RUN = 20  # pixels: straight runs this long make a chain; a tilt of 8 degrees leaves them of a line 2 pixels thick
_GAP = 15  # pixels between the runs of a chain
_MIN_SPAN = 0.1  # of the side
_MIN_LENGTH = 100  # pixels
_MIN_COVER = 0.85  # of a line's length that is inked; the bars of several digits 7 beside one another cover less
_MOST_TANGLED = 8  # lines or strokes of a chain that are tried
_TANGLED_SPAN = 0.5  # of the side, which such a line is long, at least,
_TANGLED_THICKNESS = 0.02  # and so thick for its length, at most
_MAX_THICKNESS = 12  # pixels
_MAX_THICKNESS_SHARE = 0.06  # of the length; the bar of a 7 has 0.13 or more
_SMOOTH = 61  # columns over whose median a line's course is taken, so that a bar along it does not bend it
_MAX_SLOPE = 0.25
_SOFT_EDGE = 1  # pixels beside a line that are still its own
_MIN_BARS = 2  # pieces of a chain, from which it can be bars
_MOST_STROKES = 2  # that hang on a bar or cross it: one on a 7 or 5, two on an open 4
_BAR_LENGTH = 30  # thicknesses, which the bar of a digit is long, at most
_BAR_SHARE = 0.75  # of the pieces, and of their length: with strokes so, they are bars
_REACH = 3  # rows beside a line's edge in which a stroke that crosses it shows


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a picture.

    Attributes:
        lines: uint8, shape (H, W), 1 on a line, but for the strokes that cross it.
        bands: uint8, shape (H, W), 1 on a line and right beside it, strokes or not.
    """

    lines: UInt8Array
    bands: UInt8Array


@dataclass(frozen=True, slots=True)
class _Line:
    """One line from left to right: its columns, and for each its middle row; half of its thickness."""

    columns: Int64Array
    middles: Float64Array
    half: float


def find_grid(mask: UInt8Array) -> Grid:
    """Return the lines that run across a picture.

    Args:
        mask: uint8, shape (H, W), 1 for ink and 0 for paper.
    """
    empty = np.zeros_like(mask)
    turned = mask.shape[::-1]
    level, upright = _find_long_lines(mask)
    rings = _find_rings(mask) if level or upright else empty
    if rings.any():  # a circle around a number is nearly straight for a while; cut up, it would be read
        grid = find_grid(mask & (1 - rings))
        return Grid(grid.lines | rings, grid.bands | np.asarray(cv2.dilate(rings, np.ones((5, 5), np.uint8)), np.uint8))
    rest = mask & (1 - (_bands(mask.shape, level) | _bands(turned, upright).T)) if level or upright else mask
    for side in find_box_sides(rest):
        line = _Line(np.arange(side.first, side.last + 1), side.middle, side.half)
        (level if side.is_level else upright).append(line)
    if not level and not upright:
        return Grid(empty, empty)
    across, down = _bands(mask.shape, level), np.ascontiguousarray(_bands(turned, upright).T)
    bases = [BaseLine(line.columns, line.middles, round(line.half + _SOFT_EDGE)) for line in level]
    teeth = find_teeth(mask & (1 - across), bases)
    across |= teeth
    bands = across | down
    strokes = mask & (1 - bands)
    for line in level:
        _spare_strokes(across, line, strokes)
    turned_down, turned_strokes = np.ascontiguousarray(down.T), np.ascontiguousarray(strokes.T)
    for line in upright:
        _spare_strokes(turned_down, line, turned_strokes)
    return Grid((across | turned_down.T) & mask, np.asarray(cv2.dilate(bands, np.ones((5, 5), np.uint8)), np.uint8))


def _find_long_lines(mask: UInt8Array) -> tuple[list[_Line], list[_Line]]:
    """Return the lines from left to right and those from top to bottom; none of a small picture."""
    if min(mask.shape) < _MIN_SIDE:
        return [], []
    level = [line for line in _find_lines(mask) if not _are_bars(line, mask)]
    return level, _find_lines(np.ascontiguousarray(mask.T))


def _find_rings(mask: UInt8Array) -> UInt8Array:
    """Return the ink of circles around numbers, 1 there."""
    _, labels, stats, _ = map(np.asarray, cv2.connectedComponentsWithStats(mask, connectivity=8))
    is_ring = np.zeros(len(stats), dtype=np.uint8)
    is_ring[find_rings(labels, stats)] = 1
    return np.asarray(is_ring[labels])


def _find_lines(mask: UInt8Array) -> list[_Line]:
    """Return the lines that run from left to right."""
    thick = np.ones((_MAX_THICKNESS + 3, _MAX_THICKNESS + 3), np.uint8)
    thin = mask - cv2.morphologyEx(mask, cv2.MORPH_OPEN, thick)
    tall = cv2.dilate(thin, np.ones((3, 1), np.uint8))  # lets a tilted line keep longer runs
    seeds = np.asarray(cv2.morphologyEx(tall, cv2.MORPH_OPEN, np.ones((1, _RUN), np.uint8)), dtype=np.uint8)
    if not seeds.any():
        return []
    count, labels = cv2.connectedComponents(cv2.dilate(seeds, np.ones((3, _GAP), np.uint8)), connectivity=8)
    columns, rows = np.asarray(cv2.findNonZero(seeds)).reshape(-1, 2).T.astype(np.int64)
    owner = np.asarray(labels[rows, columns], dtype=np.int64)
    first, last = np.full(count, mask.shape[1]), np.full(count, -1)
    np.minimum.at(first, owner, columns)
    np.maximum.at(last, owner, columns)
    lines, least = [], max(_MIN_LENGTH, _MIN_SPAN * mask.shape[1])
    runs = None
    for chain in np.flatnonzero(last - first >= least):
        own = owner == chain
        line = _trace(rows[own], columns[own], mask)
        if line is not None or min(mask.shape) < _MIN_PAGE:
            lines += [] if line is None else [line]
            continue
        if runs is None:
            runs = np.asarray(cv2.connectedComponents(seeds, connectivity=8)[1])[rows, columns]
        lines += _untangle(rows[own], columns[own], runs[own], mask)
    return lines


def _untangle(rows: Int64Array, columns: Int64Array, runs: Int32Array, mask: UInt8Array) -> list[_Line]:
    """Return the lines of a chain that is none as a whole: digits that reach from one line to the next tie them up.

    Only long and thin ones: the top of a large zero is straight for a while, too.

    Args:
        rows: Of the chain's seeds.
        columns: Of these.
        runs: Which straight run each belongs to.
        mask: 1 for ink.
    """
    lines: list[_Line] = []
    least = max(_MIN_LENGTH, _TANGLED_SPAN * mask.shape[1])
    for _ in range(_MOST_TANGLED):
        if len(rows) < least:
            break
        largest = runs == np.bincount(runs).argmax()
        x, y = columns[largest].astype(np.float64), rows[largest].astype(np.float64)
        if np.ptp(x) < _MIN_LENGTH / 2:  # a bold stroke
            rows, columns, runs = rows[~largest], columns[~largest], runs[~largest]
            continue
        slope = float(((x - x.mean()) * (y - y.mean())).mean() / x.var())
        is_near = np.abs(rows - y.mean() - slope * (columns - x.mean())) <= _MAX_THICKNESS / 2
        span = np.ptp(columns[is_near]) if is_near.any() else 0
        line = _trace(rows[is_near], columns[is_near], mask) if span >= least else None
        lines += [] if line is None or 2 * line.half > _TANGLED_THICKNESS * span else [line]
        is_left = ~(is_near | largest)
        rows, columns, runs = rows[is_left], columns[is_left], runs[is_left]
    return lines


def _trace(rows: Int64Array, columns: Int64Array, mask: UInt8Array) -> _Line | None:
    """Return the course of a chain of runs; None when it is no line."""
    first, last = int(columns.min()), int(columns.max())
    length = last - first + 1
    most = min(_MAX_THICKNESS, _MAX_THICKNESS_SHARE * length)
    if len(rows) > (most + 2) * length:  # seeds are two rows thicker than the line
        return None
    tally = np.bincount(columns - first, minlength=length)
    sums = np.bincount(columns - first, weights=rows, minlength=length)
    inked = np.flatnonzero(tally)
    course = np.interp(np.arange(length), inked, sums[inked] / tally[inked])
    course = _median(course)
    if abs(course[-1] - course[0]) > _MAX_SLOPE * length:
        return None
    thickness = _measure(course, first, mask)
    own = thickness[thickness > 0]
    if len(own) < _MIN_COVER * length:
        return None
    usual = median(own)
    if usual > most:
        return None
    return _Line(np.arange(first, last + 1), course, usual / 2)


def _are_bars(line: _Line, mask: UInt8Array) -> bool:
    """Tell whether a chain is the bars of digits beside one another, as of 777: pieces with a stroke or two on each.

    A printed line with gaps has pieces on which nothing hangs, or many crossings.
    """
    edge = round(line.half + _SOFT_EDGE)
    at = np.rint(line.middles).astype(np.int64)[:, None]
    inked = _inked(mask, at + np.arange(-1, 2), line.columns)
    beside = edge + np.arange(1, _REACH + 1)
    hangs = _inked(mask, at + beside, line.columns, all_rows=True) | _inked(
        mask, at - beside, line.columns, all_rows=True
    )
    starts, ends = _runs(inked)
    if len(starts) < _MIN_BARS:
        return False
    lengths = ends - starts
    counts = np.array([len(_runs(hangs[start:end])[0]) for start, end in zip(starts, ends, strict=True)])
    is_short = lengths <= _BAR_LENGTH * max(2 * line.half, 1.0)
    is_bar = is_short & (counts >= 1) & (counts <= _MOST_STROKES)
    return bool(is_bar.mean() >= _BAR_SHARE and lengths[is_bar].sum() >= _BAR_SHARE * lengths.sum())


def _inked(mask: UInt8Array, rows: Int64Array, columns: Int64Array, *, all_rows: bool = False) -> npt.NDArray[np.bool_]:
    """Return for each column whether some of its rows, or all of them, are inked; shape of rows (columns, R)."""
    window = mask[np.clip(rows, 0, len(mask) - 1), columns[:, None]] > 0
    return np.asarray(window.all(axis=1) if all_rows else window.any(axis=1))


def _runs(inked: npt.NDArray[np.bool_]) -> tuple[Int64Array, Int64Array]:
    """Return where runs of True start and end, those a pixel apart taken together."""
    padded = np.concatenate([[False], inked, [False]])
    steps = np.diff(padded.astype(np.int8))
    starts, ends = np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)
    parted = starts[1:] - ends[:-1] > 1
    return starts[np.concatenate([[True], parted])[: len(starts)]], ends[np.concatenate([parted, [True]])[: len(ends)]]


def _median(course: Float64Array) -> Float64Array:
    """Return the running median of a line's rows."""
    width = min(_SMOOTH, len(course) // 2 * 2 - 1)
    # continued at its own slope, lest the ends of a tilted line be bent
    margin = width // 2
    padded = np.pad(course, margin, mode="reflect", reflect_type="odd")
    return row_medians(np.lib.stride_tricks.sliding_window_view(padded, width))


def _measure(course: Float64Array, first: int, mask: UInt8Array) -> Float64Array:
    """Return for each column of a line how many rows around its middle are inked, 0 when the middle is not."""
    reach = _MAX_THICKNESS + 2
    offsets = np.arange(-reach, reach + 1)
    at = np.clip(np.rint(course).astype(np.int64)[:, None] + offsets, 0, mask.shape[0] - 1)
    window = mask[at, np.arange(first, first + len(course))[:, None]] > 0
    # the run of ink around the middle, which may be off by a row
    middle = window[:, reach] | window[:, reach - 1] | window[:, reach + 1]
    below = np.logical_and.accumulate(window[:, reach + 1 :], axis=1).sum(axis=1)
    above = np.logical_and.accumulate(window[:, reach - 1 :: -1], axis=1).sum(axis=1)
    return np.where(middle, below + above + window[:, reach], 0).astype(np.float64)


def _bands(shape: tuple[int, ...], lines: Sequence[_Line]) -> UInt8Array:
    """Return where the lines are."""
    bands = np.zeros(shape, dtype=np.uint8)
    for line in lines:
        rows, columns = _cells(line, shape[0], line.half + _SOFT_EDGE)
        bands[rows, columns] = 1
    return bands


def _cells(line: _Line, height: int, half: float) -> tuple[Int64Array, Int64Array]:
    reach = round(half)
    rows = np.rint(line.middles).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    return np.clip(rows, 0, height - 1), np.broadcast_to(line.columns[:, None], rows.shape)


def _spare_strokes(band: UInt8Array, line: _Line, strokes: UInt8Array) -> None:
    """Clear a line where a stroke passes through: ink right above it and right below it."""
    height = len(strokes)
    edge = round(line.half + _SOFT_EDGE)
    middles = np.rint(line.middles).astype(np.int64)[:, None]
    above, below = (
        strokes[np.clip(middles + side * (edge + np.arange(1, _REACH + 1)), 0, height - 1), line.columns[:, None]].any(
            axis=1
        )
        for side in (-1, 1)
    )
    slack = np.ones(2 * edge + 1)  # a slanted stroke enters and leaves in other columns
    passes = (np.convolve(above, slack, "same") > 0) & (np.convolve(below, slack, "same") > 0)
    rows, columns = _cells(line, height, line.half + _SOFT_EDGE)
    band[rows[passes], columns[passes]] = 0
