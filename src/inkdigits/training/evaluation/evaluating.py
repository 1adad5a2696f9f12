"""Measures accuracy on labeled frames, with its interval, in three ways.

MNIST's test split is read to evaluate and for nothing else: no epoch, threshold or setting is chosen by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from inkdigits.errors import DataError, FrameError
from inkdigits.spec import CLASS_COUNT, Float32Array, Int64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.evaluation import metrics
from inkdigits.training.evaluation.contact_sheet import draw_digits

__all__ = [
    "CORRECTED_LABELS",
    "DISPUTED",
    "Evaluation",
    "Score",
    "draw_mistakes",
    "evaluate",
    "evaluation_from_json",
    "worst_mistakes",
]

# MNIST test: index -> the label that a majority of five reviewers gave instead
# (Northcutt et al., "Pervasive Label Errors in Test Sets", NeurIPS 2021)
CORRECTED_LABELS: Mapping[int, int] = MappingProxyType(
    {947: 9, 1621: 6, 1901: 4, 2462: 0, 2597: 3, 3558: 0, 5937: 3, 6651: 6, 6783: 6, 9729: 6}
)
DISPUTED = (*CORRECTED_LABELS, 2654, 3520, 9679, 2130, 8527)  # these and five on which the reviewers did not agree

_SHEET_LIMIT = 40  # digits of a contact sheet
_SHEET_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """An accuracy and what it rests on.

    Attributes:
        correct: Digits read as labeled.
        n: Digits read, 1 or more.
        accuracy: `correct / n`.
        low: Lower end of the 95 % Wilson interval, 0 to 1.
        high: Upper end, 0 to 1.
    """

    correct: int
    n: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured on one set of labeled digits.

    Attributes:
        raw: With the labels as they are.
        corrected: With the 10 labels corrected; None unless the digits are MNIST test.
        removed: Without the 15 disputed digits; None unless the digits are MNIST test.
        per_digit: Ten scores, label 0 first; None for a label that does not occur.
        confusion: 10 rows of 10 counts, `confusion[true][predicted]`.
        calibration_error: Expected calibration error over 15 bins, 0 to 1.
    """

    raw: Score
    corrected: Score | None
    removed: Score | None
    per_digit: tuple[Score | None, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float

    @property
    def confusion_matrix(self) -> Int64Array:
        """`confusion` as a new int64 array of shape (10, 10), rows are true labels."""
        return np.array(self.confusion, dtype=np.int64)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for `json.dumps`; `evaluation_from_json` reads them."""
        return asdict(self)


def evaluate(
    frames: LabeledFrames, probabilities: Float32Array, *, is_mnist_test: bool, places: Int64Array | None = None
) -> Evaluation:
    """Compare probabilities with labels.

    Args:
        frames: n labeled digits, 1 or more.
        probabilities: float32, shape (n, 10), rows sum to 1.
        is_mnist_test: Whether `frames` is MNIST's test split, so that its known wrong labels can be told apart.
        places: int64, shape (n,): which digits of MNIST test they are, when they are some of it; None for all.

    Raises:
        DataError: There are no digits.
        FrameError: `probabilities` has another shape.
    """
    if len(frames) == 0:
        msg = "expected 1 labeled digit or more to evaluate on, got none; check the data set"
        raise DataError(msg)
    if probabilities.shape != (len(frames), CLASS_COUNT):
        found = f"{probabilities.shape}; predict them from the same frames"
        msg = f"expected probabilities of shape {(len(frames), CLASS_COUNT)}, got {found}"
        raise FrameError(msg)
    y_true = frames.y
    y_pred = probabilities.argmax(axis=1).astype(np.uint8)
    confusion = metrics.confusion_matrix(y_true, y_pred)
    places = np.arange(len(y_true)) if places is None else places
    agreed = ~np.isin(places, DISPUTED)
    return Evaluation(
        raw=_score(y_true, y_pred),
        corrected=_score(_correct(y_true, places), y_pred) if is_mnist_test else None,
        removed=_score(y_true[agreed], y_pred[agreed]) if is_mnist_test else None,
        per_digit=tuple(_digit_score(y_true, y_pred, label) for label in range(CLASS_COUNT)),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        calibration_error=metrics.expected_calibration_error(y_true, probabilities),
    )


def evaluation_from_json(values: Mapping[str, Any]) -> Evaluation:
    """Return what `Evaluation.to_json` gave."""
    return Evaluation(
        raw=Score(**values["raw"]),
        corrected=_optional_score(values["corrected"]),
        removed=_optional_score(values["removed"]),
        per_digit=tuple(_optional_score(score) for score in values["per_digit"]),
        confusion=tuple(tuple(row) for row in values["confusion"]),
        calibration_error=values["calibration_error"],
    )


def worst_mistakes(frames: LabeledFrames, probabilities: Float32Array, limit: int = _SHEET_LIMIT) -> Int64Array:
    """Return which digits were read wrong, the most confident answer first.

    Args:
        frames: n labeled digits.
        probabilities: float32, shape (n, 10).
        limit: At most so many, 0 or more.

    Returns:
        int64 indices into `frames`, shape (m,) with m from 0 to `limit`.
    """
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != frames.y)
    order = np.argsort(-probabilities[wrong].max(axis=1), kind="stable")
    return wrong[order][:limit].astype(np.int64)


def draw_mistakes(
    frames: LabeledFrames, probabilities: Float32Array, path: Path, *, name: str, limit: int = _SHEET_LIMIT
) -> int:
    """Draw the worst mistakes as a contact sheet: true label, answer and its probability above each digit.

    Args:
        frames: n labeled digits.
        probabilities: float32, shape (n, 10).
        path: The PNG to write.
        name: What was evaluated, for the title.
        limit: Show at most so many, 1 or more.

    Returns:
        How many digits were read wrong, shown or not. With none, no picture is written.

    Raises:
        OutputError: The picture cannot be written.
    """
    chosen = worst_mistakes(frames, probabilities, limit)
    count = int(np.sum(probabilities.argmax(axis=1) != frames.y))
    if count == 0:
        return 0
    titles = _mistake_titles(frames.y[chosen], probabilities[chosen])
    shown = "all of them" if count == len(chosen) else f"the {len(chosen)} most confident"
    title = f"{name}: {count:,} of {len(frames):,} read wrong, {shown}"
    draw_digits(frames.x[chosen], titles, path, columns=_SHEET_COLUMNS, title=title)
    return count


def _mistake_titles(y_true: UInt8Array, probabilities: Float32Array) -> Sequence[str]:
    answers = probabilities.argmax(axis=1)
    shares = probabilities.max(axis=1)
    rows = zip(y_true, answers, shares, strict=True)
    return [f"{true} read as {answer}\n{100 * share:.1f} %" for true, answer, share in rows]


def _score(y_true: UInt8Array, y_pred: UInt8Array) -> Score:
    correct, n = int(np.sum(y_true == y_pred)), len(y_true)
    low, high = metrics.wilson_interval(correct, n)
    return Score(correct, n, correct / n, low, high)


def _digit_score(y_true: UInt8Array, y_pred: UInt8Array, label: int) -> Score | None:
    chosen = y_true == label
    return _score(y_true[chosen], y_pred[chosen]) if chosen.any() else None


def _optional_score(values: Mapping[str, Any] | None) -> Score | None:
    return None if values is None else Score(**values)


def _correct(y: UInt8Array, places: Int64Array) -> UInt8Array:
    corrected = y.copy()
    for place, label in CORRECTED_LABELS.items():
        corrected[places == place] = label
    return corrected
