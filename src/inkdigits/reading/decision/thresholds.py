"""Chooses the thresholds for a bundle and a budget of errors."""

from dataclasses import dataclass

from inkdigits.errors import ErrorBudgetError
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.system.text import show_value

__all__ = ["Policy", "choose_policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How an answer is judged.

    Attributes:
        slope: For `confidences`, above 0.
        offset: For `confidences`.
        unsure_below: Confidence, 0 to 1, below which a digit is unsure.
        budget: The promise that the threshold keeps; None when it was fitted to none, or no promise was asked for.
    """

    slope: float = 1.0
    offset: float = 0.0
    unsure_below: float = 0.5
    budget: ErrorBudget | None = None


def choose_policy(info: BundleInfo, max_error: float | None = None) -> Policy:
    """Return the policy that answers the most digits within a budget of wrong answers.

    Args:
        info: What the bundle says.
        max_error: Largest share of wrong digits among the answered ones, 0 to 1; None takes the bundle's own threshold.

    Raises:
        ErrorBudgetError: `max_error` is not from 0 to 1, or the bundle cannot promise so small a share.

    >>> choose_policy(BundleInfo("mine", "1.0.0", 1)).unsure_below
    0.5
    """
    if max_error is None:
        budget = next((row for row in info.budgets if row.unsure_below == info.unsure_below), None)
        return Policy(info.confidence_slope, info.confidence_offset, info.unsure_below, budget)
    if not 0 <= max_error <= 1:
        msg = f"expected a share of wrong answers from 0 to 1, got {show_value(max_error)}; 0.001 is one in a thousand"
        raise ErrorBudgetError(msg)
    affordable = [row for row in info.budgets if row.max_error <= max_error]
    if not affordable:
        least = f"{info.budgets[0].max_error} or more" if info.budgets else "none: no digits were held out to fit one"
        msg = f"{info.name} cannot promise {max_error} wrong answers; it can promise {least}"
        raise ErrorBudgetError(msg)
    return Policy(info.confidence_slope, info.confidence_offset, affordable[-1].unsure_below, affordable[-1])
