"""The card of the detector: what it finds, what it learned from and whom to name for it, and how well it does."""

from collections.abc import Sequence

from inkdigits.models.metadata import DetectorInfo
from inkdigits.spec import SIGNS
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.export.cards.text import LICENSE, list_licenses, list_sets, wrap

__all__ = ["write_card"]

_SCANNED = ("answered, %", "wrong at most, %")
_HEADS = ("counted", "most wrong, %", "unsure below", *_SCANNED, "rough: answered, %", "wrong at most, %")


def write_card(info: DetectorInfo, config: DetectorConfig, sets: Sequence[str]) -> str:
    """Return the card, Markdown.

    Args:
        info: What `model.json` says.
        config: What it was trained by.
        sets: Names of the sets of real handwriting that it learned from, keys of `ATTRIBUTIONS`.
    """
    halfway = ", the mean of the weights begun with and those learned" if config.halfway else ""
    recipe = f"""`inkdigits train detector`: {config.epochs} epochs of {config.scenes:,} new scenes of 96 x 192 pixels,
batches of {config.batch_size}, AdamW, averaged weights, seed {config.seed}{halfway}. docs/training.md of the project
says what is drawn."""
    return f"""# {info.name} {info.version}

{_describe_network(info)}

## Data

{_describe_data(sets)}

## Recipe

{wrap(recipe)}

## Figures

{_describe_figures(info)}

What the reader makes of pictures with it is in docs/results.md of the project.

## Confidence

{_describe_answers(info)}

## Limits

- Digits that cover one another by more than half of their width are one mark.
- Letters that look like digits, as an O or an l alone, are found as digits.

## License

{wrap(LICENSE)}

{list_licenses(sets)}
"""


def _describe_answers(info: DetectorInfo) -> str:
    text = f"""`model.json` has the curves that say how surely a digit of an answer is right, and the string of
        a line. A line under {info.doubt_line_below:g} has an unsure digit by default."""
    measured = {name: float(str(value)) for name, value in info.metrics.items()}
    if "answered_lines" not in measured:
        return wrap(text)
    errors = (measured["digit_calibration_error"], measured["line_calibration_error"])
    text += f""" They were fitted on {measured["answered_lines"]:,.0f} lines of writers left out, numbers and words, and
        on {measured["answered_rough_lines"]:,.0f} lines of spoiled copies. By curves that other writers fitted, the
        expected calibration error is {100 * errors[0]:.1f} % for digits and {100 * errors[1]:.1f} % for lines."""
    if not info.budgets:
        return wrap(f"{text} No share of errors can be promised.")
    promise = """With each threshold at most the named share of the answers is wrong, at a level of 95 %
        (Clopper-Pearson, fixed-sequence testing), on numbers of such writers as scanned; the last two columns are of
        spoiled copies of them. Other people's hands may be harder."""
    lines = [
        f"| {' | '.join(_HEADS)} |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in info.budgets:
        shares = (row.coverage, row.error, row.rough_coverage, row.rough_error)
        cells = " | ".join(f"{100 * share:.2f}" for share in shares)
        lines.append(f"| {row.per}s | {100 * row.max_error:g} | {row.unsure_below:.5f} | {cells} |")
    return "\n\n".join([wrap(text), wrap(promise), "\n".join(lines)])


def _describe_network(info: DetectorInfo) -> str:
    text = f"""Finds handwritten and printed digits and the signs `{SIGNS}` in gray pictures. It takes uint8 pictures
        `(N, H, W, 1)` whose sides are multiples of 16, 0 for black to 255 for white, dark on light or light on dark.
        For every square of 4 pixels, `(N, H/4, W/4, 31)`, it gives the probability that the middle of a digit or sign
        stands there, for each label, those of other ink and of print, and the box.
        `inkdigits.models.detector` prepares the picture and makes marks of the answer. It finds what is 12 to 66 pixels
        high; at other sizes, look at a scaled copy. {info.parameters:,} numbers."""
    return wrap(text)


def _describe_data(sets: Sequence[str]) -> str:
    drawn = """Scenes that `inkdigits.training.synthesis` composes of MNIST's first 55,000 digits, of digits, letters
        and signs drawn by code, and of print in the training machine's fonts."""
    return "\n\n".join([wrap(drawn), list_sets(sets)]) if sets else wrap(drawn)


def _describe_figures(info: DetectorInfo) -> str:
    metrics = {name: float(str(value)) for name, value in info.metrics.items()}
    text = f"""Of {metrics["marks"]:,.0f} digits and signs in {metrics["scenes"]:,.0f} scenes composed of MNIST's
        validation digits in the same way, {100 * metrics["found"]:.1f} % are found with their label;
        {metrics["invented_per_scene"]:.2f} marks a scene are not there."""
    if "held_out_numbers" in metrics:
        text += f""" Of {metrics["held_out_numbers"]:,.0f} real numbers of the writers left out,
            {100 * metrics["held_out_exact"]:.1f} % are read exactly."""
    if "held_out_exact_float" in metrics:
        text += f""" Its convolutions multiply in 8-bit integers; in floating point it reads
            {100 * metrics["held_out_exact_float"]:.1f} %."""
    return wrap(text)
