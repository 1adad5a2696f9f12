"""Which marks of a line are the digits of a field: the likeliest string that length and pattern allow."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.fields import Field, make_field
from inkdigits.reading.recognition.field_search import place_in_field
from support.evidence import Said, evidence_of


def field(length: int | None = None, pattern: str | None = None) -> Field:
    made = make_field(length, pattern)
    assert made is not None
    return made


def places(known: Field, *rows: Said) -> list[int | None]:
    return [mark.place for mark in place_in_field(evidence_of(rows), known).marks]


def test_all_marks_of_a_line_that_fits_have_their_places() -> None:
    assert places(field(3), *(Said(place=at) for at in range(3))) == [0, 1, 2]


@pytest.mark.parametrize("weak", range(4))
def test_the_mark_that_is_least_a_digit_is_left_out(weak: int) -> None:
    rows = [Said(0.2 if at == weak else 0.95, place=at) for at in range(4)]
    found = places(field(3), *rows)
    assert found[weak] is None
    assert [place for place in found if place is not None] == [0, 1, 2]


def test_the_mark_whose_label_the_pattern_forbids_is_left_out() -> None:
    rows = [Said(label=label, place=at) for at, label in enumerate((2, 7, 0))]
    assert places(field(pattern="20"), *rows) == [0, None, 1]


@pytest.mark.parametrize(("pattern", "left_out"), [("/dd", 0), ("d/d", 1), ("dd/", 2)])
def test_of_equal_marks_the_one_where_the_pattern_has_its_sign_is_left_out(pattern: str, left_out: int) -> None:
    found = places(field(pattern=pattern), *(Said(0.999, place=at) for at in range(3)))
    assert found[left_out] is None


def test_too_few_marks_have_no_places() -> None:
    assert places(field(3), Said(place=0), Said(place=1)) == [None, None]
    assert places(field(3)) == []


def test_a_sign_is_no_digit_of_a_field() -> None:
    assert places(field(2), Said(place=0), Said(place=1, sign="/"), Said(place=2)) == [0, None, 1]
    assert places(field(3), Said(place=0), Said(place=1, sign="/"), Said(place=2)) == [None] * 3


def test_the_field_is_the_line_with_the_most_digits() -> None:
    rows = [Said(0.3, place=0), Said(0.3, place=1), Said(0.3, place=2), Said(line=1, place=0), Said(line=1, place=1)]
    assert places(field(2), *rows) == [None, None, None, 0, 1]


def test_each_page_has_its_own_field() -> None:
    found = place_in_field(
        evidence_of([Said(), Said(place=1)], [], [Said()], [Said(0.9), Said(0.5, place=1)]), field(1)
    )
    assert [mark.place for mark in found.marks if mark.place is not None] == [0, 0, 0]
    assert [mark.place for mark in found.marks][2:] == [0, 0, None]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.02, 0.98), st.floats(0.15, 0.95), st.integers(0, 3)), min_size=2, max_size=5),
    st.text("d012", min_size=1, max_size=3),
)
def test_the_string_is_the_likeliest_of_all(marks: list[tuple[float, float, int]], pattern: str) -> None:
    known = field(pattern=pattern)
    rows = [Said(likely, label, share, at) for at, (likely, share, label) in enumerate(marks)]
    evidence = evidence_of(rows)
    found = [at for at, place in enumerate(places(known, *rows)) if place is not None]
    if len(rows) < len(known.allowed):
        assert found == []
        return

    def probability(chosen: tuple[int, ...]) -> float:
        product = 1.0
        for at in range(len(rows)):
            is_digit = float(evidence.digit_probabilities[at])
            if at in chosen:
                allowed = sorted(known.allowed[chosen.index(at)])
                product *= is_digit * float(evidence.probabilities[at, allowed].sum())
            else:
                product *= 1 - is_digit
        return product

    best = max(map(probability, itertools.combinations(range(len(rows)), len(known.allowed))))
    assert probability(tuple(found)) == pytest.approx(best, rel=1e-4)
    assert np.all(np.diff(found) > 0)
