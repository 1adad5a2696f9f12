"""Writes the card of a bundle that was adapted to one writer, Markdown."""

from typing import Any

from inkdigits.models.metadata import BundleInfo
from inkdigits.training.export.cards.text import wrap

__all__ = ["write_adapted_card"]


def write_adapted_card(info: BundleInfo, base: BundleInfo, count: int) -> str:
    """Return the card.

    Args:
        info: What the adapted bundle's `model.json` says.
        base: What that of the bundle it was made from says.
        count: Digits of the writer.
    """
    told: Any = info.training["adapted"]
    lost = told["others_before"] - told["others_after"]
    made = f"""`{base.name}` {base.version} with another last layer, fitted to {count:,} corrected digits of one writer.
    All other numbers of the network are as they were."""
    gain = f"""Of the writer's digits {told["right_before"]:,} were read right before, and {told["right_after"]:,} by
    layers that were fitted without them (cross-validation in five parts). Of {told["others"]:,} validation digits of
    MNIST, {told["others_before"]:,} were right before and {told["others_after"]:,} afterwards ({lost:+,} lost)."""
    confidence = f"""The curve of the confidence is that of `{base.name}`; under {info.unsure_below:.4f} a digit is
    unsure. No share of errors is promised: the budgets of `{base.name}` were proved for its own last layer.
    `inkdigits calibrate` on this folder proves new ones."""
    parts = [f"# {info.name}", wrap(made), "## Figures", wrap(gain), "## Confidence and error budget", wrap(confidence)]
    limits = "It is for this writer. For others use the bundle that it was made from."
    return "\n\n".join([*parts, "## Limits", wrap(limits, "- ")]) + "\n"
