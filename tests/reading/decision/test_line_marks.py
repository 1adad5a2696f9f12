"""When the line reader vouches for a mark that the rejector finds odd, and when it does not."""

import numpy as np
import pytest

from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.decision.line_marks import judge_marks
from inkdigits.reading.decision.policy import Policy
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.cutting import LineMark
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Box

POLICY = Policy(unsure_below=0.6)
REJECTOR = RejectorInfo("tiny", "1.0.0", 1, reject_below=0.1, doubt_below=0.3, reject_below_in_clutter=0.9)


def piece(place: int, *, line: int = 0, side: int = 40, was_cut: bool = True) -> LineMark:
    """Return a piece of a number in which the line reader sees a 3."""
    x = place * 50
    mark = Mark(
        Box(x, line * 60, x + side, line * 60 + side), line, side, np.zeros((side, side), np.uint8), x, line * 60
    )
    return LineMark(mark, np.eye(10)[3], was_cut)


def outcomes(marks: list[LineMark], shares: list[float]) -> list[str]:
    probabilities = np.full((len(marks), 10), 0.01, dtype=np.float32)
    probabilities[:, 3] = 0.91
    evidence = Evidence(probabilities, np.array(shares, dtype=np.float32), [True] * len(marks))
    return [digit.outcome for digit in judge_marks(marks, evidence, POLICY, REJECTOR, None)]


def test_a_frayed_piece_of_a_number_is_a_digit() -> None:
    assert outcomes([piece(0), piece(1), piece(2)], [0.9, 0.06, 0.2]) == ["digit"] * 3


def test_pieces_of_a_line_without_a_single_likely_digit_are_none() -> None:
    assert outcomes([piece(0), piece(1), piece(2)], [0.04, 0.01, 0.0]) == ["not_a_digit"] * 3


def test_what_another_line_holds_vouches_for_nothing() -> None:
    marks = [piece(0), piece(1), piece(0, line=1), piece(1, line=1)]
    assert outcomes(marks, [0.95, 0.95, 0.01, 0.02]) == ["digit", "digit", "not_a_digit", "not_a_digit"]


@pytest.mark.parametrize(("side", "outcome"), [(5, "not_a_digit"), (8, "digit")])
def test_a_speck_beside_digits_is_none(side: int, outcome: str) -> None:
    assert outcomes([piece(0), piece(1), piece(2, side=side)], [0.95, 0.95, 0.07])[2] == outcome


def test_where_most_pieces_are_none_one_has_to_be_surely_a_digit() -> None:
    marks = [piece(place) for place in range(5)]
    assert outcomes(marks, [0.95, 0.5, 0.01, 0.02, 0.03]) == ["digit"] + ["not_a_digit"] * 4
    assert outcomes(marks, [0.95, 0.5, 0.06, 0.07, 0.08]) == ["digit"] * 5


def test_marks_that_lie_about_in_all_sizes_are_pieces_of_a_texture() -> None:
    about = [piece(place, line=place, side=side, was_cut=False) for place, side in enumerate((16, 40, 22, 38, 50))]
    assert outcomes(about, [0.95, 0.5, 0.6, 0.7, 0.92]) == ["digit", *["not_a_digit"] * 3, "digit"]
    even = [piece(place, line=place, side=side, was_cut=False) for place, side in enumerate((36, 40, 32, 38, 44))]
    assert outcomes(even, [0.95, 0.5, 0.6, 0.7, 0.92]) == ["digit"] * 5
    in_line = [piece(place, side=side, was_cut=False) for place, side in enumerate((16, 40, 22, 38, 50))]
    assert outcomes(in_line, [0.95, 0.5, 0.6, 0.7, 0.92]) == ["digit"] * 5
