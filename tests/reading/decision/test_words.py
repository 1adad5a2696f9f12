"""Words: what a wide gap or a ruled line parts, and where signs stand then."""

import pytest

from inkdigits.reading.decision.words import Piece, write_line
from inkdigits.results import Box


def line(text: str, gaps: dict[int, int] | None = None, ruled: tuple[int, ...] = ()) -> tuple[tuple[str, ...], str]:
    """Write characters 10 wide and 20 high, 4 apart or as far as `gaps` says before a place."""
    x, pieces = 0, []
    for place, character in enumerate(text):
        x += (gaps or {}).get(place, 4)
        is_sign = not (character.isdigit() or character == "?")
        pieces.append(Piece(Box(x, 0, x + 10, 20), character, is_sign, place in ruled))
        x += 10
    return write_line(pieces)


def test_a_wide_gap_parts_words_and_signs_stay_on_their_side() -> None:
    assert line("12345", {2: 40}) == (("12", "345"), "12 345")
    assert line("(865)2300018", {5: 30}) == (("865", "2300018"), "(865) 2300018")
    assert line("12-345", {2: 40}) == (("12", "345"), "12 -345")
    assert line("12-345", {2: 40, 3: 40}) == (("12", "345"), "12 - 345")


def test_a_sign_between_digits_is_no_gap() -> None:
    assert line("230-0018", {3: 16, 4: 16}) == (("2300018",), "230-0018")
    assert line("92+81=173") == (("9281173",), "92+81=173")


def test_signs_before_the_first_and_behind_the_last_digit_part_nothing() -> None:
    assert line("$150/-", {1: 90, 4: 90}) == (("150",), "$150/-")
    assert line("$1", {1: 90}) == (("1",), "$1")


@pytest.mark.parametrize("ruled", [(2,), (2, 4)])
def test_a_ruled_line_parts_cells_however_small_the_gap(ruled: tuple[int, ...]) -> None:
    words, written = line("123456", ruled=ruled)
    assert " ".join(words) == written == {(2,): "12 3456", (2, 4): "12 34 56"}[ruled]


def test_lines_between_all_digits_are_the_boxes_of_one_number() -> None:
    assert line("1234", ruled=(1, 2, 3)) == (("1234",), "1234")


def test_a_sign_in_a_cell_keeps_the_line_before_it() -> None:
    assert line("12-345", ruled=(2,)) == (("12", "345"), "12 -345")
    assert line("12%345", ruled=(3,)) == (("12", "345"), "12% 345")
