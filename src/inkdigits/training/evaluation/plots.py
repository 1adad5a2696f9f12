"""Draws learning curves, confusion matrices and comparisons of runs as PNG. No pyplot."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inkdigits.spec import CLASS_COUNT, Float64Array, Int64Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.evaluation.metrics import reliability_bins, risk_coverage_curve
from inkdigits.training.runs.run import EpochRow

__all__ = [
    "FEWEST",
    "PlotRow",
    "ReliabilityCurve",
    "draw_reliability",
    "draw_risk",
    "plot_comparison",
    "plot_confusion",
    "plot_history",
    "plot_reliability",
]

_DPI = 120  # dots per inch
FEWEST = 10  # answers in a bin of the reliability diagram; fewer tell nothing
_BINS = 10
_TRAIN_COLOR, _VALIDATION_COLOR, _TUTORIAL_COLOR = "#1f6fb4", "#d9730d", "#b3261e"


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A line of the comparison plot: a network, its accuracies (0 to 1, one a seed) and the tutorial's, or None."""

    name: str
    accuracies: tuple[float, ...]
    tutorial: float | None


@dataclass(frozen=True, eq=False, slots=True)
class ReliabilityCurve:
    """A bundle's answers on one set: confidence, float64 (n,), and whether each was right, bool (n,), n over 0."""

    model: str
    name: str
    confidence: Float64Array
    is_right: npt.NDArray[np.bool_]


def plot_history(rows: Sequence[EpochRow], path: Path, *, title: str) -> None:
    """Draw loss and error rate over the epochs, training and, where there is one, validation.

    A network without an accuracy has its loss drawn alone.

    Args:
        rows: One an epoch, 1 or more.
        path: The PNG to write.
        title: Above the picture.

    Raises:
        OutputError: The picture cannot be written.
    """
    epochs = [row.epoch for row in rows]
    errors = [100 * (1 - row.accuracy) for row in rows if row.accuracy is not None]
    figure = Figure(figsize=(9 if errors else 4.5, 3.8), dpi=_DPI, layout="constrained")
    all_axes = figure.subplots(1, 2 if errors else 1, squeeze=False)[0]
    _draw_curve(all_axes[0], epochs, [row.loss for row in rows], [row.validation_loss for row in rows])
    all_axes[0].set_ylabel("loss (cross-entropy)" if errors else "loss")
    if errors:
        held_out = [None if row.validation_accuracy is None else 100 * (1 - row.validation_accuracy) for row in rows]
        _draw_curve(all_axes[1], epochs, errors, held_out)
        all_axes[1].set_ylabel("error rate, %")
    for axes in all_axes:
        axes.set_xlabel("epoch")
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False)
        _tidy(axes)
    figure.suptitle(title)
    _save(figure, path)


