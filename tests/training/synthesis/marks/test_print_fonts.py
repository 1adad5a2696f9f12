"""Printed text: trimmed, as high as asked for, and where the font puts it."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.spec import MARK_LABELS
from inkdigits.training.synthesis.marks.print_fonts import draw_text, find_fonts

pytestmark = pytest.mark.train


def test_there_are_fonts_with_digits_in_one_order() -> None:
    fonts = find_fonts()
    assert any(font.name == "DejaVuSans.ttf" for font in fonts)  # comes with Matplotlib
    assert list(fonts) == sorted(fonts)


@pytest.mark.parametrize("height", [10.0, 32.0, 60.0])
def test_an_eight_is_as_high_as_asked_for(height: float) -> None:
    for font in find_fonts()[::7]:
        stamp = draw_text("8", height, font, np.random.default_rng(1))
        assert abs(stamp.ink.shape[0] - height) <= 2
        assert abs(stamp.top) <= 2


def test_signs_are_trimmed_and_stand_where_they_belong() -> None:
    font = next(font for font in find_fonts() if font.name == "DejaVuSansMono.ttf")
    eight = draw_text("8", 40, font, np.random.default_rng(1))
    for character in MARK_LABELS:
        stamp = draw_text(character, 40, font, np.random.default_rng(1))
        assert all((line > 40).any() for line in (*stamp.ink[[0, -1]], *stamp.ink.T[[0, -1]]))
        assert stamp.left + stamp.ink.shape[1] <= stamp.advance + 1
    dot = draw_text(".", 40, font, np.random.default_rng(1))
    assert dot.top > 25
    assert dot.left > 5  # in the middle of its cell
    assert dot.advance > eight.ink.shape[1]
    assert 10 < draw_text("-", 40, font, np.random.default_rng(1)).top < 30
