"""Writes a bundle's model card, Markdown, from what its folder says and what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from inkdigits.errors import BundleError, RunError
from inkdigits.models.metadata import BundleInfo
from inkdigits.spec import MISTAKES_FILE
from inkdigits.training.benchmarking.corruptions import CORRUPTIONS, STRENGTHS
from inkdigits.training.benchmarking.measuring import Measured
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.attributions import ATTRIBUTIONS
from inkdigits.training.data.splits import held_out_parts
from inkdigits.training.evaluation import metrics
from inkdigits.training.evaluation.evaluating import Score
from inkdigits.training.export.cards.confidence import describe_confidence
from inkdigits.training.export.cards.text import LICENSE, list_licenses, list_sets, wrap

__all__ = ["describe_data", "describe_recipe", "write_card"]

_AUGMENTED = "with augmentation (turn, shift, scale, shear, stroke width; `inkdigits.training.synthesis.augmentation`)"

_INPUT = """Reads one handwritten digit. The input is uint8 frames `(N, 28, 28, 1)`, from 0 for paper to 255 for ink,
framed as MNIST frames them. The output is the probabilities `(N, 10)` of the labels 0 to 9."""

_LIMITS = (
    "It answers one of ten labels for anything, also for letters and stains; the reader's decision comes after it.",
    """MNIST's writers were employees and high-school students in the United States; how well the reader does on other
    people's digits, the development sets, is measured by benchmarks/handwriting.py, and the README has its table.""",
    "The figures are for MNIST's own frames. On photos and scans the framing decides as much as this network.",
)

_OTHER_LIMIT = """It learned from other digits than MNIST's, and the figures above are for MNIST's test digits alone:
how well it does on digits like its own is told by `inkdigits evaluate` with `--data` and digits that did not train
it."""

_ENVIRONMENT = frozenset({"packages", "processor", "python", "system", "threads"})  # of it, what the card tells
_SCORES = ("raw", "corrected", "removed")  # of MNIST test

_UNMEASURED = "Calibration, robustness, speed and the mistakes as a picture: `inkdigits card` on this folder adds them."


def write_card(info: BundleInfo, measured: Measured | None = None, *, machine: str = "") -> str:
    """Return the card of a bundle.

    Args:
        info: What the bundle's `model.json` says.
        measured: What was measured of it; None leaves the figures that its training left.
        machine: What the times were taken on, when `measured` is given.

    Raises:
        BundleError: `info` does not tell how the bundle was trained.
    """
    config = _read_config(info)
    _check_told(info)
    about_mnist, sets = config.data is None, _real_sets(info)
    weakness = () if measured is None else (_describe_weakness(measured),)
    limits = (*weakness, *(_LIMITS if about_mnist else (_LIMITS[0], _OTHER_LIMIT, _LIMITS[2])))
    network = f"{_INPUT} `{config.network}`, {info.parameters:,} parameters."
    parts = [
        f"# {info.name} {info.version}",
        wrap(network),
        "## Data",
        wrap(describe_data(info)),
        *([list_sets(sets)] if sets else []),
        "## Recipe",
        wrap(f"{describe_recipe(info)} {_describe_environment(info)}"),
        "## Figures",
        *(_describe_training_figures(info) if measured is None else _describe_figures(measured)),
        *_describe_validation(config, info),
        describe_confidence(info),
        *([wrap(_UNMEASURED)] if measured is None else _describe_bench(measured, machine)),
        "## Limits",
        "\n".join(wrap(limit, "- ") for limit in limits),
        "## License",
        wrap(LICENSE if about_mnist else "The weights follow the license of the data they were trained on."),
        *([list_licenses(sets)] if sets else []),
    ]
    return "\n\n".join(parts) + "\n"


def describe_data(info: BundleInfo) -> str:
    """Return what trained a bundle, in a sentence or two.

    Raises:
        BundleError: `info` does not tell.
    """
    config, count = _read_config(info), info.metrics["trained_on"]
    if config.data is not None:
        rest = f"One digit in {held_out_parts(config.split)} was held out for validation."
        rest = "" if config.split == "whole" else rest
        return f"{count:,} digits of `{Path(config.data).name}`, which is not part of inkdigits. {rest}"
    if config.split not in ("train", "whole"):
        return f"""MNIST, {count:,} of its training digits. Part {config.split} of them validated; the test digits chose
        nothing."""
    if config.split == "train":
        return f"""MNIST, the first {count:,} of its training digits. The last 5,000 validated; the test digits chose
        nothing."""
    return f"MNIST, all {count:,} training digits. Nothing was chosen by the test digits."


