"""Reads chunks with Ray Data, on this machine or on a cluster. The one home of Ray Data.

A callable class becomes actors, and each of them loads the bundle once. What Ray is given are places, not pictures: the
actors read these themselves, so all nodes have to see the input under the same path or address.
"""

import itertools
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import ray
import ray.data
import ray.exceptions

from inkdigits.batch.engines.form_worker import make_worker
from inkdigits.batch.engines.processes import Answers, GuardedWorker
from inkdigits.batch.engines.worker import ReadSettings
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.errors import BatchError
from inkdigits.system.ray_session import ray_session

__all__ = ["read_with_ray"]

_MOST_CHUNKS = 16  # of a block, Ray's unit of work: few at first, so that a small input reaches all actors
_CORES = 0.5  # that an actor asks for; it uses one, but the actors of a lost node have to find room on the others
_RETRIES = -1  # without end: while the actor of a lost node starts elsewhere, each attempt to reach it is one


def read_with_ray(
    chunks: Iterable[Chunk],
    settings: ReadSettings,
    *,
    workers: int | None = None,
    address: str | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Answers:
    """Yield the answers of chunks as they come, in any order.

    Args:
        chunks: All of them are handed to Ray at the beginning; Ray's store keeps what does not fit its memory on disk.
        settings: How to read.
        workers: Actors; None takes as many as there are cores.
        address: Of a cluster that runs; None starts Ray here, unless this process is connected already.
        is_stopped: Asked after each answer.

    Raises:
        BatchError: Ray cannot be reached, or ended.
        BundleError: The bundle cannot be loaded.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
    """
    make_worker(settings)  # an error of the bundle is told here, as such, and before Ray is started
    with _without_bars(), ray_session(address, workers, failure=BatchError):
        cores: Any = ray.cluster_resources().get("CPU", 1)  # type: ignore[no-untyped-call]
        actors = workers or max(1, int(cores))
        refs: Any = [ray.put(table) for table in _tables(chunks, actors)]
        if not refs:
            return
        answers = ray.data.from_arrow_refs(refs).map_batches(
            _Actor,
            fn_constructor_args=(settings,),
            batch_size=1,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=actors),
            num_cpus=_CORES,
            scheduling_strategy="SPREAD",
            max_restarts=-1,
            max_task_retries=_RETRIES,
        )
        try:
            batches: Any = answers.iter_batches(batch_size=None, batch_format="pyarrow")
            for batch in batches:
                for answer in batch.column("answer"):
                    yield pickle.loads(answer.as_py())  # noqa: S301 - our own actor's
                if is_stopped():
                    return
        except ray.exceptions.RayError as error:
            told = "what was read is kept, go on with --resume"
            msg = f"Ray could not read a block ({error}); {told}"
            raise BatchError(msg) from error


class _Actor:
    """Reads chunks on one of Ray's nodes.

    In a process of its own: Ray would give a picture that ends the actor to the next one, without end.
    """

    def __init__(self, settings: ReadSettings) -> None:
        self._worker = GuardedWorker(settings)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Return the answers of some chunks, each as bytes."""
        chunks = (pickle.loads(chunk.as_py()) for chunk in batch.column("chunk"))  # noqa: S301 - our own
        answers = [pickle.dumps(self._worker(chunk)) for chunk in chunks]
        return pa.table({"answer": pa.array(answers, pa.binary())})


def _tables(chunks: Iterable[Chunk], actors: int) -> Iterator[pa.Table]:
    """Yield tables of one chunk at first, then of more."""
    rest = iter(chunks)
    for number in itertools.count():
        size = min(_MOST_CHUNKS, 1 + number // (4 * actors))
        held = [pickle.dumps(chunk) for chunk in itertools.islice(rest, size)]
        if not held:
            return
        yield pa.table({"chunk": pa.array(held, pa.binary())})


@contextmanager
def _without_bars() -> Iterator[None]:
    """Keep Ray Data's progress bars off the terminal."""
    context = ray.data.DataContext.get_current()
    had_bars, context.enable_progress_bars = context.enable_progress_bars, False
    try:
        yield
    finally:
        context.enable_progress_bars = had_bars
