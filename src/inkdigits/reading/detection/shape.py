"""Says whether a box has a size and shape that a digit can have."""

from inkdigits.results import Box, Reason

__all__ = ["find_shape_fault", "has_digit_shape"]

_DASH_ASPECT = 2.5  # width over height: MNIST's flattest digit has 2.2, a dash has more
_MIN_SIDE = 8  # pixels: of a smaller mark nobody could tell which digit it is
_DOT_SHARE = 0.3  # of the line's height: a dot, a comma or a speck beside the digits of its line


def find_shape_fault(box: Box, line_height: int) -> Reason | None:
    """Return why a mark cannot be a digit by its box alone; None when it can.

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
    """Return whether a mark could be a digit by its box alone: neither flat as a dash nor small as a dot or a speck.

    Args:
        box: Where it is.
        line_height: Height of the tallest mark of its line, pixels.
    """
    return find_shape_fault(box, line_height) is None
