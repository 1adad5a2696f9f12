"""Reads chunks in this process, or in several; a process that dies costs one row at most.

Both pull the next chunk when there is room for it, so nothing piles up between listing, reading and writing.
"""

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

from inkdigits.batch.engines.form_worker import AnyWorker, make_worker
from inkdigits.batch.engines.serial import Answers, read_serially
from inkdigits.batch.engines.watch import AlarmWatch, GivenUpError, Patience, was_overdue
from inkdigits.batch.engines.worker import ReadSettings, fail_chunk, join_answers
from inkdigits.batch.inputs.manifest import Listed
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.batch.outputs.answers import Answer
from inkdigits.errors import BatchError
from inkdigits.system.cpu import count_cores, find_most_processes
from inkdigits.system.opencv import settle_opencv

__all__ = ["Answers", "Engine", "GuardedWorker", "choose_engine", "read_in_processes", "read_serially"]

Engine: TypeAlias = Callable[[Iterable[Chunk], ReadSettings], Answers]

_AHEAD = 2  # chunks given to a process: the one it reads and the next
_PATIENCE_S = 5.0  # for a process to end by itself
_LOOK_S = 0.2  # between looks at the limits of time
_ENDED = "its process ended while it was read (killed, out of memory, or a decoder's fault); read it alone"
_MANY_PICTURES, _MANY_FRAMES = 200, 5_000  # from so many on, reading takes longer than starting processes


def choose_engine(listed: Listed, is_stopped: Callable[[], bool] | None = None) -> Engine:
    """Return the engine for an input when none was asked for: processes, one a core, when that is worth their start.

    Args:
        listed: The input.
        is_stopped: As for `read_serially`; None is never.
    """
    workers = count_cores()
    is_small = listed.pictures - listed.frames < _MANY_PICTURES and listed.frames < _MANY_FRAMES
    if is_small or workers == 1:
        return read_serially if is_stopped is None else partial(read_serially, is_stopped=is_stopped)
    return partial(read_in_processes, workers=workers, is_stopped=is_stopped or (lambda: False))


