"""A gray picture goes in; the page comes out: its ink and its marks. The one door of this folder.

Whatever finds the marks stands behind these functions; today that is `rules`, and nobody else imports them.
"""

import math
from collections.abc import Sequence

import numpy as np

from inkdigits.imageops.resizing import shrink
from inkdigits.reading.detection.page import InkPicture, Mark, Page, PlainDigit
from inkdigits.reading.detection.rules.appearance import (
    find_inner_tone,
    find_outer_tone,
    find_thickness,
    has_pen_lines,
)
from inkdigits.reading.detection.rules.clean_crop import find_plain_digit
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits, isolate_digit
from inkdigits.reading.detection.rules.scale import find_ink_at_size
from inkdigits.spec import UInt8Array

__all__ = ["detect_digit", "detect_level_marks", "detect_main_mark", "detect_marks"]

# larger pictures are searched on a smaller copy: a page scanned at 300 dots an inch has 8.7 million, its digits 40 rows
_WORK_PIXELS = 4_000_000
_LOOKED_AT = 60_000  # pixels, that tell whether paper is flat


def detect_marks(gray: UInt8Array, stages: dict[str, UInt8Array] | None = None) -> Page:
    """Return the marks of a picture that may hold any number of digits.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
        stages: Takes the pictures that finding ink makes on its way, by name; None drops them.
    """
    _, ink = find_ink_at_size(gray, _WORK_PIXELS, stages)
    return _make_page(gray, ink, find_digits(ink), may_hold_strays=not _has_flat_paper(gray))


def detect_level_marks(gray: UInt8Array) -> tuple[Mark, ...]:
    """Return the marks of a small, level picture: neither another size nor a turn is tried.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white.
    """
    return find_digits(find_ink(gray))


def detect_digit(gray: UInt8Array) -> Page | PlainDigit:
    """Return the one mark of a picture known to hold exactly one digit; a page without marks when nothing is written.

    Args:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture as decoded.
    """
    plain = find_plain_digit(gray)
    return detect_main_mark(gray) if plain is None else plain


def detect_main_mark(gray: UInt8Array) -> Page:
    """Do as `detect_digit` does for any picture, be it plain or not."""
    work = shrink(gray, _WORK_PIXELS)
    ink = find_ink(work)
    mark = isolate_digit(ink)
    if mark is None:
        return _make_page(gray, ink, ())
    where = work, ink, mark.box
    are_lines = has_pen_lines(find_inner_tone(*where), find_outer_tone(*where), find_thickness(*where))
    return _make_page(gray, ink, (mark,), are_pen_lines=are_lines)


def _make_page(
    gray: UInt8Array,
    ink: InkPicture,
    marks: Sequence[Mark],
    *,
    may_hold_strays: bool = False,
    are_pen_lines: bool | None = None,
) -> Page:
    searched = (ink.turn.width, ink.turn.height) if ink.turn else (ink.ink.shape[1], ink.ink.shape[0])
    return Page((gray.shape[1], gray.shape[0]), searched, ink, tuple(marks), may_hold_strays, are_pen_lines)


def _has_flat_paper(gray: UInt8Array) -> bool:
    """Tell whether most pixels have the same gray level."""
    step = math.ceil(math.sqrt(gray.size / _LOOKED_AT)) if gray.size > _LOOKED_AT else 1
    return bool(2 * np.bincount(gray[::step, ::step].ravel()).max() >= gray[::step, ::step].size)
