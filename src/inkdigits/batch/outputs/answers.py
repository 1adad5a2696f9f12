"""The rows of one chunk of pictures, as an engine hands them to what writes them."""

from dataclasses import dataclass

from inkdigits.batch.outputs.rows import Counted

__all__ = ["MOST_DOUBTFUL", "Answer"]

MOST_DOUBTFUL = 20  # names of doubtful pictures that an answer carries for the summary


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of one chunk.

    Attributes:
        start: Of the chunk.
        count: Pictures, as many as rows.
        rows: Lines, in the chunk's order.
        counts: Pictures by what they count as; sums to `count`.
        crops: Lines of JSON, one for each unsure digit; empty unless they were asked for.
        doubtful: Names of the first pictures with an unsure digit.
        paged: Pictures that are files of several pages, of which the first was read.
    """

    start: int
    count: int
    rows: bytes
    counts: dict[Counted, int]
    crops: bytes = b""
    doubtful: tuple[str, ...] = ()
    paged: int = 0
