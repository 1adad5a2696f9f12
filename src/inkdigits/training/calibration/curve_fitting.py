"""Fits logistic curves with weights whose signs are known, by maximum likelihood."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from inkdigits.spec import BoolArray, Float64Array

__all__ = ["ANY", "FALLING", "NONE", "RISING", "Sign", "fit_weights"]

Sign = tuple[float | None, float | None]
RISING: Sign = (0, None)
FALLING: Sign = (None, 0)
ANY: Sign = (None, None)
NONE: Sign = (0, 0)
_SHRINK = 1e-3  # of the penalty on weights, in standard deviations of their columns: it keeps separable data finite


def fit_weights(features: Float64Array, is_right: BoolArray, signs: Sequence[Sign]) -> tuple[float, ...]:
    """Return the weights of the logistic curve under which the answers are most likely.

    Args:
        features: float64, shape (N, C), N of 1 or more.
        is_right: bool, shape (N,).
        signs: What each weight may be, one of C.
    """
    target, spread = is_right.astype(np.float64), features.var(axis=0)

    def cost(weights: Float64Array) -> tuple[float, Float64Array]:
        logits = features @ weights
        loss = np.mean(np.logaddexp(0, logits) - target * logits) + _SHRINK * (spread * weights**2).sum() / 2
        gap = 1 / (1 + np.exp(-logits)) - target
        return float(loss), features.T @ gap / len(target) + _SHRINK * spread * weights

    start = np.zeros(features.shape[1])
    return tuple(float(weight) for weight in minimize(cost, start, jac=True, bounds=list(signs)).x)
