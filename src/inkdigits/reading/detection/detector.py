"""Finds the marks of a gray picture. These functions are the only way into this folder.

Today `rules` does the work. Nothing else imports it, so another method can take its place.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from inkdigits.imageops.resizing import shrink
from inkdigits.reading.detection.page import Mark, Page, Stage
from inkdigits.reading.detection.rules.appearance import (
    find_inner_tone,
    find_outer_tone,
    find_thickness,
    has_pen_lines,
)
from inkdigits.reading.detection.rules.clean_crop import find_plain_digit
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.ink_picture import InkPicture, Steps
from inkdigits.reading.detection.rules.marks import find_digits, find_dropped, isolate_digit
from inkdigits.reading.detection.rules.scale import find_ink_at_size
from inkdigits.results import Box
from inkdigits.spec import FRAME_SIDE, UInt8Array

__all__ = ["detect_digit", "detect_frames", "detect_level_marks", "detect_main_mark", "detect_marks"]

# larger pictures are searched in a smaller copy: a page scanned at 300 dpi has 8.7 million pixels, its digits 40 rows
_WORK_PIXELS = 4_000_000
_LOOKED_AT = 60_000  # pixels that are sampled to see whether the paper is flat
_NOTICEABLE = 8  # pixels, long side of the smallest dropped mark that is listed; smaller ones are grain
_MOST_DROPPED = 200  # dropped marks that are listed, the largest ones
_REMOVED = (60, 60, 230)  # BGR


def detect_marks(gray: UInt8Array, *, keep_stages: bool = False) -> Page:
    """Return the marks of a picture that may hold any number of digits.

    A picture that already is a frame, like MNIST's, holds one digit.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        keep_stages: Whether to fill `Page.stages` and `Page.dropped`.
    """
    ink = find_ink_at_size(gray, _WORK_PIXELS, keep_steps=keep_stages)
    main = isolate_digit(ink) if ink.is_frame else None
    page = _make_page(gray, ink, find_digits(ink) if main is None else (main,))
    page = replace(page, is_single=ink.is_frame, may_hold_strays=not (ink.is_frame or _has_flat_paper(gray)))
    return replace(page, stages=_draw_stages(ink), dropped=_list_dropped(ink)) if keep_stages else page


def detect_level_marks(gray: UInt8Array) -> tuple[Mark, ...]:
    """Return the marks of a small, level picture; it is neither resized nor turned.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
    """
    return find_digits(find_ink(gray))


def detect_digit(gray: UInt8Array) -> Page:
    """Return the one mark of a picture known to hold exactly one digit; a page without marks when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
    """
    plain = find_plain_digit(gray)
    if plain is None:
        return detect_main_mark(gray)
    size = (gray.shape[1], gray.shape[0])
    return Page(size, size, (plain,), is_single=True)


def detect_main_mark(gray: UInt8Array) -> Page:
    """Do the same as `detect_digit`, without its short way for clean crops."""
    work = shrink(gray, _WORK_PIXELS)
    ink = find_ink(work)
    mark = isolate_digit(ink)
    if mark is None:
        return _make_page(gray, ink, ())
    where = work, ink, mark.box
    # a frame has nothing around its digit that could be looked at
    if not (ink.is_frame or has_pen_lines(find_inner_tone(*where), find_outer_tone(*where), find_thickness(*where))):
        mark = replace(mark, reason="solid")
    return replace(_make_page(gray, ink, (mark,)), is_single=True)


def detect_frames(frames: UInt8Array) -> list[Page]:
    """Return a page for each frame. All ink of a frame is one mark; a frame without ink has none.

    Args:
        frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.
    """
    rows, columns = np.any(frames, axis=(2, 3)), np.any(frames, axis=(1, 3))
    edges = [(lines.argmax(axis=1), FRAME_SIDE - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    (left, right), (top, bottom) = [(first.tolist(), last.tolist()) for first, last in edges]
    size = (FRAME_SIDE, FRAME_SIDE)
    pages = []
    for frame, *corners, is_inked in zip(frames, left, top, right, bottom, rows.any(axis=1).tolist(), strict=True):
        marks: tuple[Mark, ...] = ()
        if is_inked:
            box = Box(*corners)
            marks = (Mark(box, 0, box.height, frame[:, :, 0], 0, 0),)
        pages.append(Page(size, size, marks, is_single=True))
    return pages


def _make_page(gray: UInt8Array, ink: InkPicture, marks: Sequence[Mark]) -> Page:
    searched = (ink.turn.width, ink.turn.height) if ink.turn else (ink.ink.shape[1], ink.ink.shape[0])
    return Page((gray.shape[1], gray.shape[0]), searched, tuple(marks), ink.turn, is_inverted=ink.inverted)


def _has_flat_paper(gray: UInt8Array) -> bool:
    """Return whether most pixels have the same gray level."""
    step = math.ceil(math.sqrt(gray.size / _LOOKED_AT)) if gray.size > _LOOKED_AT else 1
    return bool(2 * np.bincount(gray[::step, ::step].ravel()).max() >= gray[::step, ::step].size)


def _draw_stages(ink: InkPicture) -> tuple[Stage, ...]:
    found = Stage("ink", (255 - ink.ink).astype(np.uint8))
    if ink.steps is None:
        return (found,)
    evened = Stage("evened light", (255 - ink.steps.contrast).astype(np.uint8))
    return evened, Stage("removed lines", _mark_removed(ink.steps)), found


def _mark_removed(steps: Steps) -> UInt8Array:
    picture = np.asarray(cv2.cvtColor(steps.gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    picture[steps.removed > 0] = _REMOVED
    return picture


def _list_dropped(ink: InkPicture) -> tuple[Mark, ...]:
    """Return the largest places that were judged to be no ink or no digit, each with its reason."""
    found = [*(ink.steps.dropped if ink.steps else ()), *find_dropped(ink)]
    noticeable = [(box, reason) for box, reason in found if max(box.width, box.height) >= _NOTICEABLE]
    levels = ink.steps.contrast if ink.steps else ink.ink
    marks = []
    for box, reason in sorted(noticeable, key=lambda pair: -pair[0].area)[:_MOST_DROPPED]:
        crop = levels[box.y_min : box.y_max, box.x_min : box.x_max].copy()
        marks.append(Mark(box, -1, box.height, crop, box.x_min, box.y_min, reason))
    return tuple(marks)
