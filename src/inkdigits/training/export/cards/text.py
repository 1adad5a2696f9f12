"""Wraps the texts of the cards, holds the license that all of them tell, and names sets of real handwriting."""

import textwrap
from collections.abc import Sequence

from inkdigits.training.data.attributions import ATTRIBUTIONS

__all__ = ["LICENSE", "SHORT_LICENSE", "list_licenses", "list_sets", "wrap"]

_WIDTH = 100  # columns of a paragraph

LICENSE = """The weights are under Apache-2.0, as inkdigits. They were trained on the MNIST database by Yann LeCun,
Corinna Cortes and Christopher J. C. Burges, which is under CC BY-SA 3.0
(https://creativecommons.org/licenses/by-sa/3.0/)."""
SHORT_LICENSE = "Apache-2.0; trained on MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0)"  # inside the graph


def wrap(text: str, mark: str = "") -> str:
    """Return a paragraph of a card.

    Args:
        text: Its white space does not matter.
        mark: What its first line begins with; the others are indented as far.

    >>> wrap("Two   words", "- ")
    '- Two words'
    """
    return textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))


def list_sets(sets: Sequence[str]) -> str:
    """Return a line for each set of real handwriting, keys of `ATTRIBUTIONS`: its name and what it shows."""
    head = "And real handwriting; where a set tells its writers, a tenth of them was left out:"
    return "\n".join([head, "", *(f"- `{name}`: {ATTRIBUTIONS[name].content}" for name in sets)])


def list_licenses(sets: Sequence[str]) -> str:
    """Return a line for each source of real handwriting, with all of its sets and their license."""
    sources: dict[tuple[str, str], list[str]] = {}
    for name in sets:
        entry = ATTRIBUTIONS[name]
        sources.setdefault((entry.license, entry.source), []).append(f"`{name}`")
    lines = [wrap(f"{', '.join(names)}: {source}; {license_}", "- ") for (license_, source), names in sources.items()]
    return "\n".join(["The sets of real handwriting:", "", *lines]) if lines else "No other handwriting was used."
