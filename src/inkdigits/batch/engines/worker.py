"""Reads the pictures of one chunk into rows. Every engine reads by this one class."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from inkdigits.batch.engines.watch import TIME_LIMIT_S, Watch
from inkdigits.batch.inputs.loading import Item, Places, Title, raiser, span_titles
from inkdigits.batch.inputs.spans import Chunk, Span
from inkdigits.batch.networks import check_networks
from inkdigits.batch.outputs.answers import MOST_DOUBTFUL, Answer
from inkdigits.batch.outputs.crops import cut_crops
from inkdigits.batch.outputs.form_rows import to_form_answer
from inkdigits.batch.outputs.rows import COUNTED, Counted, Form, count_as, format_row, printable, to_row
from inkdigits.errors import BatchError, InkdigitsError, PictureError, PictureFormatError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.pictures.decoding import Picture, count_pages
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Reading
from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array

__all__ = ["ReadSettings", "SeenChunk", "Worker", "fail_chunk", "join_answers"]

_Answered: TypeAlias = Reading | InkdigitsError


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How every picture is read.

    Attributes:
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: As for `DigitReader`.
        single: Whether each picture holds exactly one digit.
        told: What is known of each picture.
        template: A form's template, which each picture is a page of; None for other pictures.
        form: Of the rows.
        with_crops: Whether unsure digits are cut out, to be looked at.
        time_limit: Seconds for a picture; None is no limit. In this process it is told, in a worker's it ends it.
        networks: What `networks.describe_networks` said when the run began; None takes any.
        per: As for `DigitReader`.
    """

    model: str = DEFAULT_BUNDLE
    max_error: float | None = None
    single: bool = False
    told: FieldOptions = field(default_factory=FieldOptions)
    template: str | None = None
    form: Form = "jsonl"
    with_crops: bool = False
    time_limit: float | None = TIME_LIMIT_S
    networks: Mapping[str, str] | None = None
    per: Per = "line"


@dataclass(frozen=True, slots=True)
class SeenChunk:
    """A chunk whose pictures were opened, before the classifier told what their marks are.

    Attributes:
        chunk: The chunk.
        items: Its pictures.
        seen: What was found in those that could be loaded; frames with what the classifier says of them; None where a
            picture met a fault of ours.
        failures: Why the others could not be, by their place.
        changes: Those that are not to be trusted, since their file changed meanwhile.
        paged: Places of the files of several pages.
    """

    chunk: Chunk
    items: tuple[Item, ...]
    seen: "list[Page | PictureError] | tuple[UInt8Array, Float32Array] | None"
    failures: dict[int, InkdigitsError]
    changes: dict[int, InkdigitsError]
    paged: set[int] = field(default_factory=set)


class Worker:
    """Reads chunks with one network; loads it once, which takes longer than a chunk.

    Args:
        settings: How to read.
        watch: Is told what is being read; None makes one that nobody asks.

    Raises:
        BundleError: The bundle is missing, damaged or of another version, or another one than when the run began.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
    """

    def __init__(self, settings: ReadSettings, watch: Watch | None = None) -> None:
        """Load the bundle."""
        self._settings = settings
        self._watch = watch or Watch(settings.time_limit)
        check_networks(settings.model, settings.networks)
        self._reader = DigitReader(settings.model, max_error=settings.max_error, per=settings.per)
        self._places = Places()

    def __call__(self, chunk: Chunk) -> Answer:
        """Return the rows of a chunk; what cannot be read is a row with its error."""
        return self.judge(self.see(chunk))

    def see(self, chunk: Chunk) -> SeenChunk:
        """Do the first half: open the pictures, find what is written in them; of frames, what the classifier says.

        One thread can see a chunk while another judges the one before it.
        """
        items = tuple(item for span in chunk.spans for item in self._open(span))
        frames = _stack_frames(items) if chunk.has_frames_only and self._settings.told.is_empty else None
        if frames is not None:
            self._watch.begin(items[0].name, len(items))
            return SeenChunk(chunk, items, (frames, self._reader.classifier.predict_proba(frames)), {}, {})
        return self._see(chunk, items)

    def judge(self, seen: SeenChunk) -> Answer:
        """Do the second half: what the marks are, and the rows."""
        if seen.items:
            self._watch.begin(seen.items[0].name, len(seen.items))
        answers = self._judge(seen)
        crops = b"".join(map(cut_crops, seen.items, answers)) if self._settings.with_crops else b""
        self._watch.end()
        names = [item.title for item in seen.items]
        answer = _to_answer(seen.chunk.start, names, answers, self._settings.form, crops)
        return replace(answer, paged=len(seen.paged))

    def _open(self, span: Span) -> list[Item]:
        try:
            return self._places.open(span)
        except InkdigitsError as error:
            return [Item(name, raiser(error)) for name in span_titles(span)]

    def _see(self, chunk: Chunk, items: tuple[Item, ...]) -> SeenChunk:
        failures: dict[int, InkdigitsError] = {}
        changes: dict[int, InkdigitsError] = {}
        paged: set[int] = set()
        try:
            loaded = _load(items, failures, changes, paged, self._watch)
            seen = self._reader.detect(loaded, single=self._settings.single, box=self._settings.told.box)
        except Exception:  # noqa: BLE001 - told when each is read by itself
            return SeenChunk(chunk, items, None, {}, {})
        return SeenChunk(chunk, items, seen, failures, changes, paged)

    def _judge(self, seen: SeenChunk) -> Sequence[_Answered]:
        if isinstance(seen.seen, tuple):
            return self._reader.read_frames(*seen.seen)
        try:
            readings = iter(self._read(seen.items) if seen.seen is None else self._read_pages(seen.seen))
        except Exception as error:  # noqa: BLE001 - of millions of pictures, one that meets a fault of ours must not end the run
            if len(seen.items) > 1:
                return [answer for item in seen.items for answer in self._judge(self._see(seen.chunk, (item,)))]
            msg = f"{seen.items[0].name}: {type(error).__name__}: {error}; report it, with the picture"
            return [BatchError(msg)]
        loaded = [
            seen.failures[place] if place in seen.failures else next(readings) for place in range(len(seen.items))
        ]
        return [seen.changes.get(place, answer) for place, answer in enumerate(loaded)]

    def _read_pages(self, pages: Sequence[Page | PictureError]) -> list[Reading | PictureError]:
        return self._reader.read_pages(pages, **self._settings.told.to_told())

    def _read(self, items: Sequence[Item]) -> list[Reading | PictureError]:
        """Meet the fault again that seeing them met."""
        loaded, told = _load(items, {}, {}, set(), self._watch), self._settings.told
        return self._reader.read_many(loaded, single=self._settings.single, box=told.box, **told.to_told())


