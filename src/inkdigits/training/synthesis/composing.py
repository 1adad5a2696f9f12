"""Composes batches in processes of their own, ahead of the training that they feed."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import TypeAlias, TypeVar

import cv2

from inkdigits.system.parent import end_with_parent

__all__ = ["BatchPlace", "compose_ahead"]

BatchPlace: TypeAlias = tuple[int, int]  # seed and number of a batch
BatchT = TypeVar("BatchT")

_NICENESS = 5  # composing gives way to the training
_AHEAD = 6  # batches composed before they are asked for: some 40 MB of 32 scenes each


def compose_ahead(
    compose: Callable[[BatchPlace], BatchT], places: Sequence[BatchPlace], *, processes: int = 1
) -> Iterator[BatchT]:
    """Yield a batch for each place, in their order, composed ahead in other processes.

    Args:
        compose: Makes the batch of a place, whose two numbers decide everything random in it; it is sent to the
            processes, so it is a function of a module, or a `functools.partial` of one.
        places: Seed and number of each batch.
        processes: How many compose, 1 or more.
    """
    context = get_context("spawn")  # a forked TensorFlow hangs
    with ProcessPoolExecutor(processes, context, _settle) as executor:
        waiting = iter(places)
        running: list[Future[BatchT]] = [executor.submit(compose, place) for place in islice(waiting, _AHEAD)]
        try:
            while running:
                batch = running.pop(0).result()
                running += [executor.submit(compose, place) for place in islice(waiting, 1)]
                yield batch
        finally:
            for future in running:
                future.cancel()


def _settle() -> None:
    """Let a new process give way to the training, use one core, and end only with the process that started it."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):  # Windows has none
        os.nice(_NICENESS)
    cv2.setNumThreads(1)
