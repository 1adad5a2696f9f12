"""Writes the entry of the weights' changelog for a measured bundle, compared with the one it replaces.

What the command writes lies between two marks; what is written by hand around them stays.
"""

import os
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.errors import OutputError
from inkdigits.models.metadata import BundleInfo
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.benchmarking.measuring import Measured
from inkdigits.training.evaluation import metrics
from inkdigits.training.export.cards.model_card import describe_data, describe_recipe

__all__ = ["Version", "describe_version", "write_entry"]

_WIDTH = 120
_END = "<!-- /measured -->"


@dataclass(frozen=True, eq=False, slots=True)
class Version:
    """A bundle's information and what was measured of it."""

    info: BundleInfo
    measured: Measured

    @property
    def title(self) -> str:
        """Name and version, as in "fast 1.0.0"."""
        return f"{self.info.name} {self.info.version}"


def describe_version(new: Version, old: Version | None) -> str:
    """Return the measured part of an entry: data and seed, figures, and what got better or worse; no times.

    Args:
        new: The bundle.
        old: What it replaces, measured on the same digits; None when it is the first.
    """
    points = [f"Trained on {describe_data(new.info)} {describe_recipe(new.info)}", _describe_figures(new.measured)]
    if old is not None:
        points += _compare(new, old)
    return "\n".join(
        textwrap.fill(" ".join(point.split()), _WIDTH, initial_indent="- ", subsequent_indent="  ") for point in points
    )


def write_entry(path: str | os.PathLike[str], title: str, text: str) -> None:
    """Put an entry on top of a changelog, or its measured part anew where the entry is already there.

    Args:
        path: The Markdown file; it must exist.
        title: Of the entry, from `Version.title`.
        text: From `describe_version`.

    Raises:
        OutputError: The file cannot be read or written.
    """
    file = Path(path)
    try:
        page = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        msg = f"{path}: expected a changelog in Markdown, {error}; make the file first"
        raise OutputError(msg) from error
    block = f"<!-- measured:{title} -->\n{text}\n{_END}"
    known = re.compile(rf"<!-- measured:{re.escape(title)} -->\n.*?{re.escape(_END)}", re.DOTALL)
    if known.search(page):
        page = known.sub(lambda _: block, page)
    else:
        head, mark, rest = page.partition("\n## ")
        page = f"{head.rstrip()}\n\n## {title}\n\n{block}\n" + (f"{mark}{rest}" if mark else "")
    write_in_place(file, lambda fresh: fresh.write_text(page, encoding="utf-8"))


def _describe_figures(measured: Measured) -> str:
    raw = measured.evaluation.raw
    risk = metrics.risk_at_coverage(measured.risk_curve, 0.99)
    return f"""MNIST test: {100 * raw.accuracy:.2f} % of {raw.n:,} ({100 * raw.low:.2f} to {100 * raw.high:.2f}),
    calibration error {measured.calibrated_error:.4f}, {100 * risk:.3f} % wrong among the most confident 99 %;
    {100 * measured.mean_robustness:.2f} % of corrupted digits; {measured.model.parameters:,} parameters,
    {measured.model.size_bytes:,} bytes."""


def _compare(new: Version, old: Version) -> list[str]:
    """Return up to three points: what is better, worse and the same as before."""
    rows = [*_rows(new.measured, old.measured)]
    better = [text for text, gain in rows if gain > 0]
    worse = [text for text, gain in rows if gain < 0]
    same = [text for text, gain in rows if gain == 0]
    named = ((f"Better than {old.title}", better), ("Worse", worse), ("As before", same))
    return [f"{name}: {'; '.join(texts)}." for name, texts in named if texts]


def _rows(new: Measured, old: Measured) -> list[tuple[str, float]]:
    """Return what is compared, in words, and by how much it is better, in its own unit."""
    now_right = int(np.sum(new.is_right & ~old.is_right))
    now_wrong = int(np.sum(old.is_right & ~new.is_right))
    wrong_before, wrong_after = int(np.sum(~old.is_right)), int(np.sum(~new.is_right))
    risks = [100 * metrics.risk_at_coverage(entry.risk_curve, 0.99) for entry in (old, new)]
    errors = [entry.calibrated_error or 0.0 for entry in (old, new)]
    sizes = [entry.model.size_bytes for entry in (old, new)]
    rows = [
        (
            f"mistakes on MNIST test {wrong_before} -> {wrong_after} ({now_right} now right, {now_wrong} now wrong)",
            float(wrong_before - wrong_after),
        ),
        (f"calibration error {errors[0]:.4f} -> {errors[1]:.4f}", errors[0] - errors[1]),
        (f"wrong among the most confident 99 % {risks[0]:.3f} -> {risks[1]:.3f} %", risks[0] - risks[1]),
        (f"bytes {sizes[0]:,} -> {sizes[1]:,}", float(sizes[0] - sizes[1])),
    ]
    for kind, shares in new.robustness.items():
        before, after = (100 * float(np.mean(values)) for values in (old.robustness[kind], shares))
        rows.append((f"{kind} {before:.1f} -> {after:.1f} %", round(after - before, 1)))
    return rows
