"""Validation digits and a network's answers go in; the temperature and the threshold of a bundle come out."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from inkdigits.decision import calibrate
from inkdigits.spec import Float32Array, Float64Array, UInt8Array

__all__ = ["find_threshold", "fit_temperature"]

_LOWEST, _HIGHEST = 0.1, 10.0  # temperatures; a network outside them has no use for a temperature
_STEPS = 40  # each narrows the range to 0.618 of it, in all to 4e-9
_GOLDEN = (5**0.5 - 1) / 2
_MOST_WRONG = 0.002  # share of the accepted digits


def fit_temperature(probabilities: Float32Array, y_true: UInt8Array) -> float:
    """Return the temperature under which the true labels are most likely.

    Args:
        probabilities: float32, shape (n, 10), n of 1 or more: answers on digits that did not train the network.
        y_true: uint8, shape (n,), 0 to 9.

    Returns:
        0.1 to 10; above 1 when the network is too sure of itself.

    References:
        Guo et al., "On calibration of modern neural networks", ICML 2017, section 4.2.
    """

    def loss(log_temperature: float) -> float:
        calibrated = calibrate(probabilities, float(np.exp(log_temperature)))
        shares = calibrated[np.arange(len(y_true)), y_true]
        return -float(np.log(np.maximum(shares, np.finfo(np.float64).tiny)).mean())

    return float(np.exp(_minimize(loss, np.log(_LOWEST), np.log(_HIGHEST))))


def find_threshold(confidence: Float64Array, is_right: npt.NDArray[np.bool_], most_wrong: float = _MOST_WRONG) -> float:
    """Return the lowest confidence at which so few of the accepted digits are wrong.

    Args:
        confidence: float64, shape (n,), 0 to 1, n of 1 or more.
        is_right: bool, shape (n,): whether the label was the true one.
        most_wrong: Share of wrong ones among the accepted, 0 to 1; 0.002 is 1 in 500.

    Returns:
        0 when all digits may be accepted; 1 when not even the surest are right often enough; else the confidence of the
        least sure digit that is still accepted.

    >>> find_threshold(np.array([0.5, 0.9, 0.99]), np.array([False, True, True]))
    0.9
    """
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    accepted = np.arange(1, len(order) + 1)
    is_enough = np.cumsum(~is_right[order]) <= most_wrong * accepted
    is_last_of_equals = np.append(sorted_confidence[:-1] > sorted_confidence[1:], True)
    places = np.flatnonzero(is_enough & is_last_of_equals)
    if len(places) == 0:
        return 1.0
    return 0.0 if places[-1] == len(order) - 1 else float(sorted_confidence[places[-1]])


def _minimize(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function with one valley is lowest, by golden section."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(left), function(right)
    for _ in range(_STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(right)
    return (low + high) / 2
