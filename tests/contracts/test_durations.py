"""A test that became much slower is told, and a busy machine alone makes none so."""

import pytest

from support.durations import Times, find_slower

RECORDED: dict[str, Times] = {name: {"seconds": 4.0, "processor": 2.0} for name in "abcdefgh"}


@pytest.mark.parametrize(
    ("times", "is_told"),
    [
        ({"seconds": 5.0, "processor": 2.1}, False),
        ({"seconds": 5.0, "processor": 6.1}, True),
        ({"seconds": 30.0, "processor": 2.0}, True),  # it waits: no work, much time
    ],
)
def test_three_times_the_recorded_length_is_told(times: Times, *, is_told: bool) -> None:
    assert find_slower({**RECORDED, "a": times}, RECORDED) == (["a"] if is_told else [])


def test_a_busy_machine_makes_no_test_slower() -> None:
    assert find_slower({name: {"seconds": 60.0, "processor": 2.2} for name in RECORDED}, RECORDED) == []


def test_a_test_that_is_not_recorded_is_told_when_it_works_for_long() -> None:
    assert find_slower({"new": {"seconds": 9.0, "processor": 1.0}}, RECORDED) == []
    assert find_slower({"new": {"seconds": 9.0, "processor": 5.5}}, RECORDED) == ["new"]
