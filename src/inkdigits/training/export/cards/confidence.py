"""Writes the section of a bundle's card on its confidence, Markdown."""

import re
from collections.abc import Mapping

from inkdigits.models.metadata import BundleInfo
from inkdigits.training.export.cards.text import wrap

__all__ = ["count_twins", "describe_confidence", "replace_section"]

_TITLE = "## Confidence and error budget"
_SECTION = re.compile(rf"{re.escape(_TITLE)}\n.*?(?=^###? |\Z)", re.DOTALL | re.MULTILINE)
_NEXT = "## Limits"
_NO_PROMISE = "No share of errors can be promised: too few digits were held out, or too many of them are read wrong."
_OF_MNIST = "{count:,} of the 5,000 validation digits; two plainly mislabeled ones left out (docs/decisions/0006)"


def describe_confidence(info: BundleInfo) -> str:
    """Return the section: how the confidence was fitted, and the table of budgets."""
    if not info.budgets and "calibration" not in info.metrics:
        text = f"No digits were held out, so nothing was fitted; under {info.unsure_below:.4f} a digit is unsure."
        return f"{_TITLE}\n\n{wrap(text)}"
    fitted = f"""{_describe_curve(info)}, clean and drawn onto rough pictures: {_describe_held_out(info)}. Under
    {info.unsure_below:.4f} a digit is unsure by default."""
    if not info.budgets:
        return f"{_TITLE}\n\n{wrap(f'{fitted} {_NO_PROMISE}')}"
    promise = """With each threshold at most the named share of the answered digits is wrong, at a level of 95 %
    (Clopper-Pearson, fixed-sequence testing; `inkdigits.training.calibration.error_budget`), on digits such as MNIST's
    and, unless the last column is larger, on rough pictures of them. A digit that the reader takes for none is not
    answered. Other people's hands may be harder."""
    promise = f"{_describe_twins(info)}{promise}"
    lines = [
        "| most wrong, % | unsure below | frames answered, % | pictures answered, % | most wrong on pictures, % |",
        "|---:|---:|---:|---:|---:|",
    ]
    for row in info.budgets:
        shares = f"{100 * row.coverage:.1f} | {100 * row.picture_coverage:.1f} | {100 * row.picture_error:.2f}"
        lines.append(f"| {100 * row.max_error:g} | {row.unsure_below:.5f} | {shares} |")
    return "\n\n".join([_TITLE, wrap(fitted), wrap(promise), "\n".join(lines)])


def replace_section(card: str, info: BundleInfo) -> str:
    """Return a card with its section on confidence written anew, before its limits when it had none."""
    section = describe_confidence(info) + "\n\n"
    if _SECTION.search(card):
        return _SECTION.sub(lambda _: section, card)
    before, heading, after = card.partition(_NEXT)
    return f"{before}{section}{heading}{after}" if heading else f"{card.rstrip()}\n\n{section.rstrip()}\n"


def count_twins(info: BundleInfo) -> int:
    """Return how many other networks' answers prove the budgets, too."""
    return _counts(info).get("twins", 0)


def _describe_curve(info: BundleInfo) -> str:
    slope, offset = info.confidence_slope, info.confidence_offset
    if (slope, offset) == (1.0, 0.0):
        return "Confidence: the network's own, by the margin of the first label; tried on held-out digits"
    curve = f"slope {slope:.3f} and offset {offset:.3f} over the margin of the first label"
    return f"Confidence: {curve}, fitted on held-out digits"


def _describe_twins(info: BundleInfo) -> str:
    """Return which other networks' answers prove the budgets, too, and that the coverages are the bundle's own."""
    counts = _counts(info)
    if "twins" not in counts:
        return ""
    return f"""What {counts["twins"]} twins, runs of the same recipe, said of {counts["frames_of_twins"]:,} training
    digits that they held out counts among the clean ones in the proof of the budgets, not in what is answered. """


def _describe_held_out(info: BundleInfo) -> str:
    """Return which digits it was fitted on; MNIST's were all validation digits but the two with another's label."""
    config, counts = info.training.get("config"), _counts(info)
    if "frames" not in counts:
        return "how many is not told"
    # of another part of the training digits, fewer or none may be mislabeled
    of_mnist = isinstance(config, Mapping) and config.get("data") is None and config.get("split", "train") == "train"
    return _OF_MNIST.format(count=counts["frames"]) if of_mnist else f"{counts['frames']:,} of them"


def _counts(info: BundleInfo) -> Mapping[str, int]:
    calibration = info.metrics.get("calibration")
    counts = calibration.get("counts") if isinstance(calibration, Mapping) else None
    return counts if isinstance(counts, Mapping) else {}
