"""Writes the card of somebody's own network, Markdown: what it takes, how well it reads, how it was calibrated."""

from collections.abc import Mapping
from typing import Any

from inkdigits.models.metadata import BundleInfo
from inkdigits.training.evaluation.evaluating import Score
from inkdigits.training.export.cards.confidence import describe_confidence
from inkdigits.training.export.cards.text import wrap

__all__ = ["write_own_card"]

_TEST_DIGITS = """The digits of the calibration are every second test digit of MNIST without the disputed ones, since
nothing is known of what trained the network but that nobody trains on those. The accuracy above chose nothing."""
_OWN_DIGITS = "The digits of the calibration were given by the one who exported it, as digits that did not train it."


def write_own_card(info: BundleInfo, *, own_digits: bool) -> str:
    """Return the card of a bundle that `export_model` writes.

    Args:
        info: What the bundle's `model.json` says.
        own_digits: Whether the calibration used other digits than MNIST's.
    """
    own: Any = info.training["own_network"]
    test: Any = info.metrics["test"]
    given = "logits, of which a softmax makes probabilities" if own["gives_logits"] else "probabilities"
    network = f"""Somebody's own network, exported from `{own["file"]}`: {info.parameters:,} parameters. It was made for
    {own["form"]}, and gives {given}; the graph takes uint8 frames `(N, 28, 28, 1)`, 0 for paper to 255 for ink."""
    checked = f"""Before it was written it read {info.metrics["right_of_1000"]:,} of 1,000 validation digits, and graph
    and network differed by at most {info.metrics["onnx_difference"]:.2g}."""
    parts = [
        f"# {info.name} {info.version}",
        wrap(network),
        wrap(checked),
        "## Figures",
        _accuracy_table(test),
        describe_confidence(info),
        wrap(_OWN_DIGITS if own_digits else _TEST_DIGITS),
    ]
    return "\n\n".join(parts) + "\n"


def _accuracy_table(test: Mapping[str, Any]) -> str:
    names = {"raw": "labels as they are", "corrected": "10 wrong labels corrected", "removed": "15 disputed removed"}
    rows = [f"| {words} | {_describe(Score(**test[name]))} |" for name, words in names.items()]
    return "\n".join(["| MNIST test | accuracy, % | 95 % interval | n |", "|---|---:|---:|---:|", *rows])


def _describe(score: Score) -> str:
    return f"{100 * score.accuracy:.2f} | {100 * score.low:.2f} to {100 * score.high:.2f} | {score.n:,}"
