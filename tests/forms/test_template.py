"""A template says all of a form, and a mistake in it is told with its place."""

import json
import tomllib
from pathlib import Path

import pytest

import inkdigits.forms.template as module
from inkdigits.errors import FormError
from inkdigits.forms.template import load_template, parse_template
from support.forms import TALLY

SCHEMA = json.loads((Path(module.__file__).with_name("template.schema.json")).read_text(encoding="utf-8"))


def test_a_template_is_read_whole() -> None:
    template = parse_template(TALLY)
    assert (template.name, template.size, template.pages) == ("Tally", (150.0, 110.0), 1)
    assert [spec.name for spec in template.fields] == ["valid", "invalid", "total", "day", "note"]
    valid, *_, day, note = template.fields
    assert [tuple(round(side, 3) for side in cell) for cell in valid.cells] == [
        (25, 30, 8, 10),
        (33, 30, 8, 10),
        (41, 30, 8, 10),
    ]
    assert valid.required
    assert day.cells[2] == (100, 50, 8, 10)
    assert note.cells == ()
    assert [rule.names for rule in template.rules] == [("valid", "invalid", "total")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("size = [150, 110]", "size = [150]", r"page: expected `size`, 2 numbers in brackets above 0 up to 2000"),
        ("[page]\nsize = [150, 110]", "", r"expected a table \[page\], got nothing; add it"),
        ("box = [80, 30, 24, 10]", "box = [140, 30, 24, 10]", r'field "invalid": expected left, top, width, height on'),
        ("required = true", 'required = "yes"', r'field "valid": expected `required`, true or false, got \'yes\''),
        ("required = true", "mandatory = true", r"expected one of name, box, .*got 'mandatory'; correct it, or take"),
        ('name = "invalid"', 'name = "valid"', r'got "valid" twice'),
        ("cells = 3\nrequired", "cells = 99\nrequired", r'field "valid": expected at most 64 cells'),
        ('pattern = "dd/dd"', 'pattern = "dd/dd/dddd"', r'field "day": expected digits as "dd/dd/dddd" in 4 cells'),
        ('pattern = "dd/dd"', 'kind = "name"', r'field "day": expected one of the kinds'),
        ('total"]', 'sum"]', r"rules: expected a rule.*a field, one of valid, invalid, total, day, note, got 'sum'"),
        ("[138, 98], [12, 98]]", "[12, 98], [138, 98]]", r"expected marks from top left by the clock"),
        ('by = "marks"', 'by = "print"', r"registration: expected `blank`, a picture of the empty form"),
        ('by = "marks"', 'by = "hand"', r"registration: expected `by`, one of marks, print, boxes, got 'hand'"),
        ("required = true", "page = 3", r"expected a field on each of 3 pages, got none on page 2"),
        ("required = true", "page = 1_000_000_000_000", r"a field on each of 1000000000000 pages, got none on page 2"),
        ("required = true", "page = 0", r"expected `page` from 1, got 0"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TALLY
    with pytest.raises(FormError, match=told):
        parse_template(TALLY.replace(old, new, 1))


def test_what_is_no_toml_and_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"expected TOML, got a mistake in it: .*line 1"):
        parse_template("name = ]")
    for hostile in ("name = " + "[" * 5000, "name = " + "9" * 5000):
        with pytest.raises(FormError, match=r"expected TOML, got a mistake in it"):
            parse_template(hostile)
    with pytest.raises(FormError, match=r"none\.toml: expected a template in TOML, cannot read it"):
        load_template(tmp_path / "none.toml")


def test_the_published_schema_has_the_same_names() -> None:
    values = tomllib.loads(TALLY)
    assert set(values) <= set(SCHEMA["properties"])
    field = SCHEMA["properties"]["field"]["items"]
    assert set().union(*values["field"]) <= set(field["properties"])
    for names, place in ((SCHEMA["properties"], "the file"), (field["properties"], "field")):
        text = TALLY + "odd = 1\n" if place == "field" else "odd = 1\n" + TALLY
        with pytest.raises(FormError) as error:
            parse_template(text)
        told = str(error.value).split("expected one of ")[1].split(", got")[0]
        assert set(told.split(", ")) == set(names), place
