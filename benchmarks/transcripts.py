"""Measures how far a read text is from the written one."""

LINE_MARK = "|"  # starts a new line in a label


def wanted_text(label: str) -> str:
    r"""Return what `read` should answer for a label: the digits, lines joined by "\n"; of a sum the operators go.

    >>> wanted_text("5+3*7|2")
    '537\n2'
    """
    return "".join("\n" if c == LINE_MARK else c for c in label if c.isdigit() or c == LINE_MARK)


def edit_distance(one: str, other: str) -> int:
    """Return how many characters have to be put in, left out or replaced to make one text the other.

    >>> edit_distance("1234", "134?")
    2
    """
    previous = list(range(len(other) + 1))
    for row, character in enumerate(one, start=1):
        current = [row]
        for column, opposite in enumerate(other, start=1):
            replaced = previous[column - 1] + (character != opposite)
            current.append(min(replaced, previous[column] + 1, current[-1] + 1))
        previous = current
    return previous[-1]
