"""Adapts a bundle to one writer's corrected digits, if that helps them and harms no others."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from inkdigits.errors import AdaptationError, DataError
from inkdigits.models.bundle import DEFAULT_BUNDLE, read_bundle
from inkdigits.models.metadata import BundleInfo
from inkdigits.spec import Int64Array
from inkdigits.training.adapting.head import Features, fit_head
from inkdigits.training.adapting.last_layer import LastLayer, Weights, open_last_layer
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.export.bundle_writing import write_bundle
from inkdigits.training.export.cards.adapted import write_adapted_card

__all__ = ["FEWEST_DIGITS", "OTHERS", "Adaptation", "adapt", "adapt_layer", "describe", "describe_refusal", "see"]

FEWEST_DIGITS = 30
_FOLDS = 5
OTHERS = 2_000  # training digits of MNIST that hold the layer; on them and on own digits it is fitted in 0.5 s
_MOST_HARM = 0.002  # share of MNIST's validation digits that may be lost
# pull to the numbers of the bundle, the weaker first. On six training writers, with `fast` and 300 digits, 0.001 gained
# 0.23 points on average (0.01: 0.03; 0.1: 0), and no writer lost; with 0.0003 and 30 digits one writer lost 0.2
_STRENGTHS = (0.001, 0.01)
_SEED = 7  # of the folds


@dataclass(frozen=True, slots=True)
class Adaptation:
    """What was measured.

    Attributes:
        digits: Digits of the writer.
        right_before: Of them, read right by the bundle as it was.
        right_after: Of them, read right by layers that were fitted without them (cross-validation).
        others: MNIST's validation digits.
        others_before: Of them, read right by the bundle as it was.
        others_after: Of them, read right afterwards.
        strength: Pull to the numbers of the bundle.
    """

    digits: int
    right_before: int
    right_after: int
    others: int
    others_before: int
    others_after: int
    strength: float


def adapt(
    digits: LabeledFrames,
    out: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] = DEFAULT_BUNDLE,
    tell: Callable[[str], None] | None = None,
) -> Adaptation:
    """Write a bundle that reads one writer's digits better.

    Its last layer is fitted anew; all else of the network stays. The gain is measured by cross-validation, so each
    digit is judged by a layer that did not see it.

    Args:
        digits: The writer's, 30 or more, with their right labels.
        out: The bundle's folder; an older bundle there is replaced.
        model: The bundle that is adapted.
        tell: Called with the result in words.

    Raises:
        DataError: Fewer than 30 digits.
        AdaptationError: No more of the writer's digits are read right, or over 0.2 % of MNIST's validation digits are
            lost; nothing is written.
        BundleError: The bundle does not end in a dense layer and a softmax, or is missing or damaged.
        OutputError: The folder cannot be written.
    """
    if len(digits) < FEWEST_DIGITS:
        msg = f"expected {FEWEST_DIGITS} corrected digits or more to learn a hand, got {len(digits)}; add some"
        raise DataError(msg)
    bundle = read_bundle(model)
    layer = open_last_layer(bundle.onnx, str(model))
    mnist = load_mnist()
    others, judges = see(layer, mnist.train.slice(0, OTHERS)), see(layer, mnist.validation)
    weights, measured = adapt_layer(layer.weights, see(layer, digits), others, judges)
    if tell is not None:
        tell(describe(measured))
    info = _make_info(bundle.info, Path(out).name, measured)
    write_bundle(out, layer.replace(weights), info, write_adapted_card(info, bundle.info, len(digits)))
    return measured


def describe(measured: Adaptation) -> str:
    """Return in words what was measured."""
    own = f"{measured.right_before} of {measured.digits} digits right before, {measured.right_after} after"
    others = f"MNIST validation {measured.others_before:,} of {measured.others:,}, then {measured.others_after:,}"
    return f"{own} (cross-validation); {others}"


def adapt_layer(start: Weights, own: Features, others: Features, judges: Features) -> tuple[Weights, Adaptation]:
    """Return the fitted numbers of a last layer and what they do, with the least pull that does no harm.

    Args:
        start: The numbers of the bundle.
        own: The writer's digits.
        others: Digits of other writers, on which the layer is fitted, too.
        judges: More digits of other writers, which say whether it does harm.

    Raises:
        AdaptationError: It does not help, or does harm.
    """
    before, others_before = _right(start, own), _right(start, judges)
    measured = None
    for strength in _STRENGTHS:
        weights = fit_head(start, own, others, strength)
        after = sum(_right(fit, part) for fit, part in _folds(start, own, others, strength))
        counts = (len(own), before, after, len(judges), others_before, _right(weights, judges))
        measured = Adaptation(*counts, strength)
        is_harmless = measured.others_before - measured.others_after <= _MOST_HARM * measured.others
        if is_harmless and measured.right_after > measured.right_before:
            return weights, measured
    msg = f"expected more right answers than without adapting, at no cost for others; {describe_refusal(measured)}"
    raise AdaptationError(msg)


def describe_refusal(measured: Adaptation | None) -> str:
    """Return why the last trial was refused, and what to do."""
    found = "nothing was tried" if measured is None else f"found {describe(measured)}"
    return f"{found}; keep the bundle as it is, or add digits that it reads wrong"


def see(layer: LastLayer, digits: LabeledFrames) -> Features:
    """Return digits as the last layer sees them."""
    return Features(layer.features(digits.x), digits.y.astype(np.int64))


def _right(weights: Weights, digits: Features) -> int:
    return int(np.sum(weights.logits(digits.x).argmax(axis=1) == digits.y))


def _folds(start: Weights, own: Features, others: Features, strength: float) -> list[tuple[Weights, Features]]:
    """Return for each fold the layer that was fitted without it, and its digits."""
    order = np.random.default_rng(_SEED).permutation(len(own))
    parts: list[Int64Array] = [np.sort(order[place::_FOLDS]) for place in range(_FOLDS)]
    everything = np.arange(len(own))
    return [
        (fit_head(start, own.choose(np.setdiff1d(everything, part)), others, strength), own.choose(part))
        for part in parts
    ]


def _make_info(base: BundleInfo, name: str, measured: Adaptation) -> BundleInfo:
    """Return what the folder says: the curve stays; the budgets go, since they were proved for another network."""
    adapted = {"from": f"{base.name} {base.version}", **asdict(measured)}
    metrics = {key: value for key, value in base.metrics.items() if key != "calibration"}
    training = {**base.training, "adapted": adapted}
    return dataclasses.replace(base, name=name, training=training, metrics=metrics, budgets=())
