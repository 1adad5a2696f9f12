"""Draws measured models as PNG: risk at coverage, a reliability diagram, robustness curves. No pyplot."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.benchmarking.corruptions import CORRUPTIONS, STRENGTHS
from inkdigits.training.benchmarking.measuring import Measured
from inkdigits.training.evaluation.plots import FEWEST, draw_reliability, draw_risk

__all__ = ["plot_reliability", "plot_risk", "plot_robustness"]

_DPI = 120  # dots per inch
_LOWEST_COVERAGE = 0.9  # below it, curves of good networks lie on the axis


def plot_risk(measured: Sequence[Measured], path: Path) -> None:
    """Draw how many of the accepted answers are wrong as fewer are accepted.

    Args:
        measured: 1 model or more.
        path: The PNG to write.

    Raises:
        OutputError: The picture cannot be written.
    """
    figure = Figure(figsize=(7, 4.2), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    for entry in measured:
        draw_risk(axes, entry.model.name, entry.risk_curve, lowest=_LOWEST_COVERAGE)
    axes.set_xlabel("answers accepted, most confident first, %")
    axes.set_ylabel("wrong among them, %")
    axes.set_ylim(bottom=0)
    axes.set_title(f"Risk at coverage on {len(measured[0].digits):,} digits of MNIST test", fontsize=11)
    _finish(figure, [axes], path)


def plot_reliability(measured: Sequence[Measured], path: Path) -> None:
    """Draw accuracy over confidence; on the diagonal, a confidence is what it says.

    Args:
        measured: 1 model or more.
        path: The PNG to write.

    Raises:
        OutputError: The picture cannot be written.
    """
    figure = Figure(figsize=(6, 5.6), dpi=_DPI, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 100], [0, 100], color="#999999", linewidth=1, linestyle="--")
    for entry in measured:
        draw_reliability(axes, entry.model.name, entry.is_right, entry.confidence)
    axes.set_xlabel(f"confidence, % (calibrated where a bundle is; bins of {FEWEST} answers or more)")
    axes.set_ylabel("right, %")
    axes.set_title(f"Reliability on {len(measured[0].digits):,} digits of MNIST test", fontsize=11)
    _finish(figure, [axes], path)


def plot_robustness(measured: Sequence[Measured], path: Path) -> None:
    """Draw accuracy over strength, a panel for each kind of corruption.

    Args:
        measured: 1 model or more.
        path: The PNG to write.

    Raises:
        OutputError: The picture cannot be written.
    """
    figure = Figure(figsize=(13, 5.4), dpi=_DPI, layout="constrained")
    panels = list(figure.subplots(2, 5, sharex=True, sharey=True).flat)
    for axes, (kind, (_, amounts)) in zip(panels, CORRUPTIONS.items(), strict=True):
        for entry in measured:
            shares = [entry.evaluation.raw.accuracy, *entry.robustness[kind]]
            axes.plot([0, *STRENGTHS], [100 * share for share in shares], "o-", markersize=3, label=entry.model.name)
        axes.set_title(f"{kind} ({amounts[0]:g} to {amounts[-1]:g})", fontsize=10)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(0, 101)
    figure.supxlabel("strength; 0 is the digit as it is", fontsize=10)
    figure.supylabel("right, %", fontsize=10)
    _finish(figure, panels, path)


def _finish(figure: Figure, panels: Sequence[Axes], path: Path) -> None:
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#e6e6e6")
        axes.set_axisbelow(True)
    panels[0].legend(frameon=False)
    write_in_place(path, lambda fresh: figure.savefig(fresh, format="png"))
