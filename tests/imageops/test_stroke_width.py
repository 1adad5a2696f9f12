"""Strokes are measured in pixels, and brought between two widths."""

import numpy as np
import pytest

from inkdigits.imageops.stroke_width import fit_stroke, stroke_width
from inkdigits.spec import UInt8Array


def _bar(width: int) -> UInt8Array:
    """Return an upright bar with paper around it."""
    ink = np.zeros((80, 80), dtype=np.uint8)
    ink[10:70, 30 : 30 + width] = 255
    return ink


@pytest.mark.parametrize("width", [1, 3, 7, 15])
def test_a_bar_is_as_wide_as_it_was_drawn(width: int) -> None:
    assert stroke_width(_bar(width)) == pytest.approx(width, abs=1)


def test_paper_has_no_stroke() -> None:
    assert stroke_width(np.zeros((9, 9), dtype=np.uint8)) == 0


@pytest.mark.parametrize(("width", "expected"), [(3, 9), (21, 13), (11, 11)])
def test_strokes_are_brought_between_the_two_limits(width: int, expected: int) -> None:
    assert stroke_width(fit_stroke(_bar(width), 9, 13)) == pytest.approx(expected, abs=1)


def test_strokes_within_the_limits_and_paper_are_left_as_they_are() -> None:
    paper = np.zeros((9, 9), dtype=np.uint8)
    for ink in (_bar(11), paper):
        assert fit_stroke(ink, 9, 13) is ink
