"""Reads chunks in this process."""

import contextlib
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeAlias, TypeVar

from inkdigits.batch.engines.form_worker import FormWorker, make_worker
from inkdigits.batch.engines.watch import GivenUpError, Patience, Watch
from inkdigits.batch.engines.worker import ReadSettings, SeenChunk
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.batch.outputs.answers import Answer
from inkdigits.errors import BatchError

__all__ = ["Answers", "read_serially"]

Answers: TypeAlias = Generator[Answer, None, None]
ResultT = TypeVar("ResultT")

_LOOK_S = 0.2  # between looks at the limits of time


def read_serially(
    chunks: Iterable[Chunk], settings: ReadSettings, *, is_stopped: Callable[[], bool] = lambda: False
) -> Answers:
    """Yield the answers of chunks, read in this process, beside the thread that asks: that one hears signals meanwhile.

    Frames spend their time in ONNX Runtime, which leaves Python to others: the classifier has the next chunk while the
    detector has one. Of pictures two threads would mostly wait for each other (docs/log.md).

    Args:
        chunks: Pulled one by one.
        settings: How to read.
        is_stopped: Tells that the run is to stop: what is being read is given up when it takes long.

    Raises:
        BatchError: A picture takes longer than the limit; only a process of its own can be ended.
        BundleError: The bundle cannot be loaded.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
    """
    watch, patience = Watch(settings.time_limit), Patience(is_stopped)
    worker = make_worker(settings, watch)
    seer, judge = _Side(), _Side()
    before: Future[SeenChunk] | None = None
    with contextlib.suppress(GivenUpError):
        if isinstance(worker, FormWorker):
            for chunk in chunks:
                yield _await(judge.do(partial(worker, chunk)), watch, patience)
            return
        for chunk in chunks:
            now = seer.do(partial(worker.see, chunk)) if chunk.has_frames_only else None
            if before is not None:
                yield _await(judge.do(partial(worker.judge, _await(before, watch, patience))), watch, patience)
            if now is None:
                yield _await(judge.do(partial(worker, chunk)), watch, patience)
            before = now
        if before is not None:
            yield _await(judge.do(partial(worker.judge, _await(before, watch, patience))), watch, patience)


class _Side:
    """A thread that does one thing after another, and is left behind when the process ends in the middle of one."""

    def __init__(self) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        Thread(target=self._run, name="inkdigits-batch", daemon=True).start()

    def do(self, work: Callable[[], ResultT]) -> Future[ResultT]:
        """Do something after what was given before."""
        future: Future[ResultT] = Future()
        self._work.put((future, work))
        return future

    def _run(self) -> None:
        while True:
            future, work = self._work.get()
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised where the result is waited for
                future.set_exception(error)


def _await(future: "Future[ResultT]", watch: Watch, patience: Patience) -> ResultT:
    """Wait for a result within the limits."""
    while True:
        try:
            return future.result(_LOOK_S)
        except TimeoutError:
            if future.done():  # the work's own error
                raise
            if patience.is_over():
                raise GivenUpError from None
            if (name := watch.find_overdue()) is not None:
                told = f"{name}: reading it takes longer than {watch.limit:g} s"
                msg = f"{told}; go on with --resume --engine processes, which makes it a row, or a higher --time-limit"
                raise BatchError(msg) from None
