"""Chooses between several ways to read a line, using what the classifier says about their marks.

On its own, the line network too often takes two touching digits for one, above all when one is a slim 1: each further
digit makes its string less likely. The classifier sees each piece alone, so a wrong cut shows as a low probability.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.ctc import StringGuess
from inkdigits.reading.detection.page import Mark
from inkdigits.spec import Float32Array

__all__ = ["LEAST_SHARE", "MOST_HYPOTHESES", "Hypothesis", "choose_hypothesis", "keep_likely"]

MOST_HYPOTHESES = 4  # strings compared per line; six read no more numbers right
# fitted on 1,050 numbers of MNIST's validation digits, by the likelihood of the right string (docs/log.md)
_LENGTH_BONUS = 1.6  # in units of log probability, for each digit
_LABEL_WEIGHT = 0.33  # weight of the log probability that the classifier gives each label
_BEHIND = 2.0  # log probability with bonus: strings within this of the best are kept; 4.0 changed no result
# of the likeliest string's probability: strings with less are not searched; one digit more may make up for the bonus
LEAST_SHARE = math.exp(-_BEHIND - _LENGTH_BONUS)
_MIN_PROBABILITY = 1e-6  # of a label; also used for a digit that got no ink


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One way to read a line.

    Attributes:
        marks: Its marks from left to right.
        labels: The line network's string, 0 to 9 each; `Mark.place` is an index into it. Empty when it was not asked.
        log_probability: Natural logarithm of the string's probability, 0 or less.
    """

    marks: tuple[Mark, ...]
    labels: tuple[int, ...] = ()
    log_probability: float = 0.0


def keep_likely(guesses: Sequence[StringGuess]) -> list[StringGuess]:
    """Return the strings that may turn out to be the right one, in their order.

    Args:
        guesses: From `ctc.find_strings`, any number.

    >>> [guess.labels for guess in keep_likely([StringGuess((1,), -0.1), StringGuess((), -5.0)])]
    [(1,)]
    """
    scores = [_prior(guess.log_probability, len(guess.labels)) for guess in guesses]
    least = max(scores, default=0.0) - _BEHIND
    return [guess for guess, score in zip(guesses, scores, strict=True) if score >= least]


def choose_hypothesis(hypotheses: Sequence[Hypothesis], probabilities: Sequence[Float32Array]) -> int:
    """Return the place of the hypothesis that agrees best with both networks.

    Args:
        hypotheses: One or more, of one line.
        probabilities: For each hypothesis, float32, shape (its marks, 10): what the classifier says about its marks.
    """
    if len(hypotheses) == 1:
        return 0
    return int(np.argmax([_score(*pair) for pair in zip(hypotheses, probabilities, strict=True)]))


def _score(hypothesis: Hypothesis, probabilities: Float32Array) -> float:
    seen = np.full(len(hypothesis.labels), _MIN_PROBABILITY)
    for mark, row in zip(hypothesis.marks, probabilities, strict=True):
        if mark.place is not None:
            seen[mark.place] = max(row[hypothesis.labels[mark.place]], _MIN_PROBABILITY)
    prior = _prior(hypothesis.log_probability, len(hypothesis.labels))
    return prior + _LABEL_WEIGHT * float(np.log(seen).sum())


def _prior(log_probability: float, length: int) -> float:
    return log_probability + _LENGTH_BONUS * length
