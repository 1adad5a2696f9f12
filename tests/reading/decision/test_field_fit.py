"""A known length or pattern: what fits it is held to the labels it may have, and the reasons say what does not."""

from dataclasses import replace

from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.fields import Field, make_field
from inkdigits.results import Digit, Reason
from support.evidence import DETECTOR, POLICY, Said, evidence_of

TWO = [Said(place=0, is_seen=True), Said(place=1, is_seen=True)]


def field(length: int | None = None, pattern: str | None = None) -> Field:
    made = make_field(length, pattern)
    assert made is not None
    return made


def told(rows: list[Said], known: Field) -> list[tuple[str, Reason | None]]:
    return [(digit.outcome, digit.reason) for digit in judged(rows, known)]


def judged(rows: list[Said], known: Field) -> list[Digit]:
    return decide(evidence_of(rows), POLICY, DETECTOR, known)


def test_digits_that_fit_are_sure() -> None:
    assert told(TWO, field(2)) == [("digit", None)] * 2


def test_more_or_fewer_digits_than_told_make_all_unsure() -> None:
    assert told(TWO, field(3)) == [("unsure", "field mismatch")] * 2


def test_a_mark_outside_the_string_is_left_out_with_the_reason_if_the_pattern_has_a_sign() -> None:
    slash = Said(place=2, is_seen=False)
    assert told([*TWO, slash], field(pattern="d/d"))[2] == ("not_a_digit", "field mismatch")
    assert told([*TWO, slash], field(2)) == [("unsure", "field mismatch")] * 3


def test_what_is_no_digit_anyway_keeps_its_own_reason() -> None:
    assert told([*TWO, Said(0.01, place=2)], field(2))[2] == ("not_a_digit", "unlike a digit")


def test_a_label_that_the_pattern_rules_out_gives_way_to_the_likeliest_allowed_one() -> None:
    seven = Said(label=7, share=0.5, is_seen=True)
    digit = judged([seven, TWO[1]], field(pattern="1d"))[0]
    assert digit.label == 1
    assert digit.probabilities.index(max(digit.probabilities)) == 7


def test_where_something_else_is_plainly_written_it_is_unsure() -> None:
    digit = judged([Said(label=7, share=0.999, is_seen=True), TWO[1]], field(pattern="1d"))[0]
    assert (digit.outcome, digit.reason) == ("unsure", "field mismatch")


def test_an_uncertain_digit_that_fits_is_unsure_for_its_confidence() -> None:
    rows = [replace(TWO[0], share=0.12), TWO[1]]
    assert told(rows, field(2))[0] == ("unsure", "low confidence")
