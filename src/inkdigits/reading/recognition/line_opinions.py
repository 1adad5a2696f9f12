"""Asks the line recognizer about the digits that the detector saw in each line of some pages."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.line_evidence import LineEvidence, weigh_string
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.reading.detection.page import Page
from inkdigits.spec import CLASS_COUNT, Float64Array

__all__ = ["LineOpinions", "ask_about_lines"]


@dataclass(frozen=True, slots=True)
class LineOpinions:
    """What the line recognizer says of the N marks of some pages.

    Attributes:
        labels: float64, shape (N, 10), the probability of each label, the other digits of the line given; rows sum to
            1. All alike where it says nothing: of signs, and of lines that are too short for their digits.
        odds: float64, shape (N,): logarithm of how much likelier the line is with a digit there than without; else 0.
    """

    labels: Float64Array
    odds: Float64Array


def ask_about_lines(pages: Sequence[Page], network: LineRecognizer) -> LineOpinions:
    """Return what the network says of all marks of all pages, page by page.

    Args:
        pages: From detection, any number.
        network: The line recognizer.
    """
    strips = [strip for page in pages for strip in page.strips if strip is not None]
    answers = iter(network.log_probabilities(strips))
    count = sum(len(page.marks) for page in pages)
    labels, odds = np.full((count, CLASS_COUNT), 1 / CLASS_COUNT), np.zeros(count)
    start = 0
    for page in pages:
        for line, strip in enumerate(page.strips):
            if strip is None:
                continue
            steps = next(answers)
            places = [place for place, mark in enumerate(page.marks) if mark.line == line and mark.sign is None]
            string = [int(page.marks[place].labels.argmax()) for place in places]
            evidence = weigh_string(steps, string)
            if evidence is not None:
                rows = start + np.array(places)
                labels[rows], odds[rows] = _weigh(evidence)
        start += len(page.marks)
    return LineOpinions(labels, odds)


def _weigh(evidence: LineEvidence) -> tuple[Float64Array, Float64Array]:
    """Return the probabilities of the labels, and the logarithm of with against without."""
    together = np.logaddexp.reduce(evidence.labels, axis=1)
    return np.exp(evidence.labels - together[:, np.newaxis]), together - evidence.without
