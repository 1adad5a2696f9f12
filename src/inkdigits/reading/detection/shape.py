"""Says whether a box has a size and shape that a digit can have."""

from inkdigits.results import Box, Reason

__all__ = ["find_shape_fault", "has_digit_shape"]

_DASH_ASPECT = 2.5  # width over height: MNIST's flattest digit has 2.2, a dash has more
_MIN_SIDE = 8  # pixels: a smaller mark is illegible
_DOT_SHARE = 0.3  # of the line's height: a smaller mark is a dot, a comma or a speck beside the digits


def find_shape_fault(box: Box, line_height: int) -> Reason | None:
    """Return why a mark with this box cannot be a digit; None if it can.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.

    >>> find_shape_fault(Box(0, 0, 40, 5), 40)
    'dash'
    """
    if max(box.height, box.width) < max(_DOT_SHARE * line_height, _MIN_SIDE):
        return "speck"
    return "dash" if box.width > _DASH_ASPECT * box.height else None


def has_digit_shape(box: Box, line_height: int) -> bool:
    """Return whether a mark with this box could be a digit: neither as flat as a dash nor as small as a dot or a speck.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.
    """
    return find_shape_fault(box, line_height) is None
