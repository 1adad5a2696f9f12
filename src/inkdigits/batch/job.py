"""An input and an output go in; every picture is read once, whatever interrupts it, and a summary comes out.

While it runs, what was read lies in a folder beside the output, `OUT.parts`; a run that is resumed goes on from there.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO

from inkdigits.batch.engines import Answers, Engine, choose_engine
from inkdigits.batch.joining import iter_crops, join_parts
from inkdigits.batch.listing import Listed, write_listing
from inkdigits.batch.parts import Part, PartWriter, read_manifest, sync_folder
from inkdigits.batch.review import write_review
from inkdigits.batch.rows import COUNTED, Counted, Form
from inkdigits.batch.spans import Chunk, iter_chunks, parse_span
from inkdigits.batch.worker import MOST_DOUBTFUL, ReadSettings
from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.errors import BatchError, FieldError, OutputError
from inkdigits.extras import require_extra
from inkdigits.fields import make_field
from inkdigits.file_lock import is_held_elsewhere, lock_file

__all__ = ["FORMS", "BatchConfig", "BatchProgress", "BatchSummary", "parts_folder", "run_batch"]

FORMS: dict[str, Form] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}  # by the output's ending
_FORMAT = 1  # of the folder of parts
_JOB_FILE, _LISTING_FILE, _LISTED_FILE = "job.json", "listing", "listed.json"


@dataclass(frozen=True, slots=True)
class BatchConfig:
    """What is read and how; a run that is resumed has the same.

    Attributes:
        source: The input, as `listing.write_listing` takes it.
        out: The output; its ending tells its form.
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: As for `DigitReader`.
        single: Whether each picture holds exactly one digit.
        length: As for `DigitReader.read`.
        pattern: As for `DigitReader.read`.
        column: Of Parquet, the one that holds pictures; None takes the first that can.
        review: A page with every unsure digit to write, or None.
    """

    source: str
    out: Path
    model: str = DEFAULT_BUNDLE
    max_error: float | None = None
    single: bool = False
    length: int | None = None
    pattern: str | None = None
    column: str | None = None
    review: Path | None = None

    @property
    def form(self) -> Form:
        """Form of the output.

        Raises:
            OutputError: Its ending names none.
        """
        form = FORMS.get(self.out.suffix.lower())
        if form is None:
            msg = f"{self.out}: expected an ending of {', '.join(FORMS)}, got {self.out.suffix!r}; change --out"
            raise OutputError(msg)
        return form


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """How far a run is.

    Attributes:
        done: Pictures read, in earlier runs, too.
        total: Pictures of the input.
        errors: Pictures that could not be read.
        rate: Pictures a second of this run.
        seconds_left: At this rate.
    """

    done: int
    total: int
    errors: int
    rate: float
    seconds_left: float


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """How a run ended.

    Attributes:
        total: Pictures of the input.
        counts: Pictures read by what they count as.
        doubtful: Names of the first pictures with an unsure digit.
        skipped: Files of folders and archives that do not end like a picture.
        is_complete: False when it was stopped; what was read is kept.
        was_complete: True when an earlier run had finished, so that nothing was done and nothing is counted.
    """

    total: int
    counts: dict[Counted, int]
    doubtful: tuple[str, ...]
    skipped: int
    is_complete: bool
    was_complete: bool = False


def parts_folder(out: Path) -> Path:
    """Return where an unfinished run of an output lies."""
    return out.with_name(out.name + ".parts")


def run_batch(  # noqa: PLR0913 - what is the same in a resumed run is in the config, the rest is not
    config: BatchConfig,
    *,
    engine: Engine | None = None,
    resume: bool = False,
    ordered: bool = False,
    max_errors: int | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[BatchProgress], None] = lambda _: None,
    stdin: IO[bytes] | None = None,
) -> BatchSummary:
    """Read every picture of an input into one file of rows.

    Args:
        config: What and how.
        engine: Reads chunks; None takes this process for a small input and one a core for others.
        resume: Go on with an unfinished run, if there is one.
        ordered: Whether rows come in the input's order; else in the order in which they were read.
        max_errors: End when more pictures than this cannot be read; None never does.
        is_stopped: Asked before each chunk; what is being read is finished and kept.
        on_progress: Told after each chunk.
        stdin: Where an input of "-" is read from.

    Returns:
        How it ended.

    Raises:
        OutputError: The output is there already, or cannot be written; what was read is kept.
        BatchError: Too many errors, no process to read in, or an unfinished run of another config; the same.
        PictureNotFoundError: No input, or none in it.
        DataError: The input is of an unknown form or damaged.
        FieldError: No field can have such a length or pattern.
        BundleError: The bundle is missing, damaged or of another version.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
        MissingExtraError: Parquet or the engine needs an extra that is not installed.
    """
    folder = parts_folder(config.out)
    _check(config)
    shutil.rmtree(_done_folder(config.out), ignore_errors=True)  # of a run that was killed while it cleared away
    if config.out.exists() and not folder.exists() and resume:
        return BatchSummary(0, dict.fromkeys(COUNTED, 0), (), 0, is_complete=True, was_complete=True)
    with _held_job(config, folder, resume=resume):
        listed = _obtain_listing(config, folder, stdin)
        run = _Run(config, folder, listed, read_manifest(folder))
        run.read(engine or choose_engine(listed), max_errors, is_stopped, on_progress)
        if run.is_complete:
            if config.review is not None:
                write_review(config.review, iter_crops(folder, run.parts), config.out)
            join_parts(folder, run.parts, config.out, config.form, ordered=ordered)
            folder.rename(_done_folder(config.out))
    shutil.rmtree(_done_folder(config.out), ignore_errors=True)
    return run.summarize()


def _check(config: BatchConfig) -> None:
    """Refuse before anything is made what could not end well."""
    make_field(config.length, config.pattern)
    if config.single and (config.length, config.pattern) != (None, None):
        msg = "expected pictures of one digit or of a length or pattern, got both; leave one out"
        raise FieldError(msg)
    if config.form == "parquet":
        require_extra("batch")


class _Run:
    """Reads what earlier runs have not."""

    def __init__(self, config: BatchConfig, folder: Path, listed: Listed, parts: list[Part]) -> None:
        self.parts = parts
        self._folder = folder
        self._listed = listed
        self._settings = ReadSettings(
            config.model,
            config.max_error,
            config.single,
            config.length,
            config.pattern,
            config.form,
            with_crops=config.review is not None,
        )
        self._read = {found.start for part in parts for found in part.slices}
        self._counts: dict[Counted, int] = {name: sum(part.counts[name] for part in parts) for name in COUNTED}

    @property
    def is_complete(self) -> bool:
        return sum(self._counts.values()) == self._listed.pictures

    def read(
        self,
        engine: Engine,
        max_errors: int | None,
        is_stopped: Callable[[], bool],
        on_progress: Callable[[BatchProgress], None],
    ) -> None:
        began, before = time.monotonic(), sum(self._counts.values())
        with PartWriter(self._folder, self.parts) as writer, closing(self._answers(engine, is_stopped)) as answers:
            for answer in answers:
                if answer.start in self._read:  # an engine that lost a node may answer twice
                    continue
                writer.add(answer)
                self._read.add(answer.start)
                for name, count in answer.counts.items():
                    self._counts[name] += count
                on_progress(self._progress(before, time.monotonic() - began))
                self._check_errors(max_errors)
        if not self.is_complete and not is_stopped():
            left = self._listed.pictures - sum(self._counts.values())
            msg = f"{left:,} pictures were left without an answer; go on with --resume"
            raise BatchError(msg)

    def _answers(self, engine: Engine, is_stopped: Callable[[], bool]) -> Answers:
        if not self.is_complete:
            yield from engine(self._iter_chunks(is_stopped), self._settings)

    def _iter_chunks(self, is_stopped: Callable[[], bool]) -> Iterator[Chunk]:
        with (self._folder / _LISTING_FILE).open("rb") as lines:
            for chunk in iter_chunks(map(parse_span, lines)):
                if is_stopped():
                    return
                if chunk.start not in self._read:
                    yield chunk

    def _progress(self, before: int, seconds: float) -> BatchProgress:
        done, total = sum(self._counts.values()), self._listed.pictures
        rate = (done - before) / max(seconds, 1e-3)
        return BatchProgress(done, total, self._counts["error"], rate, (total - done) / max(rate, 1e-9))

    def _check_errors(self, max_errors: int | None) -> None:
        if max_errors is not None and self._counts["error"] > max_errors:
            told = "the rows read so far, in its parts, tell why"
            msg = (
                f"expected at most {max_errors:,} pictures that cannot be read, met {self._counts['error']:,}; {told}: "
                f"{self._folder}; go on with --resume and a higher --max-errors"
            )
            raise BatchError(msg)

    def summarize(self) -> BatchSummary:
        doubtful = tuple(name for part in self.parts for name in part.doubtful)[:MOST_DOUBTFUL]
        return BatchSummary(
            self._listed.pictures, self._counts, doubtful, self._listed.skipped, is_complete=self.is_complete
        )


def _done_folder(out: Path) -> Path:
    return out.with_name(out.name + ".parts-done")


@contextmanager
def _held_job(config: BatchConfig, folder: Path, *, resume: bool) -> Iterator[None]:
    """Make or take up a run's folder, and keep other processes from it."""
    _check_place(config, folder, resume=resume)
    path = folder / _JOB_FILE
    # names of the listing are relative to the folder that the first run was started in
    job = {
        "format": _FORMAT,
        "cwd": str(Path.cwd()),
        **{entry.name: getattr(config, entry.name) for entry in fields(config)},
    }
    job = json.loads(json.dumps(job, default=os.fspath))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_json(path, job)
        file = path.open("r+b")
    except OSError as error:
        msg = f"{folder}: cannot be written ({error.strerror}); choose another place for --out"
        raise OutputError(msg) from error
    with file:
        _lock(file, folder)
        found = json.load(file)
        differing = sorted(name for name in {*job, *found} if job.get(name) != found.get(name))
        if differing:
            told = ", ".join(f"{name} was {found.get(name)!r} and is {job.get(name)!r}" for name in differing)
            msg = f"{folder}: expected the options of the run to resume, but {told}; give these, or remove the folder"
            raise BatchError(msg)
        yield


