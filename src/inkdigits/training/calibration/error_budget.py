"""Finds the threshold that keeps a share of wrong answers, with a bound that holds.

A bound for one threshold is no bound for the best of many. Here the thresholds are fixed before the answers are seen
and tried from the strictest on until one fails: then the chance that the last one passed breaks its promise is at most
5 %, however many were tried.

References:
    Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    Biometrika 26 (1934). Angelopoulos et al., "Learn then test: calibrating predictive algorithms to achieve risk
    control", 2021, section 4 (fixed sequence testing).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from inkdigits.spec import Float64Array

__all__ = ["LEVEL", "Answers", "find_threshold", "lower_bound", "pool", "threshold_grid", "upper_bound"]

LEVEL = 0.95  # how surely a promise holds

_START_SHARE = (
    0.2  # of the digits go unanswered at the strictest threshold tried: enough answers are left to be counted
)
_STEP = 0.85  # each threshold leaves 0.85 times as many unanswered as the one before
_STEPS = 36  # thresholds: the last but one leaves one digit in 2,000 unanswered, the last none


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """What a network said of digits that did not train it; each digit counts once, so that the answers are independent.

    Attributes:
        score: float64, shape (n,): higher is surer.
        is_right: bool, shape (n,).
        is_accepted: bool, shape (n,): False where the reader answers nothing, whatever the score.
    """

    score: Float64Array
    is_right: npt.NDArray[np.bool_]
    is_accepted: npt.NDArray[np.bool_]

    def coverage(self, threshold: float) -> float:
        """Return the share of the digits that are answered, 0 to 1; 0 of none."""
        return float(np.mean(self._are_answered(threshold))) if len(self.score) else 0.0

    def worst_error(self, threshold: float) -> float:
        """Return the upper bound of the share of wrong answers among those at `threshold` or above."""
        answered = self._are_answered(threshold)
        return upper_bound(int(np.sum(answered & ~self.is_right)), int(np.sum(answered)))

    def _are_answered(self, threshold: float) -> npt.NDArray[np.bool_]:
        return self.is_accepted & (self.score >= threshold)


def pool(parts: Sequence[Answers]) -> Answers:
    """Return the answers of one or more networks to different digits as one.

    Args:
        parts: 1 or more.
    """
    return Answers(*(np.concatenate([getattr(part, name) for part in parts]) for name in Answers.__slots__))


def lower_bound(wrong: int, n: int, level: float = LEVEL) -> float:
    """Return the Clopper-Pearson lower bound of a share: the truth lies under it with a chance of at most 1 - `level`.

    Args:
        wrong: Counted, 0 to n.
        n: Out of how many; of 0 nothing is known, and the bound is 0.
        level: 0 to 1.

    Returns:
        0 to 1.

    Raises:
        ValueError: `wrong` lies outside 0 to n.
    """
    return 1 - upper_bound(n - wrong, n, level) if wrong or not n else 0.0


def upper_bound(wrong: int, n: int, level: float = LEVEL) -> float:
    """Return the Clopper-Pearson upper bound of a share: the truth lies above it with a chance of at most 1 - `level`.

    Args:
        wrong: Counted, 0 to n.
        n: Out of how many; of 0 nothing is known, and the bound is 1.
        level: 0 to 1.

    Returns:
        0 to 1.

    Raises:
        ValueError: `wrong` lies outside 0 to n.

    >>> print(f"{upper_bound(0, 5_000):.6f} {upper_bound(1, 5_000):.6f}")
    0.000599 0.000948
    """
    if not 0 <= wrong <= n:
        msg = f"expected wrong of 0 to n, got wrong={wrong}, n={n}"
        raise ValueError(msg)
    return 1.0 if wrong == n else float(beta.ppf(level, wrong + 1, n - wrong))


def threshold_grid(score: Float64Array, *, least: float = -np.inf, start: float = _START_SHARE) -> Float64Array:
    """Return thresholds to try, from the strictest on.

    Args:
        score: float64, shape (n,), n of 1 or more: of other digits than those that judge the thresholds. Training
            digits serve: the grid says where to look, not what is found there.
        least: The loosest to try; minus infinity answers all.
        start: Share, 0 to 1, that goes unanswered at the strictest threshold tried.

    Returns:
        float64, shape (m,), m of 1 to 37, falling; the last is `least`.
    """
    shares = start * _STEP ** np.arange(_STEPS)
    tried = np.quantile(score, shares)
    return np.append(tried[tried > least], least)


def find_threshold(populations: Sequence[Answers], grid: Float64Array, max_error: float) -> float | None:
    """Return the loosest threshold that keeps `max_error` on each population, at `LEVEL`.

    Args:
        populations: 1 or more; the promise has to hold on each of them.
        grid: float64, shape (m,), falling, chosen without looking at `populations`. Only where it ends may depend on
            them, since all thresholds that pass keep their promise together.
        max_error: Share, 0 to 1, of wrong answers among all answers.

    Returns:
        The threshold; None when not even the strictest is sure to keep the promise.

    >>> sure = Answers(np.linspace(0, 1, 4_000), np.arange(4_000) > 400, np.ones(4_000, np.bool_))
    >>> find_threshold([sure], np.array([0.5, 0.2, 0.05]), 0.005)
    0.2
    """
    found = None
    for threshold in grid.tolist():
        if any(answers.worst_error(threshold) > max_error for answers in populations):
            break
        found = threshold
    return found
