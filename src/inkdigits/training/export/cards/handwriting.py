"""What cards say of the real handwriting that a network learned from: the sets, whom to name for them, and licenses."""

from collections.abc import Sequence

from inkdigits.training.data.attributions import ATTRIBUTIONS
from inkdigits.training.export.cards.text import wrap

__all__ = ["describe_licenses", "describe_sets"]


def describe_sets(sets: Sequence[str]) -> list[str]:
    """Return the lines of a card that say what the sets show, to stand below a paragraph; none without sets.

    Args:
        sets: Names of sets, keys of `ATTRIBUTIONS`.
    """
    if not sets:
        return []
    head = "And real handwriting; where a set tells its writers, a tenth of them was left out:"
    return ["", head, "", *(f"- `{name}`: {ATTRIBUTIONS[name].content}" for name in sets)]


def describe_licenses(sets: Sequence[str]) -> str:
    """Return a line for each source, with all of its sets."""
    sources: dict[tuple[str, str], list[str]] = {}
    for name in sets:
        entry = ATTRIBUTIONS[name]
        sources.setdefault((entry.license, entry.source), []).append(f"`{name}`")
    lines = [wrap(f"{', '.join(names)}: {source}; {license_}", "- ") for (license_, source), names in sources.items()]
    return "\n".join(["The sets of real handwriting:", "", *lines]) if lines else "No other handwriting was used."
