"""Finds the strings that lines may hold, from what the line network says about their strips.

A line that the network is unsure about is read again, stretched: where digits touch, the network's steps of four
columns may merge what more columns keep apart. A string's score is its mean log probability over these views. If the
field is known, only strings that fit it are searched, and they are compared with what the network reads without that
knowledge, so that a wrong length does not produce sure digits.
"""

import math
from collections.abc import Sequence

import numpy as np

from inkdigits.models.ctc import StringGuess, find_strings, score_string
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.strips import Strip, stretch
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.hypotheses import LEAST_SHARE, MOST_HYPOTHESES, keep_likely
from inkdigits.spec import Float64Array

__all__ = ["guess_strings"]

_SURE = 0.9  # probability of the best string above which a line is not read again
_FAR_BEHIND = 5.0  # log probability: a field's string that is this much less likely than another length does not fit
_STRETCHES = (1.2, 1.4)  # chosen from eight views and their mixtures on MNIST's validation digits (docs/log.md)
_NOTHING = StringGuess((), 0.0)


def guess_strings(
    strips: Sequence[Strip], reader: LineRecognizer, field: Field | None = None
) -> list[tuple[Float64Array, list[StringGuess]]]:
    """Return the steps of each strip, and its likeliest strings.

    Args:
        strips: Any number.
        reader: The line recognizer.
        field: What each strip is known to hold; None if nothing is.

    Returns:
        For each strip, the steps as `LineRecognizer.log_probabilities` gives them, and one or more candidate strings,
        the likeliest first; only the empty string if nothing is seen, or if no string of the field is likely.
    """
    read = reader.log_probabilities(strips)
    if field is not None:
        return [(steps, [_find_in_field(steps, field)]) for steps in read]
    guesses = [_find(steps) for steps in read]
    doubtful = [place for place, found in enumerate(guesses) if found and found[0].log_probability < math.log(_SURE)]
    wider = reader.log_probabilities([stretch(strips[place], factor) for place in doubtful for factor in _STRETCHES])
    for at, place in enumerate(doubtful):
        views = [read[place], *wider[at * len(_STRETCHES) : (at + 1) * len(_STRETCHES)]]
        guesses[place] = _agree(guesses[place], views)
    return [(steps, keep_likely(found) or [_NOTHING]) for steps, found in zip(read, guesses, strict=True)]


def _find(steps: Float64Array) -> list[StringGuess]:
    return find_strings(steps, most=MOST_HYPOTHESES, least_share=LEAST_SHARE)


def _find_in_field(steps: Float64Array, field: Field) -> StringGuess:
    """Return the likeliest string of a field; the empty one when the line clearly has another number of digits.

    If the field has signs that look like digits, such as a slash, the network may see more digits than it has.
    """
    found = next(iter(find_strings(steps, field.allowed, most=1)), _NOTHING)
    free = next(iter(find_strings(steps, most=1)), _NOTHING)
    if not free.labels or len(free.labels) == len(found.labels) or field.may_look_longer:
        return found
    return _NOTHING if score_string(steps, found.labels) < free.log_probability - _FAR_BEHIND else found


def _agree(first: Sequence[StringGuess], views: Sequence[Float64Array]) -> list[StringGuess]:
    """Return the strings that any view finds, sorted by their mean over all views."""
    found = {guess.labels for guess in first}
    for view in views[1:]:
        found.update(guess.labels for guess in _find(view))
    guesses = [
        StringGuess(labels, float(np.mean([score_string(view, labels) for view in views]))) for labels in sorted(found)
    ]
    return sorted(guesses, key=lambda guess: -guess.log_probability)[: MOST_HYPOTHESES + 2]
