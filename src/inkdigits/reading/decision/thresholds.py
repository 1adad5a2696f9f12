"""Chooses the thresholds for a bundle and a budget of errors."""

from dataclasses import dataclass

from inkdigits.errors import ErrorBudgetError
from inkdigits.models.metadata import BundleInfo, DetectorInfo, ErrorBudget, Per, PictureBudget
from inkdigits.system.text import show_value

__all__ = ["Policy", "choose_policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How an answer is judged.

    Attributes:
        slope: For `confidences`, above 0.
        offset: For `confidences`.
        unsure_below: Confidence, 0 to 1, below which the digit of a frame is unsure.
        budget: The promise for frames that this threshold keeps; None when it was fitted to none, or no promise was
            asked for.
        per: What the promise counts in pictures: "digit", or "line" for the string of a whole line.
        digit_below: Confidence, 0 to 1, below which a digit in a picture is unsure.
        line_below: Confidence, 0 to 1, of a line in a picture below which its weakest digit is unsure.
        lone_below: The same of a digit that is a line of its own, as in a picture of one digit or in a form's cell.
        picture_budget: The promise for pictures of handwriting that these thresholds keep; None as of `budget`. Where
            the one that was asked for cannot be promised of pictures, it is the strictest that can.
    """

    slope: float = 1.0
    offset: float = 0.0
    unsure_below: float = 0.5
    budget: ErrorBudget | None = None
    per: Per = "line"
    digit_below: float = 0.5
    line_below: float = 0.0
    lone_below: float = 0.0
    picture_budget: PictureBudget | None = None

    @property
    def cell_below(self) -> float:
        """Confidence, 0 to 1, below which a digit that is a line of its own, as in a form's cell, is unsure."""
        return max(self.digit_below, self.lone_below)


def choose_policy(
    info: BundleInfo, detector: DetectorInfo, max_error: float | None = None, per: Per = "line"
) -> Policy:
    """Return the policy that answers the most within a budget of wrong answers.

    Args:
        info: What the bundle says: its budgets are for frames.
        detector: What the detector's folder says: its budgets are for pictures.
        max_error: Largest share of wrong answers among the answers, 0 to 1; None takes the folders' own thresholds.
        per: What is counted in pictures. A frame is one digit and one line.

    Raises:
        ErrorBudgetError: `max_error` is not from 0 to 1, the bundle cannot promise so small a share of frames, or `per`
            is another word.
    """
    if per not in {"digit", "line"}:
        msg = f'expected per="digit" or per="line", what max_error counts, got {show_value(per)}'
        raise ErrorBudgetError(msg)
    curve = (info.confidence_slope, info.confidence_offset)
    if max_error is None:
        frames = next((row for row in info.budgets if row.unsure_below == info.unsure_below), None)
        digit_below = max(info.unsure_below, detector.doubt_below)
        limits = (digit_below, detector.doubt_line_below, digit_below)
        return Policy(*curve, info.unsure_below, frames, "line", *limits)
    if not 0 <= max_error <= 1:
        msg = f"expected a share of wrong answers from 0 to 1, got {show_value(max_error)}; 0.001 is one in a thousand"
        raise ErrorBudgetError(msg)
    affordable = [row for row in info.budgets if row.max_error <= max_error]
    if not affordable:
        least = f"{info.budgets[0].max_error} or more" if info.budgets else "none: no digits were held out to fit one"
        msg = f"{info.name} cannot promise {max_error} wrong answers; it can promise {least}"
        raise ErrorBudgetError(msg)
    rows = [row for row in detector.budgets if row.per == per]
    kept = next((row for row in reversed(rows) if row.max_error <= max_error), rows[0] if rows else None)
    limit = detector.doubt_line_below if kept is None else kept.unsure_below
    # where frames have to be surer than that, as of a smaller share, digits in pictures have to be, too
    digit_below = max(affordable[-1].unsure_below, detector.doubt_below)
    strict = max(limit, digit_below)
    limits = (strict, 0.0, 0.0) if per == "digit" else (digit_below, limit, strict)
    return Policy(*curve, affordable[-1].unsure_below, affordable[-1], per, *limits, kept)
