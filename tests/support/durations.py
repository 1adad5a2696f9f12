"""Measures how long each test takes, and tells which became much slower than `tests/durations.json` says.

The file has two numbers for a test: seconds on the clock, and seconds of processor time, its own and that of processes
that it started and waited for. They are those of the test itself. What a shared fixture takes falls on whichever test
comes first, and only the sums of a whole run have it. `make durations` writes the file.

On a busy machine the clock says little, so a test is compared by its processor time, and by the clock only after the
slowness of the whole run is taken out.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import TypedDict

import pytest

__all__ = ["FILE", "Durations", "ProcessorTimes", "Times", "find_slower", "read_recorded"]

FILE = Path(__file__).parents[1] / "durations.json"
WRITE = "INKDIGITS_WRITE_DURATIONS"  # this environment variable makes a run write the file

_LEAST_S = 0.5  # of processor time; a test below it is not in the file, and counts as one of this length
_SLOWER = 3  # a test is told that takes as many times its recorded length,
_TOLD_S = 5.0  # and as long as this


class Times(TypedDict):
    """Of one test, or of all together: on the clock, and of the processor."""

    seconds: float
    processor: float


_UNKNOWN: Times = {"seconds": _LEAST_S, "processor": _LEAST_S}


def read_recorded() -> dict[str, Times]:
    """Return the recorded times of each test; none when nothing is recorded."""
    if not FILE.is_file():
        return {}
    recorded: dict[str, Times] = json.loads(FILE.read_text(encoding="utf-8"))["tests"]
    return recorded


def find_slower(now: dict[str, Times], recorded: dict[str, Times]) -> list[str]:
    """Return the tests that take three times what is recorded, or what is long for one that is not, and 5 s or more."""
    common = [name for name in now if name in recorded]
    # how much slower this machine is now than where the times were recorded, by all tests together
    busy = sum(now[name]["seconds"] for name in common) / max(1, sum(recorded[name]["seconds"] for name in common))
    slower = []
    for name, times in now.items():
        before = recorded.get(name, _UNKNOWN)
        if _is_slower(times["processor"], before["processor"]) or (
            name in recorded and _is_slower(times["seconds"] / max(1, busy), before["seconds"])
        ):
            slower.append(name)
    return slower


class ProcessorTimes:
    """Writes into each report the processor time of its phase."""

    def __init__(self) -> None:
        self._before = _processor_s()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = _processor_s()
        report.processor = now - self._before  # type: ignore[attr-defined] # it travels between processes with the rest
        self._before = now
        return report


class Durations:
    """Adds up the reports of all worker processes; at the end it tells or writes what it found."""

    def __init__(self) -> None:
        self._tests: dict[str, Times] = {}
        self._all: Times = {"seconds": 0, "processor": 0}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in the report of one phase of one test."""
        processor = getattr(report, "processor", 0.0)
        self._all["seconds"] += report.duration
        self._all["processor"] += processor
        if report.when == "call" and not report.skipped:
            self._tests[report.nodeid] = {"seconds": round(report.duration, 1), "processor": round(processor, 1)}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the sums, and each test that became much slower."""
        recorded = read_recorded()
        slower = find_slower(self._tests, recorded) if recorded else []
        if slower:
            terminalreporter.section(f"slower than {FILE.name} says")
        for name in slower:
            before = _told(recorded[name]) if name in recorded else f"nothing, so less than {_LEAST_S} s"
            terminalreporter.write_line(f"{name}: {_told(self._tests[name])}, recorded {before}")
        terminalreporter.write_line(f"all tests and their fixtures: {_told(self._all)}")
        if os.environ.get(WRITE):
            self._write(recorded)
            terminalreporter.write_line(f"written: {FILE.name}")

    def _write(self, recorded: dict[str, Times]) -> None:
        """Renew the entries of the tests that ran; those of others stay."""
        kept = {name: times for name, times in recorded.items() if name not in self._tests}
        long = {
            name: times
            for name, times in self._tests.items()
            if times["processor"] >= _LEAST_S or times["seconds"] >= _TOLD_S
        }
        entries = sorted({**kept, **long}.items())
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(times)}" for name, times in entries)
        FILE.write_text(f'{{\n  "tests": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")


def _is_slower(now: float, before: float) -> bool:
    return now >= max(_TOLD_S, _SLOWER * max(before, _LEAST_S))


def _processor_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _told(times: Times) -> str:
    return f"{times['seconds']:.1f} s, {times['processor']:.1f} s of processor time"
