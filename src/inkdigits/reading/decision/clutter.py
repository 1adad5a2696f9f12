"""Finds the marks that stand among many marks that are not digits.

Such marks are pieces of a texture or letters of a text. A few of them look like a digit by chance.
"""

from collections.abc import Sequence

import numpy as np

from inkdigits.imageops.neighbors import find_neighbors
from inkdigits.imageops.quantiles import quantile
from inkdigits.models.metadata import RejectorInfo
from inkdigits.reading.detection.page import Mark
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.spec import BoolArray

__all__ = ["FRAYED_PROBABILITY", "find_clutter"]

# below this digit probability, a mark is not a digit, whatever the line network sees; pieces that were cut out of true
# numbers are frayed, and the rejector gives 1 in 25 of them less
FRAYED_PROBABILITY = 0.05
_CROWD = 12  # nearest marks, the mark itself included, that decide whether it stands among digits or in clutter
_MIN_CLUTTER = 2  # marks that are not digits; fewer are not clutter
_MIN_SCATTERED = 4  # marks; fewer are too few to judge whether they are scattered
_SCATTERED_GROWTH = 2.0  # 90th over 10th percentile of heights: digits of one page differ less
_SCATTERED_LINES = 0.6  # lines per mark; in written lines, several marks share one


def find_clutter(evidence: Evidence, rejector: RejectorInfo) -> BoolArray:
    """Return for each mark whether it stands in clutter; a mark by itself on its page does not.

    Args:
        evidence: What is known about the marks of some pages.
        rejector: Gives the digit probability below which a mark is doubtful.

    Returns:
        bool, shape (N,).
    """
    is_clutter = np.zeros(len(evidence.marks), dtype=np.bool_)
    for _, own in evidence.split():
        if own.stop - own.start < _MIN_CLUTTER:
            continue
        marks, probabilities = evidence.marks[own], evidence.digit_probabilities[own].astype(np.float64)
        was_cut = np.array([mark.was_cut for mark in marks], dtype=np.bool_)
        is_doubtful = (probabilities < rejector.doubt_below) & ~(was_cut & (probabilities >= FRAYED_PROBABILITY))
        near = find_neighbors([mark.box for mark in marks], _CROWD)
        doubtful = is_doubtful[near].sum(axis=1)
        is_crowded = (doubtful >= _MIN_CLUTTER) & (2 * doubtful > near.shape[1])
        likely = np.flatnonzero(probabilities >= rejector.doubt_below).tolist()
        is_clutter[own] = is_crowded | _are_scattered([marks[place] for place in likely])
    return is_clutter


def _are_scattered(marks: Sequence[Mark]) -> bool:
    """Return whether marks that look like digits are scattered, in many sizes and hardly two to a line: a texture."""
    if len(marks) < _MIN_SCATTERED:
        return False
    heights = [mark.box.height for mark in marks]
    is_uneven = quantile(heights, 0.9) >= _SCATTERED_GROWTH * quantile(heights, 0.1)
    return is_uneven and len({mark.line for mark in marks}) >= _SCATTERED_LINES * len(marks)