def plot_confusion(confusion: Int64Array, path: Path, *, title: str) -> None:
    """Draw a confusion matrix with its counts; color tells the mistakes apart, the diagonal is gray.

    Args:
        confusion: int64, shape (10, 10), rows are true labels.
        path: The PNG to write.
        title: Above the picture.

    Raises:
        OutputError: The picture cannot be written.
    """
    figure = Figure(figsize=(6.4, 6.2), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    mistakes = confusion.astype(np.float64)
    np.fill_diagonal(mistakes, np.nan)
    top = max(1.0, float(np.nanmax(mistakes)))
    axes.set_facecolor("#dddddd")
    axes.imshow(mistakes, cmap="Reds", vmin=0, vmax=top)
    for (true, predicted), count in np.ndenumerate(confusion):
        if count:
            is_dark = true != predicted and count > 0.6 * top
            color = "white" if is_dark else "black"
            axes.text(predicted, true, str(count), ha="center", va="center", fontsize=9, color=color)
    axes.set_xticks(range(CLASS_COUNT))
    axes.set_yticks(range(CLASS_COUNT))
    axes.set_xlabel("read as")
    axes.set_ylabel("true label")
    axes.set_title(title, fontsize=11)
    _save(figure, path)


def plot_comparison(rows: Sequence[PlotRow], path: Path, *, title: str) -> None:
    """Draw each seed's test accuracy as a dot, the mean as a line, the tutorial's figure as a diamond.

    Args:
        rows: One a network, 1 or more, top to bottom; each with 1 accuracy or more.
        path: The PNG to write.
        title: Above the picture.

    Raises:
        OutputError: The picture cannot be written.
    """
    figure = Figure(figsize=(9, 1.5 + 0.75 * len(rows)), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(rows):
        errors = [100 * (1 - accuracy) for accuracy in row.accuracies]
        mean = sum(errors) / len(errors)
        labels = ("one seed", "mean", "tutorial, one run") if place == 0 else ("_", "_", "_")
        axes.plot(errors, [place] * len(errors), "o", color=_TRAIN_COLOR, alpha=0.6, label=labels[0])
        axes.plot([mean, mean], [place - 0.28, place + 0.28], color="black", linewidth=2, label=labels[1])
        axes.annotate(f"{100 - mean:.2f} %", (mean, place - 0.34), ha="center", va="bottom", fontsize=9)
    marked = [(100 * (1 - row.tutorial), place) for place, row in enumerate(rows) if row.tutorial is not None]
    if marked:
        axes.plot(
            *zip(*marked, strict=True), "D", color=_TUTORIAL_COLOR, markerfacecolor="none", label="tutorial, one run"
        )
    axes.set_xscale("log")
    _set_error_ticks(axes)
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.8)
    axes.set_xlabel("errors on MNIST test, % (log scale; left is better)")
    axes.set_title(title, fontsize=11)
    axes.legend(frameon=False, loc="lower right")
    _tidy(axes)
    _save(figure, path)


def plot_reliability(curves: Sequence[ReliabilityCurve], path: Path) -> None:
    """Draw for each bundle how often it is right at each confidence, and how much is wrong when so much is answered.

    Args:
        curves: 1 or more; those of one bundle share a row.
        path: The PNG to write.

    Raises:
        OutputError: The picture cannot be written.
    """
    models = list(dict.fromkeys(curve.model for curve in curves))
    figure = Figure(figsize=(9, 3.8 * len(models)), dpi=_DPI, layout="constrained")
    rows = figure.subplots(len(models), 2, squeeze=False)
    for (reliability, risk), model in zip(rows, models, strict=True):
        for curve in curves:
            if curve.model == model:
                draw_reliability(reliability, curve.name, curve.is_right, curve.confidence)
                draw_risk(risk, curve.name, risk_coverage_curve(curve.is_right, curve.confidence), lowest=0.6)
        reliability.plot([0, 100], [0, 100], color="#999999", linewidth=1, zorder=0)
        reliability.set(xlabel="confidence, %", ylabel="right, %", title=f"{model}: bins of {FEWEST} answers or more")
        risk.set(xlabel="answered, %", ylabel="wrong among answered, %", title=f"{model}: surest first", yscale="log")
        for axes in (reliability, risk):
            axes.legend(frameon=False)
            _tidy(axes)
    _save(figure, path)


def draw_reliability(axes: Axes, label: str, is_right: npt.NDArray[np.bool_], confidence: Float64Array) -> None:
    """Draw the share of right answers over confidence, in percent, in bins that hold enough answers to tell.

    Args:
        axes: Where to.
        label: Name of the line.
        is_right: bool, shape (n,), n of 1 or more.
        confidence: float64, shape (n,), 0 to 1.
    """
    mean, right, count = reliability_bins(is_right, confidence, _BINS)
    drawn = count >= min(FEWEST, count.max())
    axes.plot(100 * mean[drawn], 100 * right[drawn], "o-", markersize=4, label=label)


def draw_risk(axes: Axes, label: str, curve: Float64Array, *, lowest: float) -> None:
    """Draw the share of wrong answers over the share that is answered, in percent.

    Args:
        axes: Where to.
        label: Name of the line.
        curve: float64, shape (n,), from `metrics.risk_coverage_curve`.
        lowest: Share answered, 0 to 1, from which on it is drawn.
    """
    coverage = np.arange(1, len(curve) + 1) / len(curve)
    shown = coverage >= lowest
    axes.plot(100 * coverage[shown], 100 * curve[shown], label=label)


def _draw_curve(axes: Axes, epochs: list[int], train: list[float], validation: list[float | None]) -> None:
    axes.plot(epochs, train, "o-", color=_TRAIN_COLOR, markersize=4, label="training")
    known = [(epoch, value) for epoch, value in zip(epochs, validation, strict=True) if value is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o-", color=_VALIDATION_COLOR, markersize=4, label="validation")


def _set_error_ticks(axes: Axes) -> None:
    low, high = axes.get_xlim()
    ticks = [value for value in (0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100) if low <= value <= high]
    axes.set_xticks(ticks, [f"{value:g}" for value in ticks])
    axes.minorticks_off()


def _tidy(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e6e6e6")
    axes.set_axisbelow(True)


def _save(figure: Figure, path: Path) -> None:
    write_in_place(path, lambda fresh: figure.savefig(fresh, format="png"))
