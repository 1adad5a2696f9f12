"""Fits what a network's confidence means, and which error budgets it can promise, on held-out digits.

The digits are looked at twice: as they are, and drawn onto rough pictures that the reader's front end reads back
(`photos`). The curve of the confidence is fitted on both together. A budget has to hold on each of them alone: there
each digit counts once, so the answers behind a bound are independent. Digits that twins of the network answered
(`cross_validation`) count among the clean ones. A mark that the reader takes for no digit, or that it does not find,
counts as not answered.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from inkdigits.models.confidence import margins
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.calibration.error_budget import Answers, find_threshold, pool, threshold_grid
from inkdigits.training.calibration.held_out import Predict, ask
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.evaluation.metrics import confidence_error
from inkdigits.training.synthesis.photos import through_snapshots

__all__ = ["BUDGETS", "DEFAULT_BUDGET", "fit_curve", "with_confidence"]

_Bools = npt.NDArray[np.bool_]

BUDGETS = (
    0.0005,
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
)  # 5,000 digits can prove nothing under 0.0006, not even without an error; those of twins can
DEFAULT_BUDGET = 0.01
_PICTURES_FROM = (
    0.005  # budgets under this are promised for clean frames only: rough pictures have more errors than that
)

_GRID_COUNT = 4_000  # training digits that say where thresholds are tried
_SEED = 7
_STEEPEST = 4.0  # the logarithm of the slope stays within plus and minus this
_FARTHEST = 50.0  # the offset stays within plus and minus this
_NEAR = 0.01  # a fit nearer to a bound than this was stopped by it
_FEWEST = 100  # digits that a curve needs: among fewer hardly one is wrong, and the curve would be chance
_UNFITTED = (1.0, 0.0)  # slope and offset that leave the network's own answer
_UNSURE_BELOW = 0.5  # confidence that the network's own answer needs


def with_confidence(
    info: BundleInfo,
    predict: Predict,
    held_out: LabeledFrames,
    trained_on: UInt8Array,
    *,
    twins: Sequence[Answers] = (),
) -> BundleInfo:
    """Return what a bundle says, with the confidence and the budgets of its network.

    Args:
        info: What else it says.
        predict: The network: uint8 (n, 28, 28) in, float32 (n, 10) out.
        held_out: Digits that did not train it, 1 or more.
        trained_on: uint8, shape (n, 28, 28): digits that did, without labels; the first 4,000 say where to look for
            thresholds.
        twins: Answers of networks of the same recipe to other digits that did not train them. They count as clean
            frames where a budget is proved; the curve and the coverages are those of the network itself.

    Returns:
        The same `info` but for slope, offset, threshold, budgets and the figures of the calibration. The threshold is
        that of the default budget, or of the nearest that can be promised. Where none can, nothing is fitted: slope 1,
        offset 0 and a threshold of 0.5. So are slope and offset where digits are fewer than 100 or too alike.

    Raises:
        BundleError: The shipped detector is damaged.
    """
    rough, was_found = through_snapshots(held_out.x, np.random.default_rng(_SEED))
    looks = [
        ask(predict, held_out, held_out.x, np.ones(len(held_out), dtype=np.bool_)),
        ask(predict, held_out, rough, was_found),
    ]
    slope, offset = _fit_or_refuse(looks)
    # a digit that is likelier wrong than right is never answered, however many errors are allowed; all thresholds that
    # pass keep their promise together, so these digits may decide which of them is the last to be tried
    grid = threshold_grid(margins(predict(trained_on[:_GRID_COUNT])), least=-offset / slope)
    judges = pool([looks[0], *twins])
    budgets = _find_budgets(judges, looks, grid, lambda score: float(expit(slope * score + offset)))
    if not budgets:
        slope, offset = _UNFITTED
    errors = [_measure_error(answers, slope, offset) for answers in looks]
    figures = {"frames": len(held_out), "pictures": int(was_found.sum())}
    if twins:
        figures |= {"twins": len(twins), "frames_of_twins": sum(len(answers.score) for answers in twins)}
    measured = {"counts": figures, "frame_error": errors[0], "picture_error": errors[1]}
    return dataclasses.replace(
        info,
        confidence_slope=slope,
        confidence_offset=offset,
        unsure_below=_choose_default(budgets),
        budgets=budgets,
        metrics={**info.metrics, "calibration": measured},
    )


def fit_curve(margin: Float64Array, is_right: _Bools) -> tuple[float, float]:
    """Return slope and offset of `confidence.confidences` under which the answers are most likely.

    Args:
        margin: float64, shape (n,), n of 1 or more.
        is_right: bool, shape (n,).

    Returns:
        The slope, above 0, and the offset. Where all answers are right, the curve still leaves room for the error that
        n digits cannot rule out.

    References:
        J. Platt, "Probabilistic outputs for support vector machines", 1999, section 2.2 (targets short of 0 and 1).
    """
    right = int(is_right.sum())
    wrong = len(is_right) - right
    target = np.where(is_right, (right + 1) / (right + 2), 1 / (wrong + 2))

    def loss(values: Float64Array) -> tuple[float, Float64Array]:
        slope = np.exp(values[0])
        z = slope * margin + values[1]
        gap = expit(z) - target
        return float(np.mean(np.logaddexp(0, z) - target * z)), np.array([np.mean(gap * margin) * slope, np.mean(gap)])

    bounds = [(-_STEEPEST, _STEEPEST), (-_FARTHEST, _FARTHEST)]
    best = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14})
    return float(np.exp(best.x[0])), float(best.x[1])


def _fit_or_refuse(looks: Sequence[Answers]) -> tuple[float, float]:
    """Return the curve of all looks; slope 1 and offset 0 where too few digits or too like ones decide nothing."""
    if min(len(answers.score) for answers in looks) < _FEWEST:
        return _UNFITTED
    margin = np.concatenate([answers.score[answers.is_accepted] for answers in looks])
    is_right = np.concatenate([answers.is_right[answers.is_accepted] for answers in looks])
    if is_right.all() or not is_right.any():
        return _UNFITTED
    slope, offset = fit_curve(margin, is_right)
    is_at_bound = abs(np.log(slope)) > _STEEPEST - _NEAR or abs(offset) > _FARTHEST - _NEAR
    return _UNFITTED if is_at_bound else (slope, offset)


def _measure_error(answers: Answers, slope: float, offset: float) -> float | None:
    """Return how far the confidence of the accepted digits is from the truth; None where there is none."""
    margin, is_right = answers.score[answers.is_accepted], answers.is_right[answers.is_accepted]
    return confidence_error(is_right, expit(slope * margin + offset)) if len(margin) else None


def _choose_default(budgets: Sequence[ErrorBudget]) -> float:
    """Return the threshold of the default budget or, where it cannot be promised, of the nearest that can."""
    at_least = (row.unsure_below for row in budgets if row.max_error >= DEFAULT_BUDGET)
    return next(at_least, budgets[-1].unsure_below if budgets else _UNSURE_BELOW)


def _find_budgets(
    judges: Answers, looks: Sequence[Answers], grid: Float64Array, to_confidence: Callable[[float], float]
) -> tuple[ErrorBudget, ...]:
    """Return the budgets that can be promised, the strictest first; one that cannot is left out.

    `judges` prove it for clean frames; of the two `looks`, which say what is answered, the second proves it for
    pictures. Each is at least as strict as the next, so that asking for fewer errors never answers more.
    """
    rows: list[ErrorBudget] = []
    frames, pictures = looks
    strictest = -np.inf
    for max_error in sorted(BUDGETS, reverse=True):
        populations = [judges, pictures] if max_error >= _PICTURES_FROM else [judges]
        threshold = find_threshold(populations, grid, max_error)
        if threshold is None:
            continue
        strictest = max(threshold, strictest)
        rows.append(
            ErrorBudget(
                max_error=max_error,
                unsure_below=to_confidence(strictest),
                coverage=frames.coverage(strictest),
                picture_coverage=pictures.coverage(strictest),
                picture_error=pictures.worst_error(strictest),
            )
        )
    return tuple(reversed(rows))
