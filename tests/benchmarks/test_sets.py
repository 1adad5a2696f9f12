"""Development sets are read with their own columns; a missing or malformed set is reported."""

from pathlib import Path

import pytest

from questions import PHOTOS, QUESTIONS
from sets import SETS, find_sets, load_set, thin_out
from support.benchmark_runs import DEVELOPMENT_SETS, write_set


def test_an_item_tells_what_is_written_by_whom_and_in_which_part(tmp_path: Path) -> None:
    row = {"file": "a.png", "text": "57", "written": "X57", "source": "id", "form": "2", "field": "votes02"}
    write_set(tmp_path, "tally_boxes", [row], [b"picture"])
    (item,) = load_set(tmp_path, "tally_boxes")
    assert (item.name, item.data, item.truth, item.text) == ("a.png", b"picture", "57", "57")
    assert (item.cluster, item.part) == ("id 2", "id")
    assert item.row == row


def test_what_is_no_digit_has_no_text(tmp_path: Path) -> None:
    row = {"file": "a.png", "text": "", "written": "é", "kind": "letter", "writer": "w7", "looks_like_a_digit": "1"}
    write_set(tmp_path, "letters", [row], [b""])
    (item,) = load_set(tmp_path, "letters")
    assert (item.truth, item.text, item.cluster, item.part) == ("é", "", "w7", "letter 1")


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    write_set(tmp_path, "running_numbers", [{"file": "a.png", "text": "1", "hand": "7"}], [b""])
    with pytest.raises(SystemExit, match=r"expected the columns file, text, writer .* got file, text, hand"):
        load_set(tmp_path, "running_numbers")


def test_sets_that_are_not_there_are_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_set(tmp_path, "people", [{"file": "a.png", "text": "1"}], [b""])
    assert find_sets(tmp_path, ["people", "letters", "letters"]) == ["people"]
    assert capsys.readouterr().err.startswith(f"{tmp_path}: left out, not here: letters; docs/data.md")


def test_fewer_items_are_evenly_spaced() -> None:
    assert thin_out(list(range(10)), 4) == [0, 3, 6, 9]
    assert thin_out([1, 2], 4) == [1, 2]
    assert thin_out([1, 2], None) == [1, 2]


def test_every_set_is_asked_about() -> None:
    assert {question.name for question in (*QUESTIONS, PHOTOS)} == set(SETS)
    assert len({question.slug for question in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", SETS)
def test_the_development_sets_have_the_parts_that_are_asked_about(name: str) -> None:
    items = load_set(DEVELOPMENT_SETS, name)
    assert {item.part for item in items} == {
        question.part for question in (*QUESTIONS, PHOTOS) if question.name == name
    }
    assert all(item.data for item in items)
    assert [item.name for item in items if "label" in item.row and item.text not in {"", item.truth}] == []
