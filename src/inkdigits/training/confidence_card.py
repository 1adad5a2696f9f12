"""What a bundle says of its confidence goes in; the section of its card that tells it comes out, Markdown."""

import re
import textwrap

from inkdigits.bundle_info import BundleInfo

__all__ = ["describe_confidence", "replace_section"]

_TITLE = "## Confidence and error budget"
_WIDTH = 100  # columns of a paragraph
_SECTION = re.compile(rf"{re.escape(_TITLE)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_NEXT = "## Limits"


def describe_confidence(info: BundleInfo) -> str:
    """Return the section: how the confidence was fitted, and the table of budgets."""
    if not info.budgets and "calibration" not in info.metrics:
        text = f"No digits were held out, so nothing was fitted; under {info.unsure_below:.4f} a digit is unsure."
        return f"{_TITLE}\n\n{_wrap(text)}"
    curve = (
        f"slope {info.confidence_slope:.3f} and offset {info.confidence_offset:.3f} over the margin of the first label"
    )
    fitted = f"""Confidence: {curve}, fitted on held-out digits, clean and drawn onto rough pictures. Under
    {info.unsure_below:.4f} a digit is unsure by default."""
    if not info.budgets:
        return f"{_TITLE}\n\n{_wrap(fitted + ' So few digits were held out that no share of errors can be promised.')}"
    promise = """With each threshold at most the named share of the answered digits is wrong, at a level of 95 %
    (Clopper-Pearson, fixed-sequence testing; `inkdigits.training.error_budget`), on digits such as MNIST's and, unless
    the last column is larger, on rough pictures of them. Other people's hands may be harder."""
    lines = [
        "| most wrong, % | unsure below | frames answered, % | pictures answered, % | most wrong on pictures, % |",
        "|---:|---:|---:|---:|---:|",
    ]
    for row in info.budgets:
        shares = f"{100 * row.coverage:.1f} | {100 * row.picture_coverage:.1f} | {100 * row.picture_error:.2f}"
        lines.append(f"| {100 * row.max_error:g} | {row.unsure_below:.5f} | {shares} |")
    return "\n\n".join([_TITLE, _wrap(fitted), _wrap(promise), "\n".join(lines)])


def replace_section(card: str, info: BundleInfo) -> str:
    """Return a card with its section on confidence written anew, before its limits when it had none."""
    section = describe_confidence(info) + "\n\n"
    if _SECTION.search(card):
        return _SECTION.sub(lambda _: section, card)
    before, heading, after = card.partition(_NEXT)
    return f"{before}{section}{heading}{after}" if heading else f"{card.rstrip()}\n\n{section.rstrip()}\n"


def _wrap(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH)
