"""The card of the line recognizer: what it reads, what it learned from, whom to name for that, and how well it does."""

from collections.abc import Sequence

from inkdigits.models.metadata import LineRecognizerInfo
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.export.cards.text import LICENSE, list_licenses, list_sets, wrap

__all__ = ["write_card"]


def write_card(info: LineRecognizerInfo, config: LineRecognizerConfig, sets: Sequence[str]) -> str:
    """Return the card, Markdown.

    Args:
        info: What `model.json` says.
        config: What it was trained by.
        sets: Names of the sets of real handwriting that it learned from, keys of `ATTRIBUTIONS`.
    """
    return f"""# {info.name} {info.version}

Reads a line of digits at once. It takes uint8 strips `(N, 32, W, 1)`, cut out of a gray picture by
`inkdigits.models.strips.to_strip`, dark on light or light on dark, and gives for every fourth column the probabilities
of blank and of the labels 0 to 9, `(N, W/4, 11)`. {info.parameters:,} numbers.

## Data

{_describe_data(sets)}

## Recipe

`inkdigits train line-recognizer`: CTC loss, {config.epochs} epochs of {config.lines:,} lines, batches of
{config.batch_size}, AdamW, averaged weights, seed {config.seed}. docs/training.md of the project says what is drawn.

## Figures

{_describe_figures(info)}

What the reader makes of pictures with it is in docs/results.md of the project.

## Limits

- It reads digits only: signs and letters between them are passed over.
- Digits that cover one another by more than half of their width are guessed.
- Letters that look like digits are read as digits.

## License

{wrap(LICENSE)}

{list_licenses(sets)}
"""


def _describe_data(sets: Sequence[str]) -> str:
    drawn = """Lines of no digit to some sixteen, cut out of scenes that `inkdigits.training.synthesis` composes of
        MNIST's first 55,000 digits, of digits, letters and signs drawn by code, and of print in the training machine's
        fonts; with words, boxes, rulings, and other lines around, which read as nothing."""
    return "\n\n".join([wrap(drawn), list_sets(sets)]) if sets else wrap(drawn)


def _describe_figures(info: LineRecognizerInfo) -> str:
    metrics = {name: float(str(value)) for name, value in info.metrics.items()}
    text = f"""Of {metrics["lines"]:,.0f} lines composed of MNIST's validation digits in the same way,
        {100 * metrics["exact"]:.1f} % are read without any mistake."""
    if "held_out_numbers" in metrics:
        text += f""" Of {metrics["held_out_numbers"]:,.0f} real numbers of the writers left out,
            {100 * metrics["held_out_exact"]:.1f} % are, each shown over the whole width of its crop."""
    if "held_out_exact_float" in metrics:
        text += f""" Its convolutions multiply in 8-bit integers; in floating point it reads
            {100 * metrics["held_out_exact_float"]:.1f} %."""
    return wrap(text)
