"""Digits of every size and pen are drawn, and what a reader answers is counted by class."""

import json
from pathlib import Path

import numpy as np
import pytest

from drawings import ANSWERS, WAYS, judge, main
from inkdigits.results import Box, Digit, DigitOutcome, Line, Reading
from stroke_forms import COLORS, FORMS, HEIGHTS, PENS, draw_digit


def reading(text: str, *outcomes: DigitOutcome) -> Reading:
    digits = tuple(Digit(Box(0, 0, 1, 1), 0, 7, (0.1,) * 10, 0.9, outcome) for outcome in outcomes)
    return Reading(9, 9, (Line(Box(0, 0, 1, 1), text),) if text else (), digits, "tiny 1.0.0")


def test_sizes_pens_and_forms_are_as_told() -> None:
    drawings = [draw_digit(index) for index in range(120)]
    assert {(drawing.label, drawing.form) for drawing in drawings} == {
        (label, form) for label, forms in FORMS.items() for form in range(len(forms))
    }
    assert {drawing.colors for drawing in drawings} == set(COLORS)
    assert {drawing.is_smooth for drawing in drawings} == {True, False}
    for drawing in drawings:
        assert HEIGHTS[0] <= drawing.height <= HEIGHTS[1]
        assert max(1, PENS[0] * drawing.height) - 1e-9 <= drawing.pen <= PENS[1] * drawing.height + 1e-9
        assert drawing.picture.dtype == np.uint8
        is_ink = drawing.picture != drawing.picture[0, 0]
        rows, columns = (np.flatnonzero(is_ink.any(axis=axis)) for axis in (1, 0))
        assert abs(rows[-1] - rows[0] + 1 - drawing.height) < 3
        assert 0 < rows[0] <= rows[-1] < is_ink.shape[0] - 1
        assert 0 < columns[0] <= columns[-1] < is_ink.shape[1] - 1


def test_the_pen_is_as_wide_as_told() -> None:
    straight = [drawing for drawing in map(draw_digit, range(1, 600, 30)) if drawing.label == "1"]
    assert len(straight) == 20
    assert {drawing.form for drawing in straight} == {0}
    for drawing in straight:
        ink = np.abs(drawing.picture - float(drawing.picture[0, 0]))
        ink /= ink.max()
        middle = ink[(ink > 0).any(axis=1)]
        middle = middle[len(middle) // 3 : -(len(middle) // 3)].sum(axis=1)
        assert np.median(middle) == pytest.approx(drawing.pen, rel=0.15, abs=1.0)


def test_one_index_is_one_drawing_and_others_differ() -> None:
    first = draw_digit(24)
    assert np.array_equal(first.picture, draw_digit(24).picture)
    same_form = [draw_digit(24 + 30 * turn) for turn in range(1, 4)]
    assert {(drawing.label, drawing.form) for drawing in same_form} == {(first.label, first.form)}
    assert not any(np.array_equal(first.picture, drawing.picture) for drawing in same_form)


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (reading("7", "digit"), "right"),
        (reading("1", "digit"), "wrong"),
        (reading("77", "digit", "digit"), "wrong"),
        (reading("7", "digit", "not_a_digit"), "wrong"),
        (reading("?", "unsure"), "unsure"),
        (reading("", "not_a_digit"), "blank"),
        (reading(""), "blank"),
    ],
)
def test_only_the_digit_alone_and_answered_is_right(found: Reading, answer: str) -> None:
    assert judge(found, "7") == answer


def test_the_command_counts_each_answer_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["drawings.py", "--out", str(tmp_path), "--limit", "20"])
    main()
    assert (tmp_path / "drawings.md").read_text() == capsys.readouterr().out
    values = json.loads((tmp_path / "drawings.json").read_text())
    everything, *classes = values["rows"]
    assert everything["n"] == 20
    for prefix in ("pixels high", "of that", "anti-aliased"):
        assert sum(row["n"] for row in classes if row["name"].endswith(prefix)) == 20
    assert sum(row["n"] for row in classes if row["name"] in COLORS) == 20
    for way in WAYS:
        assert sum(everything["counts"][way][answer] for answer in ANSWERS) == 20
        right = everything["counts"][way]["right"]
        assert right >= 15
        assert sum(form[way] for form in values["right_by_form"].values()) == right
