"""The box of a mark goes in; whether a digit could have such a box comes out."""

from inkdigits.results import Box

__all__ = ["has_digit_shape"]

_DASH_ASPECT = 2.5  # width over height: MNIST's flattest digit has 2.2, a dash has more
_MIN_SIDE = 8  # pixels: of a smaller mark nobody could tell which digit it is
_DOT_SHARE = 0.3  # of the line's height: a dot, a comma or a speck beside the digits of its line


def has_digit_shape(box: Box, line_height: int) -> bool:
    """Tell whether a mark could be a digit by its box alone: neither flat as a dash nor small as a dot or a speck.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.
    """
    least = max(_DOT_SHARE * line_height, _MIN_SIDE)
    return box.width <= _DASH_ASPECT * box.height and max(box.height, box.width) >= least
