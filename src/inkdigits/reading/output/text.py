"""Writes a reading as text for people."""

from inkdigits.results import Reading

__all__ = ["to_lines"]


def to_lines(reading: Reading, *, signs: bool = False, words: bool = True) -> list[str]:
    """Return the lines of output: one for each line of the picture with a digit, "?" for an unsure one.

    Args:
        reading: What was read.
        signs: Keep the signs, as points, minus and currency.
        words: Put a space between the words of a line.

    Returns:
        At least one line; it is empty when the picture is blank.
    """
    return reading.join(signs=signs, words=words).split("\n")
