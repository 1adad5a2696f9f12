"""Wraps the texts of the cards, and holds the license that all of them tell."""

import textwrap

__all__ = ["LICENSE", "SHORT_LICENSE", "wrap"]

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
