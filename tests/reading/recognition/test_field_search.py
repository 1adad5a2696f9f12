"""Which marks of a line are the digits and the signs of a field: the likeliest string that may be."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reading.fields import Field, FieldOptions, make_field
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.reading.recognition.placements import Placement
from support.evidence import Said, evidence_of

SLASH_AS_ONE = (("1", 0.6), ("/", 0.3))
ONE = (("1", 0.8), ("/", 0.03))


def field(length: int | None = None, pattern: str | None = None) -> Field:
    made = make_field(FieldOptions(length=length, pattern=pattern))
    assert made is not None
    return made


def placed(known: Field, *rows: Said) -> Placement | None:
    (placement,) = place_in_field(evidence_of(rows), known).placements
    return placement


def members(known: Field, *rows: Said) -> tuple[int, ...] | None:
    placement = placed(known, *rows)
    return None if placement is None else placement.members


def written(text: str, **others: Said) -> list[Said]:
    """Return marks that look like a text; a letter stands for one of the others."""
    return [others[character] if character in others else Said(label=int(character), share=0.97) for character in text]


def in_order(rows: list[Said]) -> list[Said]:
    return [replace(row, place=at) for at, row in enumerate(rows)]


def test_all_marks_of_a_line_that_fits_are_its_digits() -> None:
    assert members(field(3), *(Said(place=at) for at in range(3))) == (0, 1, 2)


@pytest.mark.parametrize("weak", range(4))
def test_the_mark_that_is_hardly_a_digit_is_left_out(weak: int) -> None:
    rows = [Said(0.2 if at == weak else 0.95, place=at) for at in range(4)]
    assert members(field(3), *rows) == tuple(at for at in range(4) if at != weak)


@pytest.mark.parametrize("least", range(4))
def test_a_sure_digit_is_never_left_out(least: int) -> None:
    rows = [Said(0.9 if at == least else 1.0, place=at) for at in range(4)]
    assert placed(field(3), *rows) is None


def test_of_doubtful_marks_the_one_whose_label_the_pattern_forbids_is_left_out() -> None:
    rows = [Said(0.45, label=label, place=at) for at, label in enumerate((2, 7, 0))]
    assert members(field(pattern="20"), *rows) == (0, 2)


def test_too_few_marks_fit_nothing() -> None:
    assert placed(field(3), Said(place=0), Said(place=1)) is None
    assert placed(field(3)) is None


def test_a_sign_is_no_digit_of_a_field() -> None:
    assert members(field(2), Said(place=0), Said(place=1, sign="/"), Said(place=2)) == (0, 2)
    assert placed(field(3), Said(place=0), Said(place=1, sign="/"), Said(place=2)) is None


def test_a_sign_of_the_pattern_lies_on_its_mark() -> None:
    rows = in_order(written("12s03s2026", s=Said(sign="/")))
    found = placed(field(pattern="dd/dd/dddd"), *rows)
    assert found is not None
    assert (found.digits, found.signs) == ("12032026", ((2, "/"), (5, "/")))
    assert found.layout.format(found.digits) == "12/03/2026"


def test_a_sign_may_be_left_out_of_the_picture_at_all_of_its_places() -> None:
    found = placed(field(pattern="dd/dd/dddd"), *in_order(written("12032026")))
    assert found is not None
    assert (found.signs, found.layout.format(found.digits)) == ((), "12/03/2026")


def test_a_sign_at_one_of_its_places_only_fits_nothing() -> None:
    rows = in_order(written("12s032026", s=Said(sign="/")))
    assert placed(field(pattern="dd/dd/dddd"), *rows) is None


def test_a_slash_that_is_seen_as_a_1_is_the_slash_where_the_string_then_fits() -> None:
    rows = in_order(written("12a03s2026", a=Said(label=1, heats=SLASH_AS_ONE, height=30), s=Said(sign="/")))
    found = placed(field(pattern="dd/dd/dddd"), *rows)
    assert found is not None
    assert found.digits == "12032026"


def test_a_1_that_does_not_look_like_a_slash_is_none() -> None:
    rows = in_order(written("12i03s2026", i=Said(label=1, heats=ONE), s=Said(sign="/")))
    assert placed(field(pattern="dd/dd/dddd"), *rows) is None


def test_slashes_that_are_seen_as_1_are_no_digits_where_the_pattern_has_slashes() -> None:
    # 1/1/2026 would be 11/11/2026 otherwise
    slash = Said(label=1, heats=SLASH_AS_ONE, height=28)
    assert placed(field(pattern="dd/dd/dddd"), *in_order(written("1a1a2026", a=slash))) is None


def test_a_sign_that_is_seen_twice_is_one() -> None:
    rows = [
        Said(label=1, place=0),
        Said(sign="-", place=1, width=20),
        Said(0.8, sign="-", place=1, width=24),
        Said(label=2, place=2),
    ]
    assert members(field(pattern="d-d"), *rows) == (0, 3)


def test_the_field_is_the_line_that_it_fits() -> None:
    rows = [*(Said(place=at) for at in range(3)), Said(line=1, place=0), Said(line=1, place=1)]
    assert members(field(2), *rows) == (3, 4)
    assert members(field(3), *rows) == (0, 1, 2)


def test_a_field_that_fits_two_lines_is_neither() -> None:
    assert placed(field(1), Said(), Said(line=1)) is None


def test_each_page_has_its_own_field() -> None:
    found = place_in_field(
        evidence_of([Said(), Said(0.2, place=1)], [], [Said()], [Said(0.9), Said(0.4, place=1)]), field(1)
    )
    assert [place.members if place else None for place in found.placements] == [(0,), None, (2,), (3,)]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0.02, 0.45), st.floats(0.15, 0.95), st.integers(0, 3)), min_size=2, max_size=5),
    st.text("d012", min_size=1, max_size=3).filter(lambda text: text.strip() != ""),
)
def test_the_string_is_the_likeliest_of_all(marks: list[tuple[float, float, int]], pattern: str) -> None:
    known = field(pattern=pattern)
    rows = [Said(likely, label, share, at) for at, (likely, share, label) in enumerate(marks)]
    evidence = evidence_of(rows)
    found = members(known, *rows)
    (layout, *_) = known.layouts(range(1, 9), "")
    if len(rows) < len(layout.allowed):
        assert found is None
        return

    def probability(chosen: tuple[int, ...]) -> float:
        product = 1.0
        for at in range(len(rows)):
            is_digit = float(evidence.digit_probabilities[at])
            if at in chosen:
                row = evidence.probabilities[at].astype(np.float64)
                allowed = sorted(layout.allowed[chosen.index(at)])
                product *= is_digit * float(row[allowed].max() / row.sum())
            else:
                product *= 1 - is_digit
        return product

    best = max(map(probability, itertools.combinations(range(len(rows)), len(layout.allowed))))
    assert found is not None
    assert probability(found) == pytest.approx(best, rel=1e-4)
    assert list(found) == sorted(found)


class TestRules:
    """Of strings that must be valid, the likeliest valid one, unless an invalid one is much likelier."""

    @staticmethod
    def placed(options: FieldOptions, rows: list[Said]) -> Placement:
        made = make_field(options)
        assert made is not None
        found = placed(made, *in_order(rows))
        assert found is not None
        return found

    def test_a_label_that_makes_the_date_invalid_gives_way_to_the_next(self) -> None:
        three = Said(label=3, share=0.6)  # each other label has 0.044
        found = self.placed(FieldOptions(kind="date", order="dmy"), [three, *written("9121999")])
        assert found.digits[1:] == "9121999"
        assert found.digits[0] in "012"
        assert found.confidence < 0.5
        assert not found.is_plausible

    def test_a_plain_date_that_there_is_not_is_not_plausible(self) -> None:
        found = self.placed(FieldOptions(kind="date", order="dmy"), written("31022026"))
        assert not found.is_plausible

    def test_a_date_that_is_valid_both_ways_is_decided_by_ink(self) -> None:
        for label, month in ((0, "10"), (1, "11")):
            rows = [*written("091"), Said(label=label, share=0.7), *written("2024")]
            found = self.placed(FieldOptions(kind="date", order="dmy"), rows)
            assert (found.digits, found.is_plausible) == (f"09{month}2024", True)

    def test_the_order_is_the_one_that_is_told(self) -> None:
        for order, is_plausible in (("dmy", False), ("mdy", True), (None, True)):
            found = self.placed(FieldOptions(kind="date", order=order), written("12252024"))
            assert found.is_plausible is is_plausible

    @pytest.mark.parametrize("wrong", [7, 1])
    def test_of_two_labels_the_check_takes_the_one_that_passes(self, wrong: int) -> None:
        evidence = evidence_of(in_order(written("79927398710")))
        evidence.probabilities[:] = np.where(evidence.probabilities > 0.5, 0.999, 0.001 / 9)
        evidence.probabilities[10] = 0.001
        evidence.probabilities[10, [wrong, 3]] = 0.6, 0.392
        known = make_field(FieldOptions(length=11, check="luhn"))
        assert known is not None
        (found,) = place_in_field(evidence, known).placements
        assert found is not None
        assert (found.digits, found.is_plausible) == ("79927398713", True)
        assert found.confidence > 0.95

    def test_where_nothing_passes_the_string_is_not_plausible(self) -> None:
        found = self.placed(FieldOptions(length=3, check=lambda _: False), written("123"))
        assert (found.digits, found.is_plausible) == ("123", False)

    def test_a_check_sees_the_text_with_the_signs_of_the_pattern(self) -> None:
        seen: list[str] = []
        options = FieldOptions(pattern="DEdd-d", check=lambda text: not seen.append(text))  # type: ignore[func-returns-value]
        self.placed(options, written("123"))
        assert seen[0] == "DE12-3"

    def test_a_faint_point_that_may_be_a_comma_is_one_sign_against_none(self) -> None:
        point = Said(0.55, sign=".", heats=((".", 0.2), (",", 0.18)))
        found = self.placed(FieldOptions(kind="amount"), written("80p57", p=point))
        assert found.layout.format(found.digits) in {"80.57", "80,57"}
        assert found.signless == 1.0

    def test_what_may_be_a_point_and_was_left_out_makes_an_amount_doubtful(self) -> None:
        faint = Said(0.3, sign=".", heats=((".", 0.2), ("-", 0.3)))
        found = self.placed(FieldOptions(kind="amount"), written("80p57", p=faint))
        assert (found.digits, found.signs, found.is_open) == ("8057", (), True)
        assert found.signless == pytest.approx(0.7)

    def test_an_amount_has_the_signs_that_are_written(self) -> None:
        for rows, text in (
            (written("1c234p50", c=Said(sign=","), p=Said(sign=".")), "1,234.50"),
            (written("c12", c=Said(sign="-")), "-12"),
            (written("m5c", m=Said(sign="$"), c=Said(sign="-")), "$5-"),
        ):
            found = self.placed(FieldOptions(kind="amount"), rows)
            assert found.layout.format(found.digits) == text

    def test_a_time_has_hours_and_minutes(self) -> None:
        found = self.placed(FieldOptions(kind="time"), written("23c59", c=Said(sign=":")))
        assert (found.layout.format(found.digits), found.is_plausible) == ("23:59", True)
        assert not self.placed(FieldOptions(kind="time"), written("24c10", c=Said(sign=":"))).is_plausible