def describe_recipe(info: BundleInfo) -> str:
    """Return how a bundle was trained, seed included, in a sentence.

    Raises:
        BundleError: `info` does not tell.
    """
    config = _read_config(info)
    epochs = "1 epoch" if config.epochs == 1 else f"{config.epochs} epochs"
    return f"""Adam, learning rate {config.learning_rate:g} ({config.schedule}), categorical cross-entropy, {epochs} of
    batches of {config.batch_size}, seed {config.seed}, {_describe_changes(config)}."""


def _real_sets(info: BundleInfo) -> Sequence[str]:
    """Return the names of the sets of real handwriting that trained a bundle."""
    sets = info.training.get("handwriting", ())
    return [name for name in sets if name in ATTRIBUTIONS] if isinstance(sets, Sequence) else ()


def _read_config(info: BundleInfo) -> TrainConfig:
    for kind, command in (("own_network", "export"), ("adapted", "adapt")):
        if kind in info.training:
            found = f"one whose card `inkdigits {command}` wrote"
            msg = f"{info.name}: expected a bundle of a run of `inkdigits train`, found {found}; leave that card"
            raise BundleError(msg)
    config = info.training.get("config")
    names = {entry.name for entry in fields(TrainConfig)}
    is_told = isinstance(config, Mapping) and "network" in config and set(config) <= names
    if not isinstance(config, Mapping) or not is_told or "trained_on" not in info.metrics:
        expected = "expected a model.json that tells the run's config and what it trained on"
        msg = f"{info.name}: {expected}, found {config}; export the run again with `inkdigits export`"
        raise BundleError(msg)
    try:
        return TrainConfig(**config)
    except RunError as error:
        msg = f"{info.name}: expected the config of a run in model.json, but {error}; export the run again"
        raise BundleError(msg) from error


def _check_told(info: BundleInfo) -> None:
    """Refuse a bundle that does not tell where it was trained, or what its training measured."""
    environment, test = info.training.get("environment"), info.metrics.get("test")
    is_placed = isinstance(environment, Mapping) and set(environment) >= _ENVIRONMENT
    if not (is_placed and isinstance(test, Mapping) and set(test) >= {*_SCORES, "calibration_error"}):
        expected = f"expected a model.json that tells the environment ({', '.join(sorted(_ENVIRONMENT))}) and the test"
        msg = f"{info.name}: {expected}, found {environment} and {test}; export the run again with `inkdigits export`"
        raise BundleError(msg)


def _describe_changes(config: TrainConfig) -> str:
    changes = [_AUGMENTED if config.augment else "without augmentation"]
    if config.rough:
        changes.append("ink bent, blurred, faded and broken (`inkdigits.training.synthesis.degradation`)")
    if config.drawn:
        changes.append(
            f"{100 * config.drawn:.0f} % more digits drawn by code (`inkdigits.training.synthesis.digit_strokes`)"
        )
    if config.handwriting is not None:
        changes.append("real digits beside them, cut out and framed as the reader does it")
    if config.settle:
        changes.append(f"changed less in the last {100 * config.settle:.0f} % of the epochs")
    if config.smoothing:
        changes.append(f"labels smoothed by {config.smoothing}")
    if config.teacher is not None:
        changes.append(f"each label mixed with the answer of `{config.teacher}`")
    if config.start is not None:
        changes.append(f"beginning with the weights of the run `{config.start}`")
    if config.members:
        changes.append(f"{config.members} networks of the seeds from {config.seed} up, their answers averaged")
    if config.precision != "float32":
        changes.append("multiplied in bfloat16 while training, validated so, kept in float32")
    return ", ".join(changes)


def _describe_environment(info: BundleInfo) -> str:
    environment: Any = info.training["environment"]
    versions = ", ".join(f"{name} {version}" for name, version in environment["packages"].items())
    return f"""Trained on {environment["processor"]}, {environment["threads"]} threads, {environment["system"]}, Python
    {environment["python"]}, {versions}."""


