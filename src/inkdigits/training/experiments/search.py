"""Finds which settings of a small space do best on validation digits. Test digits are not read."""

import csv
import io
import itertools
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.runs.run import Run

__all__ = ["HEADINGS", "Tried", "plan_search", "rank", "read_space", "search_rows", "to_csv", "to_markdown"]

HEADINGS = ("settings", "validation", "std", "n", "s/run")
_FIXED = frozenset({"network", "seed", "data", "split", "members"})  # what a search does not vary
_MOST = 200  # trainings in one search


@dataclass(frozen=True, slots=True)
class Tried:
    """One choice of settings over its seeds.

    Attributes:
        settings: What was varied, by name.
        accuracies: On the validation digits after the last epoch, 0 to 1, one a seed.
        seconds: Median wall clock of a training.
    """

    settings: Mapping[str, object]
    accuracies: tuple[float, ...]
    seconds: float

    @property
    def mean(self) -> float:
        """Mean accuracy over the seeds, 0 to 1."""
        return statistics.fmean(self.accuracies)


def read_space(path: Path) -> dict[str, list[Any]]:
    """Return the values to try of each setting.

    Args:
        path: A JSON object; its members are settings of `TrainConfig`, each with a list of values.

    Raises:
        RunError: It is no such file, or names what is not varied.

    >>> import tempfile; path = Path(tempfile.mkdtemp()) / "space.json"
    >>> _ = path.write_text('{"learning_rate": [0.001, 0.003]}')
    >>> read_space(path)
    {'learning_rate': [0.001, 0.003]}
    """
    try:
        space = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: expected a JSON file of settings and values, {error}; see docs/cli.md"
        raise RunError(msg) from error
    names = sorted({entry.name for entry in fields(TrainConfig)} - _FIXED)
    is_space = isinstance(space, dict) and space and all(isinstance(v, list) and v for v in space.values())
    if not is_space or not set(space) <= set(names):
        found = sorted(set(space) - set(names)) if isinstance(space, dict) else type(space).__name__
        msg = f"{path}: expected an object of lists, its names among {', '.join(names)}; found {found or space}"
        raise RunError(msg)
    return {name: list(dict.fromkeys(values)) for name, values in space.items()}


def plan_search(base: TrainConfig, space: Mapping[str, Sequence[Any]], *, seeds: int) -> tuple[TrainConfig, ...]:
    """Return every combination of the values with every seed, from the config's own up.

    Args:
        base: What is not varied; its split holds digits out.
        space: From `read_space`.
        seeds: 1 or more.

    Raises:
        RunError: A value is out of range, there is nothing to validate on, or too much is asked for.
    """
    if base.split == "whole":
        msg = "a search chooses by validation digits, expected a split that holds some out; add --split train"
        raise RunError(msg)
    points = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    if len(points) * seeds > _MOST:
        msg = f"expected at most {_MOST} trainings, got {len(points)} settings with {seeds} seeds; try fewer values"
        raise RunError(msg)
    return tuple(replace(base, seed=base.seed + place, **point) for point in points for place in range(seeds))


def rank(runs: Sequence[Run], names: Sequence[str]) -> list[Tried]:
    """Return each choice of settings, best mean first.

    Args:
        runs: Finished ones of `plan_search`.
        names: Of the settings that were varied.
    """
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(tuple(getattr(run.config, name) for name in names), []).append(run)
    tried = [
        Tried(
            dict(zip(names, values, strict=True)),
            tuple(float(run.metrics["validation_accuracy"]) for run in group),
            statistics.median(float(run.metrics["fit_seconds"]) for run in group),
        )
        for values, group in groups.items()
    ]
    return sorted(tried, key=lambda entry: -entry.mean)


def search_rows(tried: Sequence[Tried]) -> list[tuple[str, ...]]:
    """Return one row of texts for each, under `HEADINGS`; accuracies in percent."""
    return [
        (
            ", ".join(f"{name} {value}" for name, value in entry.settings.items()),
            f"{100 * entry.mean:.2f}",
            f"{100 * statistics.stdev(entry.accuracies):.2f}" if len(entry.accuracies) > 1 else "-",
            str(len(entry.accuracies)),
            f"{entry.seconds:.0f}",
        )
        for entry in tried
    ]


def to_markdown(tried: Sequence[Tried], *, network: str, command: str) -> str:
    """Return the table with what it shows."""
    rows = [HEADINGS, *search_rows(tried)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|" + "---:|" * (len(HEADINGS) - 1))
    told = f"{network}: accuracy on the validation digits in percent, mean and spread (n - 1) over n seeds, best first."
    return "\n".join([*lines, "", told, "Test digits were not looked at.", "", f"Made by `{command}`."]) + "\n"


def to_csv(tried: Sequence[Tried]) -> str:
    """Return one row for each training, its seeds counted from 0."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(tried[0].settings)
    writer.writerow((*names, "seed_place", "validation_accuracy"))
    for entry in tried:
        for place, accuracy in enumerate(entry.accuracies):
            writer.writerow((*entry.settings.values(), place, accuracy))
    return text.getvalue()
