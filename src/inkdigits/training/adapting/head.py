"""Fits the last layer of a network to one writer, held near what it was and to other writers' digits."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from inkdigits.spec import CLASS_COUNT, Float64Array, Int64Array
from inkdigits.training.adapting.last_layer import Weights

__all__ = ["Features", "fit_head"]

_STEPS = 60  # of L-BFGS; a fit takes 0.5 s with them
_LEAST = 1e-12  # probability; keeps the logarithm finite


@dataclass(frozen=True, eq=False, slots=True)
class Features:
    """Digits as the last layer sees them: float64, shape (n, d), and their labels, int64, shape (n,)."""

    x: Float64Array
    y: Int64Array

    def __len__(self) -> int:
        """Return n."""
        return len(self.y)

    def choose(self, places: Int64Array) -> "Features":
        """Return some of them."""
        return Features(self.x[places], self.y[places])


def fit_head(start: Weights, own: Features, others: Features, strength: float) -> Weights:
    """Return the numbers under which both the writer's and the others' labels are likely.

    The mean loss of each counts alike, plus half the strength times the squared change of the numbers (of features
    divided by the others' mean length).

    Args:
        start: The numbers of the bundle.
        own: The writer's digits, 1 or more.
        others: Digits of other writers that trained the network.
        strength: Of the pull to `start`, above 0.
    """
    scale = float(np.linalg.norm(others.x, axis=1).mean())
    x = np.concatenate([own.x, others.x])
    inputs = np.hstack([x / scale, np.ones((len(x), 1))])
    base, y = start.logits(x), np.concatenate([own.y, others.y])
    share = np.concatenate([np.full(len(part), 1 / len(part)) for part in (own, others)])
    wanted, rows = np.eye(CLASS_COUNT)[y], np.arange(len(y))

    def loss(values: Float64Array) -> tuple[float, Float64Array]:
        change = values.reshape(-1, CLASS_COUNT)
        z = base + inputs @ change
        z -= z.max(axis=1, keepdims=True)
        odds = np.exp(z)
        probabilities = odds / odds.sum(axis=1, keepdims=True)
        surprise = -np.log(np.maximum(probabilities[rows, y], _LEAST))
        gradient = inputs.T @ ((probabilities - wanted) * share[:, np.newaxis]) + strength * change
        return float(share @ surprise + strength / 2 * (values @ values)), gradient.ravel()

    start_values = np.zeros(inputs.shape[1] * CLASS_COUNT)
    best = minimize(loss, start_values, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    change = best.x.reshape(-1, CLASS_COUNT)
    return Weights(start.matrix + change[:-1] / scale, start.bias + change[-1])
