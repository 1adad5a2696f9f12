"""Which tests run in the same worker process, one after another, and which of them come first.

Tests of a file share its fixtures, and those of some folders share something larger: one browser and one server, one
service, one cluster of Ray. The longest group starts first, so that no process is left with a long one at the end.
"""

from collections import defaultdict

import pytest
from xdist.scheduler import LoadScopeScheduling

from support.durations import read_recorded

__all__ = ["SharedScheduling", "group_of", "longest_first"]

# start of a test's name -> its group; all others go by their file
_GROUPS = {
    "tests/page/": "page",
    "tests/service/": "service",
    "tests/batch/engines/test_ray_data.py": "ray",
    "tests/training/experiments/test_ray_tasks.py": "ray",
}
_SHORT_S = 0.05  # what a test counts that is not in tests/durations.json


def group_of(name: str) -> str:
    """Return the group of the test of this name.

    >>> group_of("tests/page/test_access.py::test_it"), group_of("tests/test_results.py::test_it[a::b]")
    ('page', 'tests/test_results.py')
    """
    return next((group for start, group in _GROUPS.items() if name.startswith(start)), name.partition("::")[0])


def longest_first(items: list[pytest.Item]) -> None:
    """Put the groups that take longest first; tests of a group stay together and in order."""
    recorded = read_recorded()
    lengths: defaultdict[str, float] = defaultdict(float)
    for item in items:
        times = recorded.get(item.nodeid)
        lengths[group_of(item.nodeid)] += times["processor"] if times else _SHORT_S
    places = {group: place for place, group in enumerate(sorted(lengths, key=lambda group: -lengths[group]))}
    items.sort(key=lambda item: places[group_of(item.nodeid)])


class SharedScheduling(LoadScopeScheduling):  # type: ignore[misc] # xdist publishes no types
    """Gives a group as a whole to a worker process."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
