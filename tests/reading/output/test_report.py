"""What is reported can be read back, and the annotated picture shows where each mark was found."""

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.errors import PictureFormatError
from inkdigits.reading.decision.strings import make_line
from inkdigits.reading.output.report import (
    CSV_COLUMNS,
    failure_to_csv_row,
    failure_to_json,
    to_csv_rows,
    to_json,
    to_picture,
    to_text,
)
from inkdigits.results import Box, Digit, DigitOutcome, Reading, Separator
from support.drawing import blank, write

PROBABILITIES = (0.9, 0.05, 0.05, *[0.0] * 7)


def digit(label: int, outcome: DigitOutcome = "digit", line: int = 0, box: Box | None = None) -> Digit:
    return Digit(box or Box(10 + 20 * label, 30, 22 + 20 * label, 60), line, label, PROBABILITIES, 0.876543219, outcome)


def reading(*digits: Digit, size: tuple[int, int] = (400, 300)) -> Reading:
    rows = [[mark for mark in digits if mark.line == line] for line in range(2)]
    lines = tuple(make_line(row) for row in rows if row)
    return Reading(*size, lines, digits, "tiny 1.2.3", (Separator(Box(1, 2, 3, 4), 0, ".", 1),) if digits else ())


MIXED = reading(digit(3), digit(5, "unsure"), digit(7, "not_a_digit"), digit(1, line=1, box=Box(9, 90, 19, 120)))


def test_text_is_one_line() -> None:
    assert to_text(MIXED) == "3? 1"
    assert to_text(reading()) == ""


def test_json_is_one_line_that_parses_back() -> None:
    line = to_json(MIXED, 'odd "name"\n\udcff.png')
    assert "\n" not in line
    values = json.loads(line)
    assert next(iter(values)) == "picture"
    assert values["picture"] == 'odd "name"\n\udcff.png'
    assert (values["text"], values["outcome"], values["model"]) == ("3?\n1", "digits", "tiny 1.2.3")
    assert (values["width"], values["height"]) == (400, 300)
    assert [line["box"] for line in values["lines"]] == [[70, 30, 162, 60], [9, 90, 19, 120]]
    assert [(line["text"], line["words"]) for line in values["lines"]] == [("3?", ["3?"]), ("1", ["1"])]
    best = values["lines"][0]["alternatives"][0]
    assert set(best) == {"text", "confidence"}
    assert len(best["text"]) == 2
    assert values["separators"] == [{"box": [1, 2, 3, 4], "line": 0, "character": ".", "after": 1}]
    first = values["digits"][0]
    assert first == {
        "box": [70, 30, 82, 60],
        "line": 0,
        "label": 3,
        "confidence": 0.876543,
        "outcome": "digit",
        "digit_share": 1.0,
        "probabilities": list(PROBABILITIES),
    }
    assert [entry["outcome"] for entry in values["digits"]] == ["digit", "unsure", "not_a_digit", "digit"]


def test_json_of_a_blank_picture() -> None:
    values = json.loads(to_json(reading(), "a.png"))
    assert (values["text"], values["outcome"], values["digits"], values["lines"]) == ("", "blank", [], [])


def test_csv_has_a_row_for_each_mark_and_reads_back() -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([CSV_COLUMNS, *to_csv_rows(MIXED, "a, b.png")])
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert [row["picture"] for row in rows] == ["a, b.png"] * 4
    assert [row["outcome"] for row in rows] == ["digit", "unsure", "not_a_digit", "digit"]
    assert [int(row["line"]) for row in rows] == [0, 0, 0, 1]
    for row, mark in zip(rows, MIXED.digits, strict=True):
        assert Box(*(int(row[side]) for side in ("x_min", "y_min", "x_max", "y_max"))) == mark.box
        assert (int(row["label"]), float(row["confidence"])) == (mark.label, 0.876543)


def test_csv_of_a_blank_picture_is_one_row_that_says_so() -> None:
    rows = to_csv_rows(reading(), "a.png")
    assert rows == [("a.png", *[""] * 7, "blank", "")]
    assert len(rows[0]) == len(CSV_COLUMNS)


def test_a_picture_that_was_not_read_is_told_by_class_and_message() -> None:
    error = PictureFormatError("scans/\udcff.png: expected a picture,\ngot none")
    answer = json.loads(failure_to_json(error, "x.png"))
    message = "scans/\ufffd.png: expected a picture,\ngot none"
    assert answer == {"picture": "x.png", "error": "PictureFormatError", "message": message}
    row = dict(zip(CSV_COLUMNS, failure_to_csv_row(error, "x.png"), strict=True))
    assert {name: value for name, value in row.items() if value} == {
        "picture": "x.png",
        "error": f"PictureFormatError: {message}",
    }


class TestPicture:
    @pytest.mark.parametrize("outcome", ["digit", "unsure", "not_a_digit"])
    def test_it_differs_where_the_box_is_and_only_there(self, outcome: DigitOutcome) -> None:
        box = Box(180, 140, 220, 200)
        gray = blank(300, 400)
        plain = to_picture(gray, reading())
        found = to_picture(gray, reading(digit(4, outcome, box=box)))
        # without the margins that are added; the one above holds captions and grows with them
        changed = np.any(found[-304:-4, 4:-4] != plain[-304:-4, 4:-4], axis=2)
        rows, columns = np.nonzero(changed)
        assert box.x_min - 5 <= columns.min() <= box.x_min
        assert rows.max() in range(box.y_max, box.y_max + 5)
        assert not changed[box.y_min : box.y_max, box.x_min : box.x_max].any(), "the ink itself is left as it is"
        caption = changed[: box.y_min - 6]
        assert caption.any() == (outcome != "not_a_digit")

    def test_each_outcome_has_its_color(self) -> None:
        box = Box(180, 140, 220, 200)
        colors = set()
        outcomes: tuple[DigitOutcome, ...] = ("digit", "unsure", "not_a_digit")
        for outcome in outcomes:
            found = to_picture(blank(300, 400), reading(digit(4, outcome, box=box)))
            colors.add(tuple(found[found.shape[0] - 300 - 4 + 170, 4 + 180 - 1].tolist()))
        assert len(colors) == 3

    def test_the_picture_is_kept_under_the_boxes(self) -> None:
        page = write(["57"], 200, 20)
        found = to_picture(page.picture, reading(size=page.picture.shape[::-1]))
        height, width = page.picture.shape
        assert np.array_equal(found[-4 - height : -4, 4 : 4 + width], np.dstack([page.picture] * 3))

    @pytest.mark.parametrize(("height", "width"), [(28, 28), (60, 100), (239, 240)])
    def test_a_small_picture_is_enlarged_by_a_whole_factor(self, height: int, width: int) -> None:
        gray = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
        found = to_picture(gray, reading(size=(width, height)))
        factor = (found.shape[1] - 8) // width
        assert factor > 1
        assert found.shape[1] == factor * width + 8
        assert np.array_equal(found[-4 - factor * height : -4 : factor, 4:-4:factor, 0], gray)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([1, 1, 20, 900]), st.booleans())
    def test_any_size_has_a_picture_of_bounded_size(self, height: int, width: int, stretch: int, tall: bool) -> None:  # noqa: FBT001
        height, width = (height * stretch, width) if tall else (height, width * stretch)
        mark = digit(4, box=Box(0, 0, width, height))
        found = to_picture(blank(height, width), reading(mark, size=(width, height)))
        assert found.dtype == np.uint8
        assert found.shape[2] == 3
        assert max(found.shape) <= max(1_200, height + 200, width + 200)
