"""Measures how long each test takes, and tells which became much slower than `tests/durations.json` says.

The file has two numbers for each test that took half a second or more: seconds on the clock, and seconds of processor
time, which other programs on the machine disturb little. They are those of the test itself. What a shared fixture takes
falls on whichever test comes first; only the sums of a whole run have it. `make durations` writes the file.
"""

import json
import os
from pathlib import Path
from typing import TypedDict

import pytest

__all__ = ["FILE", "Durations", "ProcessorTimes", "read_recorded"]

FILE = Path(__file__).parents[1] / "durations.json"
WRITE = "INKDIGITS_WRITE_DURATIONS"  # this environment variable makes a run write the file

_LEAST_S = 0.5  # a test below it is not in the file, and counts as one of this length
_SLOWER = 3  # a test that takes as many times its recorded length is told,
_TOLD_S = 5.0  # when it takes as long as this


class Times(TypedDict):
    """Of one test, or of all together: on the clock, and of the processor."""

    seconds: float
    processor: float


def read_recorded() -> dict[str, Times]:
    """Return the recorded times of each test; none when nothing is recorded."""
    if not FILE.is_file():
        return {}
    recorded: dict[str, Times] = json.loads(FILE.read_text(encoding="utf-8"))["tests"]
    return recorded


class ProcessorTimes:
    """Writes into each report the processor time of its phase, this process's and that of ended children."""

    def __init__(self) -> None:
        self._before = _processor_s()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: "pytest.CallInfo[None]") -> object:  # noqa: ARG002
        report = yield
        now = _processor_s()
        report.processor = now - self._before
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
        self._all = {
            "seconds": self._all["seconds"] + report.duration,
            "processor": self._all["processor"] + processor,
        }
        if report.when == "call" and not report.skipped:
            self._tests[report.nodeid] = {"seconds": round(report.duration, 1), "processor": round(processor, 1)}

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the sums, and each test that became much slower."""
        told = self._slower()
        if told:
            terminalreporter.section("slower than tests/durations.json says")
            for line in told:
                terminalreporter.write_line(line)
        terminalreporter.write_line(
            f"tests and their fixtures: {self._all['seconds']:.0f} s, {self._all['processor']:.0f} s of processor time"
        )
        if os.environ.get(WRITE):
            self._write()
            terminalreporter.write_line(f"written: {FILE.name}")

    def _slower(self) -> list[str]:
        recorded = read_recorded()
        if not recorded:
            return []
        unknown: Times = {"seconds": _LEAST_S, "processor": _LEAST_S}
        lines = []
        for name, now in self._tests.items():
            before = recorded.get(name, unknown)
            if now["seconds"] > max(_TOLD_S, _SLOWER * max(before["seconds"], _LEAST_S)):
                lines.append(f"{name}: {_told(now)}, recorded {_told(before) if name in recorded else 'not yet'}")
        return lines

    def _write(self) -> None:
        """Renew the entries of the tests that ran; those of others stay."""
        kept = {name: times for name, times in read_recorded().items() if name not in self._tests}
        long = {name: times for name, times in self._tests.items() if times["seconds"] >= _LEAST_S}
        entries = sorted({**kept, **long}.items())
        lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(times)}" for name, times in entries)
        FILE.write_text(f'{{\n  "tests": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")


def _processor_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _told(times: Times) -> str:
    return f"{times['seconds']:.1f} s (processor {times['processor']:.1f} s)"
