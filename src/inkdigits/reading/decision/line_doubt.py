"""Finds how surely each line is right, and doubts the weakest digit of a line that is not sure enough."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.placements import Placement
from inkdigits.results import Digit

__all__ = ["doubt_lines", "find_line_confidence"]


def find_line_confidence(evidence: Evidence, place: int, placement: Placement | None) -> float | None:
    """Return the probability that the string of a line is right; None of a frame, which is as sure as its digit.

    Args:
        evidence: What is known about the marks of some pages.
        place: Of a mark of the line.
        placement: The field that the line is; None where it is none.
    """
    if evidence.answered is None or not evidence.is_joined[place]:
        return None
    if placement is not None and placement.has_rules:
        return placement.confidence
    return float(evidence.answered.line_confidence[place]) * (1.0 if placement is None else placement.signless)


def doubt_lines(digits: Sequence[Digit], evidence: Evidence, policy: Policy) -> list[Digit]:
    """Return the digits, with one of them unsure in each line that is not sure enough and has no unsure one.

    Args:
        digits: The judged marks of all pages, one for each mark of the evidence.
        evidence: What is known about them.
        policy: The thresholds of confidence.
    """
    result = list(digits)
    placements = evidence.placements or [None] * len(evidence.pages)
    for (_, own), placement in zip(evidence.split(), placements, strict=True):
        is_known = placement is not None and not placement.has_rules and not placement.is_open
        if is_known and policy.picture_budget is None:
            continue  # `fit_field` has judged it, and knows better what is print beside it
        lines: dict[int, list[int]] = defaultdict(list)
        for place in range(own.start, own.stop):
            if result[place].outcome != "not_a_digit":
                lines[result[place].line].append(place)
        for places in lines.values():
            sure = find_line_confidence(evidence, places[0], placement)
            is_heard = evidence.answered is None or evidence.answered.is_heard[places[0]]
            limit = policy.line_below if is_heard and len(places) > 1 else policy.lone_below
            if sure is None or sure >= limit or any(result[at].outcome == "unsure" for at in places):
                continue
            weakest = min(places, key=lambda at: result[at].confidence)
            result[weakest] = replace(result[weakest], outcome="unsure", reason="low confidence")
    return result
