"""A finished run and what was measured of it go in; a model card, Markdown, comes out."""

import textwrap
from pathlib import Path

from inkdigits.bundle import BundleInfo
from inkdigits.training.confidence_card import describe_confidence
from inkdigits.training.config import TrainConfig
from inkdigits.training.evaluation import Evaluation, Score
from inkdigits.training.results import read_evaluation
from inkdigits.training.runs import Run

__all__ = ["write_card"]

_WIDTH = 100  # columns of a paragraph
_AUGMENTED = "with augmentation (turn, shift, scale, shear, stroke width; `inkdigits.training.augmentation`)"

_INPUT = """Reads one handwritten digit: uint8 frames `(N, 28, 28, 1)`, 0 for paper to 255 for ink, framed as MNIST
frames them, go in; probabilities `(N, 10)` of the labels 0 to 9 come out."""

_LIMITS = (
    "It answers one of ten labels for anything, also for letters and stains; the reader's decision comes after it.",
    """MNIST's writers were employees and high-school students in the United States; how well the reader does on other
    people's digits is measured by benchmarks/handwriting.py, and the README has its table.""",
    "The figures are for MNIST's own frames. On photos and scans the framing decides as much as this network.",
)

_LICENSE = """The weights are under Apache-2.0, as inkdigits. They were trained on the MNIST database by Yann LeCun,
Corinna Cortes and Christopher J. C. Burges, which is under CC BY-SA 3.0
(https://creativecommons.org/licenses/by-sa/3.0/)."""


def write_card(run: Run, info: BundleInfo) -> str:
    """Return the card of a bundle.

    Args:
        run: A finished run.
        info: What the bundle's `model.json` says.

    Raises:
        RunError: The run is not finished.
    """
    about_mnist = run.config.data is None
    network = f"{_INPUT} `{run.config.network}`, {info.parameters:,} parameters."
    parts = [
        f"# {info.name} {info.version}",
        _wrap(network),
        "## Data",
        _wrap(_describe_data(run.config, run.metrics["trained_on"])),
        "## Recipe",
        _wrap(_describe_recipe(run)),
        "## Figures",
        _describe_figures(read_evaluation(run)),
        *_describe_validation(run),
        describe_confidence(info),
        "## Limits",
        "\n".join(_wrap(limit, "- ") for limit in (_LIMITS if about_mnist else _LIMITS[::2])),
        "## License",
        _wrap(_LICENSE if about_mnist else "The weights follow the license of the data they were trained on."),
    ]
    return "\n\n".join(parts) + "\n"


def _wrap(text: str, mark: str = "") -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))


def _describe_data(config: TrainConfig, count: int) -> str:
    if config.data is not None:
        rest = "One digit in twelve was held out for validation." if config.split == "train" else ""
        return f"{count:,} digits of `{Path(config.data).name}`, which is not part of inkdigits. {rest}"
    if config.split == "train":
        return f"""MNIST, the first {count:,} of its training digits. The last 5,000 validated; the test digits chose
        nothing."""
    return f"MNIST, all {count:,} training digits. Nothing was chosen by the test digits."


def _describe_changes(config: TrainConfig) -> str:
    changes = [_AUGMENTED if config.augment else "without augmentation"]
    if config.rough:
        changes.append("ink bent, blurred, faded and broken (`inkdigits.training.roughening`)")
    if config.drawn:
        changes.append(f"{100 * config.drawn:.0f} % more digits drawn by code (`inkdigits.training.pen`)")
    if config.smoothing:
        changes.append(f"labels smoothed by {config.smoothing}")
    if config.precision != "float32":
        changes.append("multiplied in bfloat16 while training, validated so, kept in float32")
    return ", ".join(changes)


def _describe_recipe(run: Run) -> str:
    config, environment = run.config, run.environment
    epochs = "1 epoch" if config.epochs == 1 else f"{config.epochs} epochs"
    versions = ", ".join(f"{name} {version}" for name, version in environment["packages"].items())
    return f"""Adam, learning rate {config.learning_rate:g} ({config.schedule}), categorical cross-entropy, {epochs} of
    batches of {config.batch_size}, seed {config.seed}, {_describe_changes(config)}.
    Trained on {environment["processor"]}, {environment["threads"]} threads, {environment["system"]}, Python
    {environment["python"]}, {versions}."""


def _describe_figures(evaluation: Evaluation) -> str:
    rows = [("labels as they are", evaluation.raw)]
    if evaluation.corrected is not None and evaluation.removed is not None:
        rows.append(("10 wrong labels corrected", evaluation.corrected))
        rows.append(("15 disputed digits removed", evaluation.removed))
    lines = [f"| {name} | {_describe_score(score)} |" for name, score in rows]
    heads = ["| MNIST test | accuracy, % | 95 % interval | n |", "|---|---:|---:|---:|"]
    calibration = f"Expected calibration error of the network alone: {evaluation.calibration_error:.4f}."
    return "\n".join([*heads, *lines, "", calibration])


def _describe_score(score: Score) -> str:
    return f"{100 * score.accuracy:.2f} | {100 * score.low:.2f} to {100 * score.high:.2f} | {score.n:,}"


def _describe_validation(run: Run) -> list[str]:
    if run.config.split == "whole":
        return []
    return [f"Validation accuracy {100 * run.metrics['validation_accuracy']:.2f} %."]
