"""Writes measured models as a table with a row for each, in Markdown and JSON, and plots beside it."""

import json
import os
import textwrap
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import make_folder
from inkdigits.training.benchmarking.measuring import Measured
from inkdigits.training.benchmarking.plots import plot_reliability, plot_risk, plot_robustness
from inkdigits.training.evaluation import metrics
from inkdigits.training.evaluation.evaluating import Score
from inkdigits.training.runs.environment import describe_environment

__all__ = ["HEADINGS", "bench_json", "bench_markdown", "bench_notes", "bench_rows", "describe_machine", "write_bench"]

HEADINGS = (
    "model",
    "raw labels, %",
    "10 corrected, %",
    "15 removed, %",
    "ECE",
    "ECE calibrated",
    "wrong of surest 99 %",
    "of surest 95 %",
    "risk area",
    "corrupted, %",
    "bytes",
    "parameters",
    "ms a frame",
    "frames/s",
    "frames/s, 2 threads",
    "load ms",
)
_MISSING = "-"
_WIDTH = 120  # columns of the notes


def bench_rows(measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    """Return one row of texts for each model, under `HEADINGS`."""
    return [_row(entry) for entry in measured]


def bench_notes(measured: Sequence[Measured]) -> str:
    """Return what a reader of the table must know: what each column is, and what it was measured on."""
    first = measured[0]
    text = f"""Accuracy on {len(first.digits):,} digits of MNIST test with its 95 % Wilson interval: labels as they are,
    10 wrong ones corrected, 15 disputed ones removed. ECE: calibration error of the network's own probabilities, and
    of a bundle's confidence. Wrong of surest 99 %: how many percent are wrong among the most confident 99 % of the
    answers; risk area: the mean of that over all coverages, in 1/10,000. Corrupted: mean accuracy over 10 kinds of
    corruption at 5 strengths, {first.harmed:,} digits each. Times are medians: one frame on one thread, frames a second
    in batches of 256."""
    return textwrap.fill(" ".join(text.split()), _WIDTH)


def describe_machine() -> str:
    """Return processor, threads, system, versions of what times depend on, and the load now, in one line."""
    found = describe_environment()
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{found['processor']}, {found['threads']} threads, {found['system']}, Python {found['python']}, "
        f"ONNX Runtime {version('onnxruntime')}{load}"
    )


def bench_markdown(measured: Sequence[Measured], command: str) -> str:
    """Return the table and its notes.

    Args:
        measured: 1 model or more.
        command: The command line that made this, to be shown.
    """
    made = f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}, {describe_machine()}."
    lines = [
        "| " + " | ".join(HEADINGS) + " |",
        "|---|" + "---:|" * (len(HEADINGS) - 1),
        *("| " + " | ".join(row) + " |" for row in bench_rows(measured)),
        "",
        bench_notes(measured),
        "",
        textwrap.fill(made, _WIDTH, break_on_hyphens=False),
    ]
    return "\n".join(lines) + "\n"


def bench_json(measured: Sequence[Measured]) -> dict[str, Any]:
    """Return everything that was measured, the curve of each corruption too, for `json.dumps`."""
    return {
        "digits": len(measured[0].digits),
        "machine": describe_machine(),
        "environment": describe_environment(),
        "models": [entry.to_json() for entry in measured],
    }


def write_bench(measured: Sequence[Measured], folder: Path, *, command: str) -> Mapping[str, Path]:
    """Write `bench.md`, `bench.json` and three plots.

    Args:
        measured: 1 model or more.
        folder: Made when missing.
        command: The command line that made this, to be shown.

    Returns:
        What was written, by name.

    Raises:
        OutputError: A file cannot be written.
    """
    make_folder(folder)
    names = ("bench.md", "bench.json", "bench-risk.png", "bench-reliability.png", "bench-robustness.png")
    files = {name: folder / name for name in names}
    markdown, values = bench_markdown(measured, command), json.dumps(bench_json(measured), indent=2) + "\n"
    write_in_place(files["bench.md"], lambda path: path.write_text(markdown, encoding="utf-8"))
    write_in_place(files["bench.json"], lambda path: path.write_text(values, encoding="utf-8"))
    plot_risk(measured, files["bench-risk.png"])
    plot_reliability(measured, files["bench-reliability.png"])
    plot_robustness(measured, files["bench-robustness.png"])
    return files


def _row(entry: Measured) -> tuple[str, ...]:
    evaluation, model, speed, curve = entry.evaluation, entry.model, entry.speed, entry.risk_curve
    return (
        model.name,
        _describe_score(evaluation.raw),
        _describe_score(evaluation.corrected),
        _describe_score(evaluation.removed),
        f"{evaluation.calibration_error:.4f}",
        _MISSING if entry.calibrated_error is None else f"{entry.calibrated_error:.4f}",
        f"{100 * metrics.risk_at_coverage(curve, 0.99):.2f}",
        f"{100 * metrics.risk_at_coverage(curve, 0.95):.2f}",
        f"{1e4 * curve.mean():.2f}",
        f"{100 * entry.mean_robustness:.2f}",
        f"{model.size_bytes:,}",
        f"{model.parameters:,}",
        f"{speed.latency_ms:.3g}",
        f"{speed.frames_per_second:,.0f}",
        f"{speed.frames_per_second_two:,.0f}",
        f"{speed.load_ms:.3g}",
    )


def _describe_score(score: Score | None) -> str:
    if score is None:
        return _MISSING
    return f"{100 * score.accuracy:.2f} ({100 * score.low:.2f} to {100 * score.high:.2f})"