def fail_chunk(chunk: Chunk, reason: str, settings: ReadSettings) -> Answer:
    """Return the rows of a chunk that no worker could read, all with the same error."""
    names = [name for span in chunk.spans for name in span_titles(span)]
    errors = [BatchError(f"{name}: {reason}") for name in names]
    if settings.template is not None:
        return to_form_answer(chunk.start, names, errors)
    return _to_answer(chunk.start, names, errors, settings.form)


def join_answers(answers: Sequence[Answer]) -> Answer:
    """Return one answer for chunks that follow one another (at least one)."""
    return Answer(
        answers[0].start,
        sum(answer.count for answer in answers),
        b"".join(answer.rows for answer in answers),
        {name: sum(answer.counts[name] for answer in answers) for name in COUNTED},
        b"".join(answer.crops for answer in answers),
        tuple(name for answer in answers for name in answer.doubtful)[:MOST_DOUBTFUL],
        sum(answer.paged for answer in answers),
    )


def _load(
    items: Sequence[Item],
    failures: dict[int, InkdigitsError],
    changes: dict[int, InkdigitsError],
    paged: set[int],
    watch: Watch,
) -> Iterator[Picture]:
    """Yield the pictures that can be loaded, one at a time.

    Args:
        items: All pictures.
        failures: Gets, by their place, why the others cannot.
        changes: Gets those that are not to be trusted, since their file changed meanwhile.
        paged: Gets the places of files of several pages.
        watch: Is told of each picture.
    """
    for place, item in enumerate(items):
        watch.begin(item.name)
        before = item.version()
        try:
            picture = item.load()
        except InkdigitsError as error:
            failures[place] = error
            continue
        yield picture
        if item.version() != before:  # asked for the next one, the reader has decoded this one
            msg = f"{item.name}: the file changed while it was read; read it again when it is complete"
            changes[place] = PictureFormatError(msg)
        if _has_pages(picture):
            paged.add(place)


def _has_pages(picture: Picture) -> bool:
    """Tell whether a picture is a file of several pages, of which the first is read."""
    if not isinstance(picture, str | os.PathLike | bytes):
        return False
    try:
        return count_pages(picture) > 1
    except PictureError:  # why it could not be read is told by its row
        return False


def _stack_frames(items: Sequence[Item]) -> UInt8Array | None:
    """Return the frames of an IDX file, uint8 (N, 28, 28, 1); None when they have another size or cannot be read."""
    try:
        frames = [np.asarray(item.load(), dtype=np.uint8) for item in items]
    except InkdigitsError:  # told when each is read by itself
        return None
    if any(frame.shape != (FRAME_SIDE, FRAME_SIDE) for frame in frames):
        return None
    return np.stack(frames)[:, :, :, None]


def _to_answer(
    start: int, names: Sequence[Title], answers: Sequence[_Answered], form: Form, crops: bytes = b""
) -> Answer:
    counts: dict[Counted, int] = dict.fromkeys(COUNTED, 0)
    doubtful: list[str] = []
    for name, answer in zip(names, answers, strict=True):
        counted = count_as(answer)
        counts[counted] += 1
        if counted == "unsure" and len(doubtful) < MOST_DOUBTFUL:
            doubtful.append(printable(str(name)))
    rows = b"".join(
        format_row(to_row(name.path, answer, name.page), form) for name, answer in zip(names, answers, strict=True)
    )
    return Answer(start, len(names), rows, counts, crops, tuple(doubtful))