def read_in_processes(
    chunks: Iterable[Chunk],
    settings: ReadSettings,
    workers: int,
    *,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Answers:
    """Yield the answers of chunks as they come, read in several processes.

    A process that dies, killed by the system or by a fault in a decoder, is replaced and its chunk read again. When
    that one dies, too, the pictures are read one by one. The picture that ends its process gets a row with an error.
    A picture that takes too long ends its process as well.

    Args:
        chunks: Pulled as processes have room.
        settings: How to read.
        workers: Processes, 1 or more.
        is_stopped: As for `read_serially`.

    Raises:
        BatchError: More processes than this machine can use.
        InkdigitsError: A process could not start; as for `read_serially`.
    """
    _check_count(workers)
    source, patience = iter(chunks), Patience(is_stopped)
    again: deque[Chunk] = deque()
    suspects: set[int] = set()
    pool = [_Process(settings) for _ in range(workers)]
    try:
        with contextlib.suppress(GivenUpError):
            while True:
                _fill(pool, again, source)
                busy = [process for process in pool if process.chunks]
                if not busy:
                    return
                for process in _wait(busy, patience):
                    if process.greet_if_new():
                        continue
                    answer = process.receive()
                    if answer is not None:
                        yield answer
                        continue
                    if is_stopped():  # whoever stops the run may have ended its processes, too
                        return
                    suspect, *others = process.chunks
                    again.extend(others)
                    fresh, was_slow = process.replaced()
                    pool[pool.index(process)] = fresh
                    if was_slow or suspect.start in suspects:
                        yield _rescue(suspect, settings, patience)
                    else:
                        suspects.add(suspect.start)
                        again.append(suspect)
    finally:
        for process in pool:
            process.close()


def _check_count(workers: int) -> None:
    """Refuse a number of processes that would only fill the memory: each takes some 150 MB."""
    most = find_most_processes()
    if workers > most:
        asked = f"expected at most {most} processes on {count_cores()} cores, got {workers}"
        msg = f"{asked}; leave --workers out for one a core"
        raise BatchError(msg)


class GuardedWorker:
    """Reads chunks in a process of its own, so that a picture which ends it is one row with an error.

    Args:
        settings: How to read.

    Raises:
        InkdigitsError: The process could not start; as for `read_serially`.
    """

    def __init__(self, settings: ReadSettings) -> None:
        """Start the process."""
        self._settings = settings
        self._process = _Process(settings)

    def __call__(self, chunk: Chunk) -> Answer:
        """Return the rows of a chunk, read twice at most before its pictures are read one by one."""
        for _ in range(2):
            self._process.greet_if_new()
            self._process.send(chunk)
            answer = self._process.receive()
            if answer is not None:
                return answer
            self._process, was_slow = self._process.replaced()
            if was_slow:
                break
        return _rescue(chunk, self._settings, Patience(lambda: False))


def _wait(busy: "Sequence[_Process]", patience: Patience) -> "list[_Process]":
    """Return the processes that have something to say, as soon as there is one."""
    connections = {process.connection: process for process in busy}
    while not (ready := wait(list(connections), _LOOK_S)):
        if patience.is_over():
            raise GivenUpError
    return [connections[connection] for connection in ready]  # type: ignore[index]  # what was given to wait comes back


def _fill(pool: "Sequence[_Process]", again: deque[Chunk], source: Iterator[Chunk]) -> None:
    """Give each process as many chunks as it has room for, those to be read again first."""
    for process in pool:
        while len(process.chunks) < _AHEAD:
            chunk = again.popleft() if again else next(source, None)
            if chunk is None:
                return
            process.send(chunk)


def _rescue(chunk: Chunk, settings: ReadSettings, patience: Patience) -> Answer:
    """Read the pictures of a chunk one by one in a process of their own, and a new one after each that ends it."""
    answers = []
    process = _Process(settings)
    try:
        for single in chunk.split():
            process.greet_if_new()
            process.send(single)
            _wait([process], patience)
            answer = process.receive()
            if answer is None:
                process, was_slow = process.replaced()
                reason = (
                    f"reading it takes longer than {settings.time_limit:g} s; read it alone" if was_slow else _ENDED
                )
                answer = fail_chunk(single, reason, settings)
            answers.append(answer)
    finally:
        process.close()
    return join_answers(answers)


class _Process:
    """A process with a worker in it, and the chunks that it was given and has not answered, oldest first."""

    def __init__(self, settings: ReadSettings) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks
        self.chunks: deque[Chunk] = deque()
        self.connection, theirs = context.Pipe()
        self._settings = settings
        self._started = False
        self._process = context.Process(target=_serve, args=(theirs, settings), daemon=True)
        self._process.start()
        theirs.close()  # or its end would never be seen here

    def send(self, chunk: Chunk) -> None:
        """Give it a chunk; where it has died, `receive` tells."""
        self.chunks.append(chunk)
        with contextlib.suppress(OSError):
            self.connection.send(chunk)

    def greet_if_new(self) -> bool:
        """Wait until it has begun to read; False when it had already.

        Raises:
            InkdigitsError: It could not start.
        """
        if self._started:
            return False
        try:
            problem = self.connection.recv()
        except (EOFError, OSError):
            advice = 'use fewer --workers, or free some memory; a script needs `if __name__ == "__main__":` around it'
            msg = f"a process of the batch ended before it began to read; {advice}"
            raise BatchError(msg) from None
        if problem is not None:
            raise problem
        self._started = True
        return True

    def receive(self) -> Answer | None:
        """Wait for the answer of its oldest chunk; None when it has died.

        Raises:
            InkdigitsError: As its worker did.
        """
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        self.chunks.popleft()
        if not isinstance(answer, Answer):
            raise answer
        return answer

    def replaced(self) -> "tuple[_Process, bool]":
        """Return a new one in its place, and whether the old one ended because a picture took too long."""
        self._process.join(_PATIENCE_S)
        was_slow = was_overdue(self._process.exitcode)
        self.close()
        return _Process(self._settings), was_slow

    def close(self) -> None:
        """End it: it sees that nobody listens, or is killed."""
        self.connection.close()
        self._process.join(_PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: "Connection[object, Chunk]", settings: ReadSettings) -> None:
    """Answer chunks until the other end is closed, also by the death of its process."""
    for number in (signal.SIGINT, signal.SIGTERM):  # both may reach all processes of a group; the first one decides
        signal.signal(number, signal.SIG_IGN)
    try:
        settle_opencv()  # this process is ours
        worker: AnyWorker = make_worker(settings, AlarmWatch(settings.time_limit))
    except Exception as error:  # noqa: BLE001 - told and raised at the other end
        connection.send(error)
        return
    connection.send(None)
    chunks: SimpleQueue[Chunk] = SimpleQueue()
    # chunks are taken as they come: with long names, both ends could wait for the other to take what was sent
    Thread(target=_take_all, args=(connection, chunks), daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while True:
            try:
                answer: object = worker(chunks.get())
            except Exception as error:  # noqa: BLE001 - the same
                answer = error
            connection.send(answer)


def _take_all(connection: "Connection[object, Chunk]", chunks: "SimpleQueue[Chunk]") -> None:
    """Put what comes into the queue; when no more can come, end this process."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            chunks.put(connection.recv())
    os._exit(0)  # nobody waits for what is being read
