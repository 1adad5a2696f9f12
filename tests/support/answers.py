"""Compares two answers, as two readers or two machines give them to one picture."""

from collections.abc import Mapping
from typing import Any

__all__ = ["PIXELS", "SHARE", "Answer", "find_differences"]

Answer = Mapping[str, Any]  # plain values, as `Reading.to_dict` gives them
SHARE = 0.001  # by which confidences and other probabilities may differ
PIXELS = 1  # by which boxes may


def find_differences(one: Answer, other: Answer) -> list[str]:
    """Return in what two answers differ by more than they may, in words."""
    found = [
        f"{name}: {one[name]} and {other[name]}"
        for name in ("text", "outcome", "width", "height", "notes", "model")
        if one[name] != other[name]
    ]
    for name in ("lines", "digits", "signs"):
        ours, theirs = one[name], other[name]
        if len(ours) != len(theirs):
            found.append(f"{len(ours)} and {len(theirs)} {name}")
        else:
            found += [f"{name}: {at}" for pair in zip(ours, theirs, strict=True) for at in _compare(*pair)]
    return found


def _compare(one: Any, other: Any, name: str = "") -> list[str]:  # noqa: ANN401 - any plain value
    """Return in what two plain values differ by more than they may."""
    if isinstance(one, dict) and one.keys() == other.keys():
        # how much a machine may have printed it decides nothing here, and one step of the network's answer is 0.03
        # a band follows from its confidence, which may lie at the edge of two
        return [at for key in one if key not in {"printed", "band"} for at in _compare(one[key], other[key], key)]
    if isinstance(one, list) and len(one) == len(other):
        return [at for pair in zip(one, other, strict=True) for at in _compare(*pair, name)]
    if isinstance(one, int | float) and isinstance(other, int | float):
        most = PIXELS if name == "box" else 0 if name in {"line", "label", "after"} else SHARE
        return [] if abs(one - other) <= most else [f"{name} {one} and {other}"]
    return [] if one == other else [f"{name} {one} and {other}"]
