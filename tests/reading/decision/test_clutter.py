"""Among many marks that are not digits, a mark has to look more like a digit to count as one."""

from dataclasses import replace

import pytest

from inkdigits.reading.decision.clutter import find_clutter
from inkdigits.reading.decision.outcomes import decide
from support.evidence import POLICY, REJECTOR, Said, evidence_of


@pytest.mark.parametrize(
    ("likely", "is_clutter"),
    [
        ([0.1], False),
        ([0.1, 0.9], False),
        ([0.1, 0.2], True),
        ([0.1, 0.2, 0.9], True),
        ([0.1, 0.2, 0.9, 0.5], False),
        ([0.1, 0.3, 0.9], False),
    ],
)
def test_it_takes_two_doubtful_marks_and_more_than_half(likely: list[float], is_clutter: bool) -> None:  # noqa: FBT001
    rows = [Said(value, place=place) for place, value in enumerate(likely)]
    assert find_clutter(evidence_of(rows), REJECTOR).tolist() == [is_clutter] * len(rows)


def test_other_pages_do_not_count() -> None:
    alone = [Said(0.1)], [Said(0.1)], [Said(0.1)]
    assert not find_clutter(evidence_of(*alone), REJECTOR).any()
    assert find_clutter(evidence_of([Said(0.1), Said(0.1, place=1)], [Said(0.1)]), REJECTOR).tolist() == [
        True,
        True,
        False,
    ]


def test_only_marks_nearby_count_on_a_large_page() -> None:
    letters = [Said(0.01, place=place) for place in range(20)]
    numbers = [Said(0.99, place=place, line=100) for place in range(20)]
    found = find_clutter(evidence_of(letters + numbers), REJECTOR)
    assert found.tolist() == [True] * 20 + [False] * 20


def test_frayed_pieces_are_not_doubtful_but_pieces_like_nothing_are() -> None:
    pieces = [Said(0.95), *(Said(0.06, place=place, was_cut=True) for place in (1, 2, 3))]
    assert not find_clutter(evidence_of(pieces), REJECTOR).any()
    pieces = [Said(0.95), *(Said(0.04, place=place, was_cut=True) for place in (1, 2, 3))]
    assert find_clutter(evidence_of(pieces), REJECTOR).all()


def test_marks_that_lie_about_in_all_sizes_are_pieces_of_a_texture() -> None:
    def rows(heights: tuple[int, ...], *, in_line: bool = False) -> list[Said]:
        return [
            Said(0.7, place=place, line=0 if in_line else place, width=height, height=height)
            for place, height in enumerate(heights)
        ]

    assert find_clutter(evidence_of(rows((16, 40, 22, 38, 50))), REJECTOR).all()
    assert not find_clutter(evidence_of(rows((36, 40, 32, 38, 44))), REJECTOR).any(), "of one size"
    assert not find_clutter(evidence_of(rows((16, 40, 22, 38, 50), in_line=True)), REJECTOR).any(), "in one line"
    assert not find_clutter(evidence_of(rows((16, 40, 50))), REJECTOR).any(), "too few to tell"


def test_in_clutter_the_limit_is_higher_and_the_reason_says_so() -> None:
    rows = [Said(0.95), Said(0.5, place=1), *(Said(0.05, place=place) for place in (2, 3, 4))]
    digits = decide(evidence_of(rows), POLICY, REJECTOR)
    assert [(digit.outcome, digit.reason) for digit in digits] == [
        ("digit", None),
        ("not_a_digit", "clutter"),
        *[("not_a_digit", "unlike a digit")] * 3,
    ]
    among_digits = decide(evidence_of([rows[0], replace(rows[1], line=1)]), POLICY, REJECTOR)
    assert [digit.outcome for digit in among_digits] == ["digit", "digit"]


def test_in_clutter_the_line_network_vouches_for_nothing() -> None:
    rows = [Said(0.95, is_seen=True), *(Said(0.06, place=place, is_seen=True) for place in (1, 2, 3))]
    assert [digit.outcome for digit in decide(evidence_of(rows), POLICY, REJECTOR)] == ["digit"] + ["not_a_digit"] * 3
