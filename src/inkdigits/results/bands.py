"""Says in words how sure an answer is: how often answers as sure as it are right."""

from typing import Literal

__all__ = ["BANDS", "Band", "find_band"]

Band = Literal["999 of 1000", "99 of 100", "95 of 100", "fewer"]
BANDS: tuple[Band, ...] = ("999 of 1000", "99 of 100", "95 of 100", "fewer")
# Least confidence of each band. What is right of a band on real handwriting: benchmarks/results/bands.md.
_LEAST: tuple[tuple[float, Band], ...] = ((0.999, "999 of 1000"), (0.99, "99 of 100"), (0.95, "95 of 100"))


def find_band(confidence: float) -> Band:
    """Return the band of a calibrated confidence: how many of the answers that are as sure should be right, at least.

    Args:
        confidence: Of a digit, a line or a field, 0 to 1.

    >>> [find_band(confidence) for confidence in (0.9995, 0.99, 0.9899, 0.5)]
    ['999 of 1000', '99 of 100', '95 of 100', 'fewer']
    """
    for least, band in _LEAST:
        if confidence >= least:
            return band
    return "fewer"
