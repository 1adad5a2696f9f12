"""Strips of lines go in; what the line reader says of them, and the strings that they may hold, come out.

A line of which it is not sure is looked at again, stretched: where digits touch, more columns part what a step of four
columns joins. What counts for a string is its mean logarithm over the views.
"""

import math
from collections.abc import Sequence

import numpy as np

from inkdigits.candidates import LEAST_SHARE, MOST_CANDIDATES, keep_likely
from inkdigits.ctc import StringGuess, find_strings, score_string
from inkdigits.line_reader import LineReader
from inkdigits.spec import Float64Array
from inkdigits.strips import Strip, stretch

__all__ = ["guess_strings"]

_SURE = 0.9  # probability of the best string above which a line is not looked at again
_STRETCHES = (1.2, 1.4)  # chosen of eight views and their mixtures on MNIST's validation digits (docs/log.md)


def guess_strings(
    strips: Sequence[Strip], reader: LineReader, allowed: Sequence[Sequence[frozenset[int]] | None]
) -> list[tuple[Float64Array, list[StringGuess]]]:
    """Return what stands at each step of each strip, and its likeliest strings.

    Args:
        strips: Any number.
        reader: The line reader.
        allowed: For each strip the labels that each place of its string may have, as `ctc.find_strings` takes them.

    Returns:
        For each strip the steps, as `LineReader.log_probabilities` gives them, and one string or more that may turn out
        to be right, the likeliest first; the empty one where nothing is seen, or no string fits.
    """
    read = reader.log_probabilities(strips)
    guesses = [_find(steps, own) for steps, own in zip(read, allowed, strict=True)]
    doubtful = [
        place
        for place, (own, found) in enumerate(zip(allowed, guesses, strict=True))
        if own is None and found and found[0].log_probability < math.log(_SURE)
    ]
    wider = reader.log_probabilities([stretch(strips[place], factor) for place in doubtful for factor in _STRETCHES])
    for at, place in enumerate(doubtful):
        views = [read[place], *wider[at * len(_STRETCHES) : (at + 1) * len(_STRETCHES)]]
        guesses[place] = _agree(guesses[place], views)
    return [(steps, keep_likely(found) or [StringGuess((), 0.0)]) for steps, found in zip(read, guesses, strict=True)]


def _find(steps: Float64Array, allowed: Sequence[frozenset[int]] | None) -> list[StringGuess]:
    if allowed is not None:
        return find_strings(steps, allowed, most=1)
    return find_strings(steps, most=MOST_CANDIDATES, least_share=LEAST_SHARE)


def _agree(first: Sequence[StringGuess], views: Sequence[Float64Array]) -> list[StringGuess]:
    """Return the strings that any view finds, by their mean over all views."""
    found = {guess.labels for guess in first}
    for view in views[1:]:
        found.update(guess.labels for guess in _find(view, None))
    guesses = [
        StringGuess(labels, float(np.mean([score_string(view, labels) for view in views]))) for labels in sorted(found)
    ]
    return sorted(guesses, key=lambda guess: -guess.log_probability)[: MOST_CANDIDATES + 2]
