"""Intervals count people, not only pictures."""

import numpy as np
import pytest

from inkdigits.training.evaluation.metrics import wilson_interval
from shares import Share, by_cluster, one_vote_each, over_labels, wilson


def test_a_share_shows_its_interval_in_percent() -> None:
    assert Share(n=10, share=0.125, low=0.1, high=0.2).cells() == "12.50 | 10.0 to 20.0"
    assert Share(n=10, share=0.125, low=0.1, high=0.2).cells(decimals=1, interval_decimals=2) == "12.5 | 10.00 to 20.00"


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == Share(n=0, share=0.0, low=0.0, high=1.0)


def test_pictures_of_one_person_have_the_interval_of_wilson() -> None:
    assert by_cluster([True, False, True], ["a", "a", "a"]) == wilson(2, 3)


def test_people_who_differ_widen_the_interval() -> None:
    hits = [True] * 100 + [False] * 100
    alike = by_cluster(hits, [str(index % 10) for index in range(200)])
    apart = by_cluster(hits, [str(index // 20) for index in range(200)])
    assert alike.share == apart.share == 0.5
    assert (alike.low, alike.high) == pytest.approx(wilson_interval(100, 200))
    assert apart.low < 0.3
    assert apart.high > 0.7


def test_an_interval_has_a_width_where_all_is_right() -> None:
    found = by_cluster([True] * 40, [str(index % 8) for index in range(40)])
    assert found.high == 1
    assert found.low == pytest.approx(wilson_interval(40, 40)[0])


def test_intervals_are_the_same_each_time() -> None:
    hits, people = [True, False, True, True], ["a", "b", "b", "c"]
    assert by_cluster(hits, people) == by_cluster(hits, people)


def test_photos_of_one_digit_share_a_vote() -> None:
    found = one_vote_each([True, False, True, True, True], ["a", "a", "b", "b", "b"])
    assert (found.n, found.share) == (2, 0.75)


def test_rare_digits_count_as_much_as_frequent_ones() -> None:
    y_true = np.array([1] * 9 + [7], dtype=np.uint8)
    y_pred = np.array([1] * 9 + [4], dtype=np.uint8)
    found = over_labels(y_true, y_pred, [str(index) for index in range(10)])
    assert (found.n, found.share) == (10, 0.5)
    assert found.low < 0.5 < found.high
