"""Fits how surely what `read` answers is right, and which budgets of errors it keeps, on held-out writers.

Curves and budgets see the same writers, so each budget is judged by curves that were fitted without the fold of its
writer. Numbers as scanned prove a budget; of spoiled copies only the first of each counts, so that each number counts
once.
"""

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.models.answer_confidence import judge_answers
from inkdigits.models.metadata import DetectorInfo, Per, PictureBudget
from inkdigits.spec import BoolArray, Float64Array, Int64Array
from inkdigits.training.calibration.curve_fitting import ANY, FALLING, RISING, fit_weights
from inkdigits.training.calibration.error_budget import Answers, find_threshold, threshold_grid
from inkdigits.training.calibration.held_out_answers import HeldOutAnswers
from inkdigits.training.evaluation.metrics import confidence_error

__all__ = ["PICTURE_BUDGETS", "with_answers"]

PICTURE_BUDGETS = (0.005, 0.01, 0.02, 0.05)
# confidence of a line of two digits or more under which it has a "?" by default. Chosen with the development sets, all
# 2,055 numbers: up to 0.75 each wrong line that is doubted costs 2.5 right ones, from there to 0.85 7, on to 0.92 11
DOUBT_LINE_BELOW = 0.75
_FOLDS = 5
_HELD_OUT_OF = 10  # the writers' numbers are multiples of it: such are held out (`handwriting.is_held_out`)
# of the digits: joined, digit, classified, in line, string, uneven, one
_DIGIT_SIGNS = (RISING, RISING, RISING, RISING, RISING, FALLING, ANY)
# a digit that is a line of its own is as sure as its label. A curve fitted on digits of numbers, without the line
# recognizer, gave 94 % where 99 % of pen_on_forms are right, and made clean forms doubtful (docs/log.md)
_LONE_WEIGHTS = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_LINE_SIGNS = (RISING, RISING, ANY, FALLING, FALLING, ANY)  # weakest, string, count, around, uneven, one
# share that goes unanswered at the strictest threshold that is tried: of 530 numbers enough are left to prove 1 %
_START_SHARE = 0.35
_LEAST_TRIED = 0.5  # confidence: what is likelier wrong than right is never answered


@dataclass(frozen=True, eq=False, slots=True)
class _Curves:
    digit: tuple[float, ...]
    line: tuple[float, ...]

    def judge(self, answers: HeldOutAnswers) -> tuple[Float64Array, Float64Array]:
        """Return the confidence of each digit and of each line."""
        digits = judge_answers(answers.digits, self.digit)
        return digits, judge_answers(answers.see_lines(digits).to_features(), self.line)


def with_answers(info: DetectorInfo, answers: HeldOutAnswers) -> DetectorInfo:
    """Return what the detector's folder says, with the curves and budgets of what is answered.

    Args:
        info: What else it says.
        answers: Of held-out writers, some right and some wrong.
    """
    everything = np.ones(len(answers.ends), dtype=np.bool_)
    curves = _fit(answers, everything)
    digits, lines = _judge_by_others(answers)
    measured = {
        "answered_lines": int((answers.copies == 0).sum()),
        "answered_rough_lines": int((answers.copies > 0).sum()),
        "line_calibration_error": confidence_error(answers.is_right_line, lines),
        "digit_calibration_error": confidence_error(answers.is_right, digits),
    }
    return replace(
        info,
        right_weights=curves.digit,
        lone_right_weights=_LONE_WEIGHTS,
        line_weights=curves.line,
        doubt_line_below=DOUBT_LINE_BELOW,
        budgets=(*_find_budgets("digit", answers, digits), *_find_budgets("line", answers, lines)),
        metrics={**info.metrics, **measured},
    )


def _fit(answers: HeldOutAnswers, is_used: BoolArray) -> _Curves:
    """Fit both curves on some of the lines."""
    own = is_used[answers.line_of_digit]
    digit = fit_weights(answers.digits[own], answers.is_right[own], _DIGIT_SIGNS)
    seen = answers.see_lines(judge_answers(answers.digits, digit)).to_features()
    return _Curves(digit, fit_weights(seen[is_used], answers.is_right_line[is_used], _LINE_SIGNS))


def _judge_by_others(answers: HeldOutAnswers) -> tuple[Float64Array, Float64Array]:
    """Return the confidence of each digit and line by curves that other writers fitted."""
    folds = answers.writers // _HELD_OUT_OF % _FOLDS
    digits, lines = np.zeros(len(answers.digits)), np.zeros(len(answers.ends))
    for fold in np.unique(folds):
        curves = _fit(answers, folds != fold)
        own_digits, own_lines = curves.judge(answers)
        is_own = folds == fold
        lines[is_own] = own_lines[is_own]
        digits[is_own[answers.line_of_digit]] = own_digits[is_own[answers.line_of_digit]]
    return digits, lines


def _find_budgets(per: Per, answers: HeldOutAnswers, confidence: Float64Array) -> list[PictureBudget]:
    """Return the budgets that numbers as scanned prove, the strictest first, each at least as strict as the next."""
    copies: Int64Array = answers.copies if per == "line" else answers.copies[answers.line_of_digit]
    is_right = answers.is_right_line if per == "line" else answers.is_right
    scanned, rough = (
        Answers(confidence[copies == copy], is_right[copies == copy], np.ones((copies == copy).sum(), dtype=np.bool_))
        for copy in (0, 1)
    )
    # where the thresholds lie is told by confidences alone: no label is looked at
    grid = threshold_grid(scanned.score, least=_LEAST_TRIED, start=_START_SHARE)
    budgets: list[PictureBudget] = []
    strictest = -np.inf
    for max_error in reversed(PICTURE_BUDGETS):
        found = find_threshold([scanned], grid, max_error)
        if found is None:
            continue
        strictest = max(found, strictest)
        shares = (scanned.coverage(strictest), scanned.worst_error(strictest))
        rough_shares = (rough.coverage(strictest), rough.worst_error(strictest))
        budgets.append(PictureBudget(per, max_error, float(strictest), *shares, *rough_shares))
    return budgets[::-1]