def _describe_training_figures(info: BundleInfo) -> list[str]:
    test: Any = info.metrics["test"]
    scores = [None if test[name] is None else Score(**test[name]) for name in _SCORES]
    calibration = f"Expected calibration error of the network alone: {test['calibration_error']:.4f}."
    return [_accuracy_table(scores), calibration]


def _describe_figures(measured: Measured) -> list[str]:
    found, curve = measured.evaluation, measured.risk_curve
    calibration = f"""Expected calibration error of the network alone: {found.calibration_error:.4f}, of the
    confidence: {measured.calibrated_error:.4f}. Of the 99 % most confident answers
    {100 * metrics.risk_at_coverage(curve, 0.99):.3f} % are wrong, of the 95 % most confident
    {100 * metrics.risk_at_coverage(curve, 0.95):.3f} %; the area under the risk-coverage curve is
    {1e4 * curve.mean():.2f} in 10,000."""
    return [_accuracy_table((found.raw, found.corrected, found.removed)), wrap(calibration)]


def _accuracy_table(scores: Sequence[Score | None]) -> str:
    names = ("labels as they are", "10 wrong labels corrected", "15 disputed digits removed")
    lines = [f"| {name} | {_describe_score(score)} |" for name, score in zip(names, scores, strict=True) if score]
    return "\n".join(["| MNIST test | accuracy, % | 95 % interval | n |", "|---|---:|---:|---:|", *lines])


def _describe_score(score: Score) -> str:
    return f"{100 * score.accuracy:.2f} | {100 * score.low:.2f} to {100 * score.high:.2f} | {score.n:,}"


def _describe_validation(config: TrainConfig, info: BundleInfo) -> list[str]:
    validation: Any = info.metrics.get("validation_accuracy")
    if config.split == "whole" or validation is None:
        return []
    return [f"Validation accuracy {100 * validation:.2f} %."]


def _describe_bench(measured: Measured, machine: str) -> list[str]:
    heads = " | ".join(map(str, STRENGTHS))
    rows = [
        f"| {kind} | {amounts[0]:g} to {amounts[-1]:g} | "
        + " | ".join(f"{100 * share:.1f}" for share in measured.robustness[kind])
        + " |"
        for kind, (_, amounts) in CORRUPTIONS.items()
    ]
    table = [f"| kind | amount | {heads} |", "|---|---|" + "---:|" * len(STRENGTHS), *rows]
    count = int((~measured.is_right).sum())
    mistakes = f"""{count:,} of {len(measured.digits):,} digits are read wrong. Above each: the label, the answer, and
    its probability."""
    picture = [f"![The digits read wrong, each with its label, the answer and its probability]({MISTAKES_FILE})"]
    robustness = f"""Accuracy in percent on {measured.harmed:,} test digits under each of ten kinds of harm
    (`inkdigits.training.benchmarking.corruptions`) at five strengths; the mean of all is
    {100 * measured.mean_robustness:.2f} %."""
    return [
        "### Corrupted digits",
        wrap(robustness),
        "\n".join(table),
        "### Size and speed",
        wrap(_describe_speed(measured, machine)),
        "### Mistakes",
        wrap(mistakes),
        *(picture if count else []),
    ]


def _describe_weakness(measured: Measured) -> str:
    """Name the three kinds of corruption under which it reads worst."""
    means = {kind: sum(shares) / len(shares) for kind, shares in measured.robustness.items()}
    named = [f"{kind} ({100 * means[kind]:.1f} %)" for kind in sorted(means, key=lambda kind: means[kind])[:3]]
    return f"Of ten kinds of harm it stands the least: {', '.join(named)}, mean accuracy over five strengths."


def _describe_speed(measured: Measured, machine: str) -> str:
    speed = measured.speed
    return f"""{measured.model.size_bytes:,} bytes. One frame takes {speed.latency_ms:.3g} ms on one thread; in batches
    of 256, {speed.frames_per_second:,.0f} frames/s on one thread and {speed.frames_per_second_two:,.0f} on two; it
    loads in {speed.load_ms:.3g} ms. Medians, on {machine}."""
