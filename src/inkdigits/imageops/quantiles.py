"""Medians, without the masked arrays that NumPy's load: a twentieth of a cold start."""

import numpy as np
import numpy.typing as npt

from inkdigits.spec import Float64Array

__all__ = ["median", "row_medians"]


def median(values: npt.ArrayLike) -> float:
    """Return the middle of all values; of an even number the mean of the two in the middle.

    Args:
        values: Numbers of any shape, one or more, none of them NaN.

    >>> median([3, 1, 2, 10])
    2.5
    """
    middle = np.asarray(values).ravel().copy()
    half, is_odd = divmod(middle.size, 2)
    middle.partition(half if is_odd else (half - 1, half))
    return float(middle[half]) if is_odd else (float(middle[half - 1]) + float(middle[half])) / 2


def row_medians(rows: npt.ArrayLike) -> Float64Array:
    """Return the median of each row.

    Args:
        rows: Numbers, shape (..., N), N of 1 or more, none of them NaN.

    Returns:
        float64, shape (...), a new array.
    """
    array = np.asarray(rows)
    half, is_odd = divmod(array.shape[-1], 2)
    middle = [half] if is_odd else [half - 1, half]
    return np.asarray(np.partition(array, middle, axis=-1)[..., middle].mean(axis=-1, dtype=np.float64))
