"""Spans of consecutive pictures: as lines of a listing, and cut into chunks of work."""

import dataclasses
import json
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Chunk", "Kind", "Span", "format_span", "iter_chunks", "parse_span"]

Kind: TypeAlias = Literal["file", "pages", "zip", "tar", "parquet", "idx", "failure"]

_PICTURES = 64  # a chunk; enough for the network's batches, few enough that Ctrl-C and a crash cost seconds
_FRAMES = 1024  # a chunk of frames, which need no decoding


@dataclass(frozen=True, slots=True)
class Span:
    """Where one picture, or several in a row, are to be read.

    Attributes:
        kind: Of place; "pages" are those of a PDF or TIFF with several; "failure" is a place that
            could not be listed, which becomes a row with an error.
        path: The file that holds them; of a "failure" the name of its row.
        member: Name within a zip; name of a tar's member or an IDX file in the output; column of a Parquet file;
            message of a failure.
        at: Where it begins: byte of a member of an archive, row within a Parquet file's group, index of a frame or
            page.
        count: Pictures, 1 or more.
        size: Bytes of a tar's member.
        group: Of a Parquet file.
        base: Rows of a Parquet file before this group, which its names count from.
    """

    kind: Kind
    path: str
    member: str = ""
    at: int = 0
    count: int = 1
    size: int = 0
    group: int = 0
    base: int = 0


_DEFAULTS = tuple(entry.default for entry in dataclasses.fields(Span))
_values = operator.attrgetter(*(entry.name for entry in dataclasses.fields(Span)))  # astuple copies each, too
_to_json = json.JSONEncoder(separators=(",", ":")).encode  # made once: json.dumps makes one a call


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a worker reads at a time.

    Attributes:
        start: Number of its first picture in the whole input, 0 or more; no two chunks have the same.
        spans: The places, in order.
    """

    start: int
    spans: tuple[Span, ...]

    @property
    def count(self) -> int:
        """Pictures, 1 or more."""
        return sum(span.count for span in self.spans)

    @property
    def has_frames_only(self) -> bool:
        """Whether all of it are frames of IDX files."""
        return all(span.kind == "idx" for span in self.spans)

    def split(self) -> "list[Chunk]":
        """Return a chunk for each picture.

        >>> [part.start for part in Chunk(7, (Span("file", "a.png"), Span("idx", "b", count=2))).split()]
        [7, 8, 9]
        """
        single = [
            dataclasses.replace(span, at=span.at + place, count=1) if span.count > 1 else span
            for span in self.spans
            for place in range(span.count)
        ]
        return [Chunk(self.start + place, (span,)) for place, span in enumerate(single)]


def format_span(span: Span) -> str:
    """Return a span as one line of text, without its end; bytes of a name that are no text survive."""
    values = list(_values(span))
    while len(values) > 2 and values[-1] == _DEFAULTS[len(values) - 1]:  # most are files, of which no more is told
        values.pop()
    return _to_json(values)


def parse_span(line: str | bytes) -> Span:
    """Return the span of a line from `format_span`.

    >>> parse_span(format_span(Span("tar", "a.tar", "1.png", at=512, size=90))).size
    90
    """
    return Span(*json.loads(line))


def iter_chunks(spans: Iterable[Span]) -> Iterator[Chunk]:
    """Yield the same chunks for the same spans: single pictures gathered, long spans cut."""
    start = 0
    single: list[Span] = []
    for span in spans:
        if span.count == 1:
            single.append(span)
        if single and (span.count > 1 or len(single) == _PICTURES):
            yield Chunk(start, tuple(single))
            start += len(single)
            single = []
        if span.count > 1:
            most = _FRAMES if span.kind == "idx" else _PICTURES
            for first in range(0, span.count, most):
                count = min(most, span.count - first)
                yield Chunk(start, (dataclasses.replace(span, at=span.at + first, count=count),))
                start += count
    if single:
        yield Chunk(start, tuple(single))
