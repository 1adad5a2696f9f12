"""Reads every picture of a batch once, whatever interrupts it, and returns a summary.

While it runs, what was read lies in a folder beside the output, `OUT.parts`; a run that is resumed goes on from there.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.engines.processes import Answers, Engine, choose_engine
from inkdigits.batch.engines.watch import TIME_LIMIT_S
from inkdigits.batch.engines.worker import ReadSettings
from inkdigits.batch.inputs.manifest import Listed
from inkdigits.batch.inputs.spans import Chunk, iter_chunks, parse_span
from inkdigits.batch.networks import describe_networks, name_model
from inkdigits.batch.outputs.answers import MOST_DOUBTFUL
from inkdigits.batch.outputs.merging import iter_crops, merge_shards
from inkdigits.batch.outputs.review import write_review
from inkdigits.batch.outputs.rows import COUNTED, Counted
from inkdigits.batch.outputs.shards import Shard, ShardWriter, read_manifest
from inkdigits.batch.run_folder import LISTING_FILE, done_folder, hold_job, obtain_listing
from inkdigits.errors import BatchError, FieldError, OutputError
from inkdigits.forms.tables import table_path
from inkdigits.reading.fields import make_field
from inkdigits.system.extras import require_extra
from inkdigits.system.folders import exists, is_folder

__all__ = ["BatchProgress", "BatchSummary", "run_batch"]


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
        paged: Pictures that are files of several pages, of which the first was read.
        model: Name, version and digest of the networks that read, and the package's version.
    """

    total: int
    counts: dict[Counted, int]
    doubtful: tuple[str, ...]
    skipped: int
    is_complete: bool
    was_complete: bool = False
    paged: int = 0
    model: str = ""


def run_batch(  # noqa: PLR0913 - what is the same in a resumed run is in the config, the rest is not
    config: BatchConfig,
    *,
    engine: Engine | None = None,
    resume: bool = False,
    ordered: bool = False,
    max_errors: int | None = None,
    time_limit: float | None = TIME_LIMIT_S,
    is_stopped: Callable[[], bool] = lambda: False,
    while_reading: Callable[[], AbstractContextManager[None]] = nullcontext,
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
        time_limit: Seconds for a picture, after which it is a row with an error; in this process, the end of the run.
            None is no limit.
        is_stopped: Asked before each chunk; what is being read is finished and kept, unless that takes long.
        while_reading: Gives the context in which `is_stopped` is asked; an exception raised elsewhere loses nothing.
        on_progress: Told after each chunk.
        stdin: Where an input of "-" is read from.

    Returns:
        How it ended.

    Raises:
        OutputError: The output is there already, or cannot be written; what was read is kept.
        BatchError: Too many errors, no process to read in, or an unfinished run of another config; the same.
        PictureNotFoundError: No input, or none in it.
        DataError: The input is of an unknown form or damaged.
        FieldError: No field can be what was told, or its check is a function, which cannot be written down.
        BundleError: The bundle is missing, damaged or of another version.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
        MissingExtraError: Parquet or the engine needs an extra that is not installed.
    """
    _check(config)
    folder = shards_folder(config.out)
    shutil.rmtree(done_folder(config.out), ignore_errors=True)  # of a run that was killed while it cleared away
    if exists(config.out) and not exists(folder) and resume:
        return BatchSummary(0, dict.fromkeys(COUNTED, 0), (), 0, is_complete=True, was_complete=True)
    networks = describe_networks(config.model)
    with hold_job(config, folder, networks, resume=resume):
        listed = obtain_listing(config, folder, stdin)
        settings = _make_settings(config, time_limit, networks)
        run = _Run(folder, settings, listed, read_manifest(folder))
        with while_reading():
            run.read(engine or choose_engine(listed, is_stopped), max_errors, is_stopped, on_progress)
        if run.is_complete:
            if config.review is not None:
                crops = iter_crops(folder, run.shards)
                is_form = config.template is not None
                rows = table_path(config.out) if is_form else config.out
                write_review(config.review, crops, rows, "fields" if is_form else "digits")
            merge_shards(folder, run.shards, config.out, config.form, ordered=ordered)
            folder.rename(done_folder(config.out))
    shutil.rmtree(done_folder(config.out), ignore_errors=True)
    return run.summarize()


def _check(config: BatchConfig) -> None:
    """Refuse before anything is made what could not end well."""
    make_field(config.told)
    config.told.to_dict()  # refuses a check without a name
    if config.single and not config.told.is_empty:
        msg = "expected pictures of one digit or of a field, got both; leave one out"
        raise FieldError(msg)
    if config.form == "parquet":
        require_extra("batch")
    beside = config.out.parent  # is made with the output
    if config.review is not None and config.review.parent != beside and not is_folder(config.review.parent):
        msg = f"{config.review}: no such folder; make {config.review.parent}, or change --review"
        raise OutputError(msg)


def _make_settings(config: BatchConfig, time_limit: float | None, networks: dict[str, str]) -> ReadSettings:
    return ReadSettings(
        config.model,
        config.max_error,
        config.single,
        config.told,
        config.template,
        config.form,
        with_crops=config.review is not None,
        time_limit=time_limit,
        networks=networks,
        per=config.per,
    )


class _Run:
    """Reads what earlier runs have not."""

    def __init__(self, folder: Path, settings: ReadSettings, listed: Listed, shards: list[Shard]) -> None:
        self.shards = shards
        self._folder = folder
        self._listed = listed
        self._settings = settings
        self._read = {found.start for shard in shards for found in shard.slices}
        self._counts: dict[Counted, int] = {name: sum(shard.counts[name] for shard in shards) for name in COUNTED}

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
        with ShardWriter(self._folder, self.shards) as writer, closing(self._answers(engine, is_stopped)) as answers:
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
        with (self._folder / LISTING_FILE).open("rb") as lines:
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
            told = "the rows read so far, in its folder, tell why"
            msg = (
                f"expected at most {max_errors:,} pictures that cannot be read, met {self._counts['error']:,}; {told}: "
                f"{self._folder}; go on with --resume and a higher --max-errors"
            )
            raise BatchError(msg)

    def summarize(self) -> BatchSummary:
        doubtful = tuple(name for shard in self.shards for name in shard.doubtful)[:MOST_DOUBTFUL]
        return BatchSummary(
            self._listed.pictures,
            self._counts,
            doubtful,
            self._listed.skipped,
            is_complete=self.is_complete,
            paged=sum(shard.paged for shard in self.shards),
            model=name_model(self._settings.networks or {}),
        )
