"""JSON and CSV can be read back, and say why a mark is no sure digit."""

import csv
import io
import json
from dataclasses import replace

from inkdigits.errors import PictureFormatError
from inkdigits.reading.output.serialization import (
    CSV_COLUMNS,
    failure_to_csv_row,
    failure_to_json,
    to_csv_rows,
    to_json,
)
from inkdigits.results import Box, Sign
from support.readings import MIXED, PROBABILITIES, digit, reading


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
    assert values["signs"] == [{"box": [1, 2, 3, 4], "line": 0, "character": ".", "after": 1, "confidence": 0.75}]
    first = values["digits"][0]
    assert first == {
        "box": [70, 30, 82, 60],
        "line": 0,
        "label": 3,
        "confidence": 0.876543,
        "outcome": "digit",
        "reason": None,
        "digit_probability": 1.0,
        "printed": 0.0,
        "probabilities": list(PROBABILITIES),
        "band": "fewer",
    }
    assert [entry["outcome"] for entry in values["digits"]] == ["digit", "unsure", "not_a_digit", "digit"]
    assert [entry["reason"] for entry in values["digits"]] == [None, "low confidence", "unlike a digit", None]


def test_json_of_a_blank_picture() -> None:
    values = json.loads(to_json(reading(), "a.png"))
    assert (values["text"], values["outcome"], values["digits"], values["lines"]) == ("", "blank", [], [])


def test_csv_has_a_row_for_each_mark_and_reads_back() -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([CSV_COLUMNS, *to_csv_rows(MIXED, "a, b.png")])
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert [row["picture"] for row in rows] == ["a, b.png"] * 4
    assert [row["outcome"] for row in rows] == ["digit", "unsure", "not_a_digit", "digit"]
    assert [row["reason"] for row in rows] == ["", "low confidence", "unlike a digit", ""]
    assert [int(row["line"]) for row in rows] == [0, 0, 0, 1]
    for row, mark in zip(rows, MIXED.digits, strict=True):
        assert Box(*(int(row[side]) for side in ("x_min", "y_min", "x_max", "y_max"))) == mark.box
        assert (int(row["label"]), float(row["confidence"]), row["band"]) == (mark.label, 0.876543, "fewer")


def test_a_sign_has_its_character_instead_of_a_label() -> None:
    comma = replace(digit(5, "not_a_digit"), reason="sign")
    written = replace(reading(digit(3), comma), signs=(Sign(comma.box, 0, ",", 1, 0.25),))
    first, second = [dict(zip(CSV_COLUMNS, row, strict=True)) for row in to_csv_rows(written, "a.png")]
    assert (first["label"], first["sign"]) == (3, "")
    assert (second["label"], second["sign"], second["confidence"], second["band"]) == ("", ",", 0.25, "")
    assert (second["outcome"], second["reason"]) == ("not_a_digit", "sign")


def test_json_has_the_text_as_it_was_asked_for() -> None:
    line = replace(MIXED.lines[0], words=("3", "?"), written="-3 ?")
    written = replace(MIXED, lines=(line,))
    told = [(False, True, "3 ?"), (False, False, "3?"), (True, True, "-3 ?"), (True, False, "-3?")]
    for signs, words, text in told:
        values = json.loads(to_json(written, "a.png", signs=signs, words=words))
        assert (values["written"], values["text"], values["lines"][0]["written"]) == (text, "3?", "-3 ?")


def test_csv_of_a_blank_picture_is_one_row_that_says_so() -> None:
    rows = to_csv_rows(reading(), "a.png")
    assert rows == [("a.png", *[""] * 9, "blank", "", "", "")]
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
