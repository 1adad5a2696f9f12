"""Writes a comparison as Markdown, CSV and a plot."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import make_folder
from inkdigits.training.evaluation.plots import PlotRow, plot_comparison
from inkdigits.training.experiments.comparison import Compared

__all__ = ["HEADINGS", "table_rows", "write_report"]

HEADINGS = ("network", "tutorial", "mean", "std", "best", "n", "parameters", "s/epoch")
_MISSING = "-"


def table_rows(compared: Sequence[Compared]) -> list[tuple[str, ...]]:
    """Return one row of texts for each network, under `HEADINGS`; accuracies in percent."""
    return [
        (
            entry.network,
            _percent(entry.tutorial),
            _percent(entry.mean),
            _percent(entry.deviation),
            _percent(entry.best),
            str(len(entry.accuracies)),
            _MISSING if entry.parameters is None else f"{entry.parameters:,}",
            _MISSING if entry.seconds_per_epoch is None else f"{entry.seconds_per_epoch:.1f}",
        )
        for entry in compared
    ]


def write_report(compared: Sequence[Compared], folder: Path, *, command: str) -> None:
    """Write `comparison.md`, `comparison.csv` and `comparison.png`.

    Args:
        compared: One entry for each network.
        folder: Made when missing.
        command: The command line that made this, to be shown.

    Raises:
        OutputError: A file cannot be written.
    """
    make_folder(folder)
    markdown = _markdown(compared, command)
    write_in_place(folder / "comparison.md", lambda path: path.write_text(markdown, encoding="utf-8"))
    write_in_place(folder / "comparison.csv", lambda path: path.write_text(_csv(compared), encoding="utf-8"))
    rows = [PlotRow(entry.network, entry.accuracies, entry.tutorial) for entry in compared]
    title = f"Test accuracy over {_seed_count(compared)}, {_digit_count(compared)}"
    plot_comparison(rows, folder / "comparison.png", title=title)


def _markdown(compared: Sequence[Compared], command: str) -> str:
    first = min(seed for entry in compared for seed in entry.seeds)
    machines = dict.fromkeys(_describe_machine(values) for entry in compared for values in entry.environments)
    lines = [
        "| " + " | ".join(HEADINGS) + " |",
        "|---|" + "---:|" * (len(HEADINGS) - 1),
        *("| " + " | ".join(row) + " |" for row in table_rows(compared)),
        "",
        "Accuracy on MNIST's 10,000 test digits in percent, labels as they are. `tutorial`: what the tutorial printed",
        f"for its one run. `mean`, `std` (n - 1) and `best` are over n seeds, from {first} up. `s/epoch`: median",
        "wall clock of an epoch. `random_forest` has neither epochs nor a parameter count.",
        "",
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}. Trained on:",
        "",
        *(f"- {machine}" for machine in machines),
    ]
    return "\n".join(lines) + "\n"


def _describe_machine(environment: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in environment["packages"].items())
    processor = f"{environment['processor']}, {environment['threads']} threads, {environment['system']}"
    return f"{processor}; Python {environment['python']}, {packages}"


def _csv(compared: Sequence[Compared]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("network", "seed", "accuracy", "tutorial", "parameters", "seconds_per_epoch", "fit_seconds"))
    for entry in compared:
        for seed, accuracy in zip(entry.seeds, entry.accuracies, strict=True):
            shared = (entry.tutorial, entry.parameters, entry.seconds_per_epoch, entry.fit_seconds)
            writer.writerow((entry.network, seed, accuracy, *("" if v is None else v for v in shared)))
    return text.getvalue()


def _seed_count(compared: Sequence[Compared]) -> str:
    count = max(len(entry.accuracies) for entry in compared)
    return "1 seed" if count == 1 else f"{count} seeds"


def _digit_count(compared: Sequence[Compared]) -> str:
    counts = sorted({entry.trained_on for entry in compared})
    return f"{' and '.join(f'{count:,}' for count in counts)} training digits"


def _percent(share: float | None) -> str:
    return _MISSING if share is None else f"{100 * share:.2f}"