def _check_place(config: BatchConfig, folder: Path, *, resume: bool) -> None:
    if folder.exists() and not resume:
        msg = f"{folder}: an unfinished run lies there; go on with it by --resume, or remove the folder"
        raise OutputError(msg)
    if config.out.exists() and not folder.exists():
        msg = f"{config.out}: expected a place without a file, which would be lost; change --out, or remove it"
        raise OutputError(msg)


def _lock(file: IO[bytes], folder: Path) -> None:
    try:
        lock_file(file)
    except OSError as error:
        if is_held_elsewhere(error):
            msg = f"{folder}: another process is at this run; wait for it, or end it"
            raise BatchError(msg) from error
        msg = f"{folder}: expected a file system that locks files, got {error.strerror}; keep --out on a local disk"
        raise OutputError(msg) from error


def _obtain_listing(config: BatchConfig, folder: Path, stdin: IO[bytes] | None) -> Listed:
    path = folder / _LISTED_FILE
    if path.exists():
        return Listed(**json.loads(path.read_bytes()))
    try:
        listed = write_listing(config.source, folder / _LISTING_FILE, column=config.column, stdin=stdin)
        _write_json(path, asdict(listed))
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)  # nothing was read yet, and another input may come
        raise
    return listed


def _write_json(path: Path, values: object) -> None:
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
