"""Finds the marks of a gray picture with the detector's network, and makes a page of them.

These functions are the only way into this folder.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.imageops.quantiles import median
from inkdigits.models.detector import LEAST_SCORE, Detector
from inkdigits.models.peaks import Corners, DetectedMark, find_other_ink, find_peaks
from inkdigits.reading.detection.ink_crops import cut_ink, find_reach
from inkdigits.reading.detection.line_strips import cut_strips
from inkdigits.reading.detection.looks import Look, find_marks, trust
from inkdigits.reading.detection.page import Candidate, Mark, Page
from inkdigits.reading.detection.reading_order import order_marks
from inkdigits.reading.detection.signs import join_signs, tell_bars
from inkdigits.reading.detection.stages import draw_stages
from inkdigits.reading.detection.tilt import find_tilt, turn_level
from inkdigits.results import Box, Reason
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, MARK_LABELS, Float64Array, UInt8Array

__all__ = ["MOST_MARKS", "detect_cells", "detect_digit", "detect_frames", "detect_marks", "make_marks"]

# of a picture: each costs 0.9 ms of one core after the detector (900 digits on one page), so 4.5 s at most; an A4 sheet
# of squares of 5 mm has 2,300
MOST_MARKS = 5000
_CELLS = 64  # in one run of the network; more take memory and no less time
_LEAST_TILT = 8.0  # degrees: the composer's lines are tilted up to 7 (three standard deviations of its slope)
_LEAST_TELLING = 3  # digits: fewer do not tell a tilt from an uneven hand
# probability of other ink from which a sign is a word or a scrawl: of 188 signs of `benchmarks/sign_forms.py` the true
# ones had 0.82 at most, a printed word that was taken for a minus and stars taken for a currency 0.95
_OTHER = 0.85
# score below which a mark that looks like a sign is a star or a letter; other ink tells these apart much worse. Of
# `benchmarks/sign_forms.py` (indices from 1000 on, detector 1.3.0) all of 240 pluses, 118 currencies and 35 percents
# have more; all of 56 stars taken for a plus and 95 % of 214 taken for a currency have less. Of minus, equals and colon
# all of 276 have more, and stars 0.26 to 0.43
_OFTEN_OTHER = "+%$€£¥₹"
_LEAST_SIGN = {**dict.fromkeys(_OFTEN_OTHER, 0.62), "+": 0.58, **dict.fromkeys("-=:", 0.42)}
_LEAST_SHARE = 1e-3  # of a label, so that its logarithm stays finite


def detect_marks(gray: UInt8Array, network: Detector, *, keep_stages: bool = False) -> Page:
    """Return the marks of a picture that may hold any number of digits; a frame, like MNIST's, holds one.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        network: The detector.
        keep_stages: Whether to fill `Page.stages`, `Page.dropped` and `Page.candidates`.
    """
    if gray.shape == (FRAME_SIDE, FRAME_SIDE):
        return _detect_frame(gray, network)
    found, looks = find_marks(gray, network)
    level, turn = gray, None
    tilt = _find_tilt(found)
    if tilt:
        turned, a_turn = turn_level(gray, tilt)
        again, new_looks = find_marks(turned, network)
        if _count(again) > _count(found):
            found, looks, level, turn = again, new_looks, turned, a_turn
    kept = join_signs(found[:MOST_MARKS])  # the most trusted ones
    marks, dropped = make_marks(level, kept)
    ordered, left_out = order_marks(level, marks), max(0, len(found) - MOST_MARKS)
    size = (gray.shape[1], gray.shape[0])
    page = Page(size, ordered, turn, left_out=left_out, strips=cut_strips(level, ordered))
    if not keep_stages:
        return page
    candidates = [_make_candidates(look, level.shape) for look in looks]
    return replace(
        page,
        stages=draw_stages(level, looks, network),
        dropped=(*dropped, *_make_other_marks(level, looks)),
        candidates=tuple(itertools.chain.from_iterable(candidates)),
    )


def detect_digit(gray: UInt8Array, network: Detector) -> Page:
    """Return the one mark of a picture known to hold exactly one digit; a page without marks when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        network: The detector.
    """
    if gray.shape == (FRAME_SIDE, FRAME_SIDE):
        return _detect_frame(gray, network)
    found, looks = find_marks(gray, network)
    digits = sorted((mark for mark in found if mark.label < CLASS_COUNT), key=trust, reverse=True)
    marks, _ = make_marks(gray, digits)
    marks = marks or _make_other_marks(gray, looks) or make_marks(gray, found)[0]
    best = sorted(marks, key=lambda mark: -mark.score)[:1]
    return Page((gray.shape[1], gray.shape[0]), tuple(replace(mark, line=0) for mark in best), is_single=True)


def detect_frames(frames: UInt8Array, network: Detector) -> list[Page]:
    """Return a page for each frame. All ink of a frame is one mark; a frame without ink has none.

    Args:
        frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.
        network: The detector.
    """
    heats = network.judge_frames(frames)
    rows, columns = np.any(frames, axis=(2, 3)), np.any(frames, axis=(1, 3))
    edges = [(lines.argmax(axis=1), FRAME_SIDE - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    (left, right), (top, bottom) = [(first.tolist(), last.tolist()) for first, last in edges]
    size = (FRAME_SIDE, FRAME_SIDE)
    pages = []
    is_inked = rows.any(axis=1).tolist()
    for frame, heat, *corners, has_ink in zip(frames, heats, left, top, right, bottom, is_inked, strict=True):
        marks: tuple[Mark, ...] = ()
        if has_ink:
            marks = (Mark(Box(*corners), 0, frame[:, :, 0], float(heat.max()), _to_shares(heat)),)
        pages.append(Page(size, marks, is_single=True))
    return pages


def detect_cells(cells: UInt8Array, core: Corners, network: Detector) -> list[Page]:
    """Return a page for each cell of a form: the surest digit whose middle lies in it, else its other ink, else none.

    Args:
        cells: uint8, shape (N, H, W), 0 for black to 255 for white, both sides multiples of 16: each a cell with what
            stands around it. The cell is as high as the digits that the network knows best.
        core: The cell in these pictures: left, top, right, bottom, pixels.
        network: The detector.
    """
    pages = []
    for start in range(0, len(cells), _CELLS):
        some = cells[start : start + _CELLS]
        for cell, places in zip(some, network.places_of(some), strict=True):
            marks = find_peaks(places, LEAST_SCORE, 1.0, (0, 0))
            inside = [mark for mark in marks if mark.label < CLASS_COUNT and _is_inside((mark.x, mark.y), core)]
            found, _ = make_marks(cell, inside[:1])  # the surest
            if not found:
                others = [box for box in find_other_ink(places, 1.0, (0, 0)) if _is_inside(_find_middle(box), core)]
                found = _make_ink_marks(cell, others)[:1]
            own = tuple(replace(mark, line=0) for mark in found)
            pages.append(Page((cell.shape[1], cell.shape[0]), own, is_single=True))
    return pages


def _is_inside(middle: tuple[float, float], core: Corners) -> bool:
    return core[0] <= middle[0] < core[2] and core[1] <= middle[1] < core[3]


def _find_middle(box: Corners) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _detect_frame(gray: UInt8Array, network: Detector) -> Page:
    """Return the page of a picture that has the size of a frame: its rim says which is paper."""
    rim = np.concatenate([gray[0], gray[-1], gray[1:-1, 0], gray[1:-1, -1]])
    paper = median(rim)
    if gray.min() == gray.max():
        return Page((FRAME_SIDE, FRAME_SIDE), (), is_single=True)
    frame = gray if paper <= 255 - paper else np.asarray(255 - gray, dtype=np.uint8)
    return detect_frames(frame[np.newaxis, ..., np.newaxis], network)[0]


def _find_tilt(found: Sequence[DetectedMark]) -> float:
    """Return by how much the lines of a picture are tilted, in degrees; 0 where that harms no digit."""
    digits = [mark for mark in found if mark.label < CLASS_COUNT]
    tilt = find_tilt(digits) if len(digits) >= _LEAST_TELLING else 0.0
    return tilt if abs(tilt) >= _LEAST_TILT else 0.0


def _count(found: Sequence[DetectedMark]) -> float:
    """Return how many digits were seen, by their trust."""
    return sum(trust(mark) for mark in found if mark.label < CLASS_COUNT)


def make_marks(gray: UInt8Array, found: Sequence[DetectedMark]) -> tuple[list[Mark], list[Mark]]:
    """Return the marks with their ink, and those without any ink that stands out from the paper."""
    corners = [_find_corners(mark) for mark in found]
    reaches = np.array([find_reach(own) for own in corners], dtype=np.float64).reshape(-1, 4)
    index = BoxIndex(reaches)
    marks, dropped = [], []
    for place, (mark, own) in enumerate(zip(found, corners, strict=True)):
        box = _to_box(own, gray.shape)
        if box is None:
            continue
        others = [corners[other] for other in index.find(*reaches[place].tolist()) if other != place]
        crop = cut_ink(gray, own, others)
        if crop is None and MARK_LABELS[mark.label] == ":":  # its middle is paper
            crop = cut_ink(gray, (own[0], own[1], own[2], mark.y), others)
        heat = mark.probabilities.astype(np.float64)
        sign = None if mark.label < CLASS_COUNT else MARK_LABELS[mark.label]
        whole = Mark(
            box,
            -1,
            np.zeros((1, 1), np.uint8),
            trust(mark),
            _to_shares(heat),
            sign,
            printed=mark.printed,
            other=mark.other,
            around=mark.around,
            heats=np.concatenate([heat, mark.signs]),
            signs=mark.signs / np.maximum(mark.signs + mark.probabilities.max(), _LEAST_SHARE),
            sign_share=float(mark.signs.max() / max(mark.signs.sum() + mark.probabilities.sum(), _LEAST_SHARE)),
        )
        if crop is None:
            dropped.append(replace(whole, reason="faint"))
        elif sign is not None and _is_other_ink(mark, sign):
            dropped.append(replace(whole, crop=crop.ink, reason="unlike a digit"))
        else:
            reason: Reason | None = None if sign is None else "sign"
            cut = replace(whole, crop=crop.ink, contrast=crop.contrast, scale=mark.scale, reason=reason)
            marks.append(tell_bars(cut))
    return marks, dropped


def _is_other_ink(mark: DetectedMark, sign: str) -> bool:
    """Return whether a mark that looks like a sign is a word, a scrawl or a star."""
    return mark.score < _LEAST_SIGN.get(sign, 0.0) or (mark.other >= _OTHER and sign not in _OFTEN_OTHER)


def _make_candidates(look: Look, shape: tuple[int, ...]) -> list[Candidate]:
    """Return what a look saw in a picture of that shape."""
    boxes = [(mark, _to_box(_find_corners(mark), shape)) for mark in look.marks]
    return [Candidate(box, MARK_LABELS[mark.label], trust(mark), mark.scale) for mark, box in boxes if box is not None]


def _make_other_marks(gray: UInt8Array, looks: Sequence[Look]) -> list[Mark]:
    """Return the ink that is no digit and no sign, the largest first, of the first look that saw some."""
    return _make_ink_marks(gray, next((look.other for look in looks if look.other), ()))


def _make_ink_marks(gray: UInt8Array, boxes: Sequence[Corners]) -> list[Mark]:
    """Return the ink in some boxes, which is no digit and no sign, the largest first."""
    marks = []
    for corners in sorted(boxes, key=_find_area, reverse=True):
        box, crop = _to_box(corners, gray.shape), cut_ink(gray, corners)
        if box is not None and crop is not None:
            shares = _to_shares(np.zeros(CLASS_COUNT))
            marks.append(Mark(box, -1, crop.ink, 0.0, shares, reason="unlike a digit", contrast=crop.contrast))
    return marks


def _find_area(corners: Corners) -> float:
    return (corners[2] - corners[0]) * (corners[3] - corners[1])


def _find_corners(mark: DetectedMark) -> Corners:
    across, down = mark.width / 2, mark.height / 2
    return mark.x - across, mark.y - down, mark.x + across, mark.y + down


def _to_box(corners: Corners, shape: tuple[int, ...]) -> Box | None:
    """Return whole pixels of the picture; None for a box outside it."""
    left, top = max(0, round(corners[0])), max(0, round(corners[1]))
    right, bottom = min(shape[1], round(corners[2])), min(shape[0], round(corners[3]))
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _to_shares(heat: Float64Array) -> Float64Array:
    """Return what a detector's heats say of the label, if it is a digit: float64, shape (10,), sum 1."""
    shares = np.maximum(np.asarray(heat, dtype=np.float64), _LEAST_SHARE)
    return np.asarray(shares / shares.sum(), dtype=np.float64)
