"""A known length or pattern: what fits it is held to the labels it may have, and the reasons say what does not."""

from dataclasses import replace

import pytest

from inkdigits.reading.decision.field_fit import fit_field
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.fields import Field, FieldOptions, make_field
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.results import Digit, Reason
from support.evidence import DETECTOR, POLICY, Said, evidence_of

TWO = [Said(place=0), Said(place=1)]


def field(length: int | None = None, pattern: str | None = None) -> Field:
    made = make_field(FieldOptions(length=length, pattern=pattern))
    assert made is not None
    return made


def told(rows: list[Said], known: Field) -> list[tuple[str, Reason | None]]:
    return [(digit.outcome, digit.reason) for digit in judged(rows, known)]


def judged(rows: list[Said], known: Field) -> list[Digit]:
    return decide(place_in_field(evidence_of(rows), known), POLICY, DETECTOR)


def test_digits_that_fit_are_sure() -> None:
    assert told(TWO, field(2)) == [("digit", None)] * 2


def test_fewer_marks_than_told_make_all_unsure() -> None:
    assert told(TWO, field(3)) == [("unsure", "field mismatch")] * 2


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_a_sure_digit_that_is_left_out_makes_all_unsure(left_out: int) -> None:
    rows = [Said(0.99 if place == left_out else 1.0, place=place) for place in range(3)]
    assert told(rows, field(2)) == [("unsure", "field mismatch")] * 3


def test_a_doubtful_mark_that_is_left_out_makes_nothing_unsure() -> None:
    assert told([*TWO, Said(0.2, place=2)], field(2)) == [("digit", None)] * 2 + [("not_a_digit", "field mismatch")]


def test_what_is_left_out_may_be_a_sign_of_the_pattern() -> None:
    slash = Said(0.9, label=1, place=1, height=30, heats=(("1", 0.6), ("/", 0.4)))
    rows = [Said(place=0), slash, Said(place=2)]
    assert told(rows, field(pattern="d/d")) == [("digit", None), ("not_a_digit", "field mismatch"), ("digit", None)]


def test_what_is_no_digit_anyway_keeps_its_own_reason() -> None:
    assert told([*TWO, Said(0.01, place=2)], field(2))[2] == ("not_a_digit", "unlike a digit")
    assert told([*TWO, Said(place=2, sign="-")], field(2))[2] == ("not_a_digit", "sign")


def test_what_hardly_is_a_digit_is_unsure_even_where_one_has_to_be() -> None:
    assert told([TWO[0], Said(0.05, place=1)], field(2)) == [("digit", None), ("unsure", "unlike a digit")]
    assert told([TWO[0], Said(0.2, place=1)], field(2)) == [("digit", None), ("digit", None)]


@pytest.mark.parametrize("is_joined", [False, True])
def test_a_length_that_fits_changes_no_confidence(is_joined: bool) -> None:  # noqa: FBT001 - parametrized
    found = evidence_of([Said(share=0.7), Said(share=0.95, place=1)], is_joined=is_joined)
    policy = replace(POLICY, slope=0.4, offset=0.2)
    known = field(2)
    assert decide(place_in_field(found, known), policy, DETECTOR) == decide(found, policy, DETECTOR)


@pytest.mark.parametrize(("is_joined", "confidence"), [(True, 0.6 / 0.9), (False, 2 / 3)])
def test_confidence_is_among_the_labels_that_may_be(is_joined: bool, confidence: float) -> None:  # noqa: FBT001
    found = evidence_of([Said(label=7, share=0.6), Said(place=1)], is_joined=is_joined)
    row = found.probabilities.copy()
    row[0] = [0.1, 0.3, *[0.0] * 5, 0.6, 0.0, 0.0]
    (placement,) = place_in_field(replace(found, probabilities=row), field(pattern="dd")).placements
    assert placement is not None
    layout = replace(placement.layout, slots=(frozenset({1, 7}), placement.layout.slots[1]))
    digits = decide(replace(found, probabilities=row), POLICY, DETECTOR)
    held = fit_field(digits, 0, replace(placement, layout=layout), POLICY, is_joined=is_joined)
    assert held[0].confidence == pytest.approx(confidence, abs=1e-6)


def test_a_label_that_the_pattern_rules_out_gives_way_to_the_likeliest_allowed_one() -> None:
    seven = Said(label=7, share=0.5)
    digit = judged([seven, TWO[1]], field(pattern="1d"))[0]
    assert digit.label == 1
    assert digit.probabilities.index(max(digit.probabilities)) == 7


def test_where_something_else_is_plainly_written_it_is_unsure() -> None:
    digit = judged([Said(label=7, share=0.999), TWO[1]], field(pattern="1d"))[0]
    assert (digit.outcome, digit.reason) == ("unsure", "field mismatch")


def test_an_uncertain_digit_that_fits_is_unsure_for_its_confidence() -> None:
    rows = [replace(TWO[0], share=0.12), TWO[1]]
    assert told(rows, field(2))[0] == ("unsure", "low confidence")


def test_a_line_of_a_box_that_has_to_be_a_digit_is_unsure() -> None:
    line = Said(0.9, label=1, place=3, heats=(("1", 0.3),))
    rows = [*(replace(Said(), place=place, heats=(("3", 0.9),)) for place in range(3)), line]
    made = evidence_of(rows)
    paler = replace(made.marks[3], contrast=0.6, score=0.3)
    evidence = place_in_field(replace(made, marks=(*made.marks[:3], paler)), field(4))
    outcomes = [(digit.outcome, digit.reason) for digit in decide(evidence, POLICY, DETECTOR)]
    assert outcomes == [*[("digit", None)] * 3, ("unsure", "unlike a digit")]


class TestRules:
    """Of a kind or a check."""

    KNOWN = make_field(FieldOptions(kind="date", order="dmy"))

    def told(self, text: str) -> list[tuple[str, Reason | None]]:
        assert self.KNOWN is not None
        return told([Said(label=int(label), share=0.97, place=at) for at, label in enumerate(text)], self.KNOWN)

    def test_a_valid_date_is_sure(self) -> None:
        assert self.told("29022024") == [("digit", None)] * 8

    def test_of_an_invalid_date_nothing_is_sure(self) -> None:
        assert self.told("29022023") == [("unsure", "field mismatch")] * 8

    def test_confidence_is_among_the_strings_that_may_be(self) -> None:
        known = make_field(FieldOptions(length=2, check=lambda text: text in ("31", "71")))
        assert known is not None
        found = judged([Said(label=3, share=0.6), Said(label=1, share=0.9, place=1)], known)
        assert found[0].confidence == pytest.approx(0.6 / (0.6 + 0.4 / 9))
        assert found[1].confidence == pytest.approx(1)
