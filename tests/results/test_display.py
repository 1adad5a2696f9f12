"""A reading shows itself: in a notebook as a drawing, and over its picture with Matplotlib."""

import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from inkdigits.errors import MissingExtraError, PictureArrayError
from inkdigits.results import Box, Reading, Sign
from support.readings import MIXED, digit, reading

COMMA = replace(digit(5, "not_a_digit"), reason="sign")
SIGNED = replace(reading(digit(3), COMMA), signs=(Sign(COMMA.box, 0, "<", 1),))


def shapes(found: Reading) -> tuple[list[ET.Element], list[str | None]]:
    root = ET.fromstring(found._repr_html_())  # noqa: S314 - of our own
    drawing = root[0]
    assert drawing.get("viewBox") == f"0 0 {found.width} {found.height}"
    return drawing.findall("rect"), [text.text for text in drawing.findall("text")]


def test_a_notebook_draws_a_box_for_each_mark() -> None:
    boxes, texts = shapes(MIXED)
    assert len(boxes) == len(MIXED.digits) + 1  # and its point, which is no mark of its own here
    assert sorted(text or "" for text in texts) == [".", "1", "3", "?"]


def test_a_sign_is_drawn_once_and_escaped() -> None:
    boxes, texts = shapes(SIGNED)
    assert len(boxes) == 2
    assert texts == ["<", "3"]


def test_a_blank_reading_says_so_and_a_page_of_marks_stays_bounded() -> None:
    assert "(blank)" in reading()._repr_html_()
    crowd = reading(*[digit(3, box=Box(x, 0, x + 5, 9)) for x in range(5_000)], size=(6_000, 10))
    assert crowd._repr_html_().count("<rect") == 2_000


def test_show_draws_over_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    SIGNED.show()
    SIGNED.show(np.zeros((300, 400, 3), np.uint8))
    for figure in shown:
        (axes,) = figure.axes
        assert [text.get_text() for text in axes.texts] == ["<", "3"]
        assert len(axes.patches) == 2
        assert axes.get_title() == "3"
        plt.close(figure)
    assert len(shown) == 2


def test_show_refuses_another_picture() -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(PictureArrayError, match=r"400 x 300 pixels, got an array of shape \(400, 300\)"):
        MIXED.show(np.zeros((400, 300), np.uint8))


def test_show_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.patches", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[train\]"):
        MIXED.show()
