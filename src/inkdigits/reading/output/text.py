"""Writes a reading as one line of text."""

from inkdigits.results import Reading

__all__ = ["to_text"]


def to_text(reading: Reading, *, separators: bool = False, words: bool = False) -> str:
    r"""Return the digits as one line of output: "?" for an unsure one, lines of the picture joined by a space.

    Args:
        reading: What was read.
        separators: Keep decimal points and commas.
        words: Put a space where a line has a wide gap.
    """
    return reading.join(separators=separators, words=words).replace("\n", " ")
