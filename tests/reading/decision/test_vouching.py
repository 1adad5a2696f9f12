"""The line network vouches for odd marks only under certain conditions; each is tested alone."""

from dataclasses import replace

import pytest

from inkdigits.reading.decision.outcomes import decide
from support.evidence import POLICY, REJECTOR, Said, evidence_of

ODD = Said(0.06, place=1, is_seen=True)  # the rejector alone would take it for no digit
PLAIN = Said(0.95, place=0, is_seen=True)


def outcomes(*rows: Said) -> list[str]:
    return [digit.outcome for digit in decide(evidence_of(rows), POLICY, REJECTOR)]


def piece(place: int, likely: float, *, line: int = 0, side: int = 40) -> Said:
    """Return a piece of a number in which the line network sees a 3."""
    return Said(likely, place=place, line=line, width=side, height=side, is_seen=True, was_cut=True)


def test_beside_a_plain_digit_an_odd_mark_is_one() -> None:
    assert outcomes(PLAIN, ODD) == ["digit", "digit"]


def test_alone_an_odd_mark_is_none() -> None:
    assert outcomes(ODD) == ["not_a_digit"]


def test_a_mark_in_which_the_line_network_saw_nothing_is_none() -> None:
    assert outcomes(PLAIN, replace(ODD, is_seen=False)) == ["digit", "not_a_digit"]


def test_a_plain_digit_of_another_line_vouches_for_nothing() -> None:
    assert outcomes(PLAIN, replace(ODD, line=1)) == ["digit", "not_a_digit"]


def test_a_plain_digit_of_another_page_vouches_for_nothing() -> None:
    digits = decide(evidence_of([PLAIN], [ODD]), POLICY, REJECTOR)
    assert [digit.outcome for digit in digits] == ["digit", "not_a_digit"]


def test_a_doubtful_neighbor_vouches_for_no_whole_mark() -> None:
    other_line = [Said(0.95, place=place, line=1) for place in range(3)]  # lest these two be clutter
    assert outcomes(replace(PLAIN, likely=0.2), ODD, *other_line)[:2] == ["unsure", "not_a_digit"]


def test_what_looks_nothing_like_a_digit_is_none_unless_both_networks_surely_agree() -> None:
    nothing = replace(ODD, likely=0.01)
    assert outcomes(PLAIN, replace(nothing, share=0.5)) == ["digit", "not_a_digit"]
    assert outcomes(PLAIN, replace(nothing, share=0.99)) == ["digit", "digit"]
    assert outcomes(PLAIN, replace(nothing, share=0.99, label=1)) == ["digit", "not_a_digit"]  # any line is a 1


def test_an_odd_box_is_no_hindrance_and_a_speck_is_none() -> None:
    flat = replace(ODD, width=40, height=12)
    assert outcomes(PLAIN, flat) == ["digit", "digit"]
    assert outcomes(PLAIN, replace(flat, is_seen=False, likely=0.9)) == ["digit", "not_a_digit"]
    assert outcomes(PLAIN, replace(ODD, width=5, height=5)) == ["digit", "not_a_digit"]


def test_what_detection_told_is_overruled_beside_digits_only() -> None:
    told = replace(ODD, likely=0.9, reason="ruling")
    assert outcomes(PLAIN, told) == ["digit", "digit"]
    assert outcomes(told) == ["not_a_digit"]


def test_a_vouched_mark_of_low_confidence_is_unsure() -> None:
    digits = decide(evidence_of([PLAIN, replace(ODD, share=0.3)]), replace(POLICY, unsure_below=0.9), REJECTOR)
    assert (digits[1].outcome, digits[1].reason) == ("unsure", "low confidence")


def test_a_frayed_piece_of_a_number_is_a_digit() -> None:
    assert outcomes(piece(0, 0.9), piece(1, 0.06), piece(2, 0.2)) == ["digit"] * 3


def test_pieces_of_a_line_without_a_single_likely_digit_are_none() -> None:
    assert outcomes(piece(0, 0.04), piece(1, 0.01), piece(2, 0.0)) == ["not_a_digit"] * 3


def test_pieces_vouch_for_each_other_within_their_line() -> None:
    rows = piece(0, 0.95), piece(1, 0.95), piece(0, 0.01, line=1), piece(1, 0.02, line=1)
    assert outcomes(*rows) == ["digit", "digit", "not_a_digit", "not_a_digit"]


@pytest.mark.parametrize(("side", "outcome"), [(5, "not_a_digit"), (8, "digit")])
def test_a_speck_beside_digits_is_none(side: int, outcome: str) -> None:
    assert outcomes(piece(0, 0.95), piece(1, 0.95), piece(2, 0.07, side=side))[2] == outcome


class TestDoubtfulLines:
    LINE = Said(0.7, place=0), Said(0.8, place=1)

    def test_a_line_of_several_none_of_which_is_plainly_a_digit_is_unsure(self) -> None:
        digits = decide(evidence_of(self.LINE), POLICY, REJECTOR)
        assert [(digit.outcome, digit.reason) for digit in digits] == [("unsure", "unlike a digit")] * 2

    def test_one_plain_digit_makes_the_line_sure(self) -> None:
        assert outcomes(self.LINE[0], replace(self.LINE[1], likely=0.92)) == ["digit", "digit"]

    def test_a_digit_by_itself_in_its_line_is_sure(self) -> None:
        assert outcomes(self.LINE[0], replace(self.LINE[1], line=1)) == ["digit", "digit"]

    def test_where_all_were_cut_apart_the_frayed_pieces_tell_nothing(self) -> None:
        assert outcomes(*(replace(row, was_cut=True) for row in self.LINE)) == ["digit", "digit"]
