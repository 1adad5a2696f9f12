"""Reads chunks in this process, or in several; a process that dies costs one row at most.

Both pull the next chunk when there is room for it, so nothing piles up between listing, reading and writing.
"""

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import TypeAlias

from inkdigits.batch.engines.form_worker import AnyWorker, make_worker
from inkdigits.batch.engines.worker import ReadSettings, SeenChunk, Worker, fail_chunk, join_answers
from inkdigits.batch.inputs.manifest import Listed
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.batch.outputs.answers import Answer
from inkdigits.errors import BatchError
from inkdigits.system.cpu import count_cores
from inkdigits.system.opencv import settle_opencv

__all__ = ["Answers", "Engine", "GuardedWorker", "choose_engine", "read_in_processes", "read_serially"]

Answers: TypeAlias = Generator[Answer, None, None]
Engine: TypeAlias = Callable[[Iterable[Chunk], ReadSettings], Answers]

_AHEAD = 2  # chunks given to a process: the one it reads and the next
_PATIENCE_S = 5.0  # for a process to end by itself
_MANY_PICTURES, _MANY_FRAMES = 200, 5_000  # from so many on, reading takes longer than starting processes


def choose_engine(listed: Listed) -> Engine:
    """Return the engine for an input when none was asked for: processes, one a core, when that is worth their start."""
    workers = count_cores()
    is_small = listed.pictures - listed.frames < _MANY_PICTURES and listed.frames < _MANY_FRAMES
    return read_serially if is_small or workers == 1 else partial(read_in_processes, workers=workers)


def read_serially(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
    """Yield the answers of chunks, read in this process.

    Frames spend their time in ONNX Runtime, which leaves Python to others: the classifier has the next chunk while the
    detector has one. Of pictures two threads would mostly wait for each other (docs/log.md).

    Raises:
        BundleError: The bundle cannot be loaded.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.
    """
    worker = make_worker(settings)
    if not isinstance(worker, Worker):
        yield from map(worker, chunks)
        return
    with ThreadPoolExecutor(1, "inkdigits-frames") as thread:
        before: Future[SeenChunk] | None = None
        for chunk in chunks:
            now = thread.submit(worker.see, chunk) if chunk.has_frames_only else None
            if before is not None:
                yield worker.judge(before.result())
            if now is None:
                yield worker(chunk)
            before = now
        if before is not None:
            yield worker.judge(before.result())


def read_in_processes(chunks: Iterable[Chunk], settings: ReadSettings, workers: int) -> Answers:
    """Yield the answers of chunks as they come, read in several processes.

    A process that dies, killed by the system or by a fault in a decoder, is replaced and its chunk read again; when
    that dies, too, its pictures are read one by one, and the one that ends the process gets a row with an error.

    Args:
        chunks: Pulled as processes have room.
        settings: How to read.
        workers: Processes, 1 or more.

    Raises:
        InkdigitsError: A process could not start; as for `read_serially`.
    """
    source = iter(chunks)
    again: deque[Chunk] = deque()
    suspects: set[int] = set()
    pool = [_Process(settings) for _ in range(workers)]
    try:
        while True:
            for process in pool:
                while len(process.chunks) < _AHEAD and (chunk := _next(again, source)) is not None:
                    process.send(chunk)
            busy = {process.connection: process for process in pool if process.chunks}
            if not busy:
                return
            for connection in wait(list(busy)):
                process = busy[connection]  # type: ignore[index]  # what was given to wait comes back
                answer = process.receive()
                if answer is not None:
                    yield answer
                    continue
                suspect, *others = process.chunks
                again.extend(others)
                pool[pool.index(process)] = process.replaced()
                if suspect.start in suspects:
                    yield _rescue(suspect, settings)
                else:
                    suspects.add(suspect.start)
                    again.append(suspect)
    finally:
        for process in pool:
            process.close()


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
            self._process.send(chunk)
            answer = self._process.receive()
            if answer is not None:
                return answer
            self._process = self._process.replaced()
        return _rescue(chunk, self._settings)


def _next(again: deque[Chunk], source: Iterator[Chunk]) -> Chunk | None:
    return again.popleft() if again else next(source, None)


def _rescue(chunk: Chunk, settings: ReadSettings) -> Answer:
    """Read the pictures of a chunk one by one in a process of their own, and a new one after each that ends it."""
    answers = []
    process = _Process(settings)
    try:
        for single in chunk.split():
            process.send(single)
            answer = process.receive()
            if answer is None:
                process = process.replaced()
                reason = (
                    "its process ended while it was read (killed, out of memory, or a decoder's fault); read it alone"
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

    def receive(self) -> Answer | None:
        """Wait for the answer of its oldest chunk; None when it has died.

        Raises:
            InkdigitsError: It could not start.
        """
        try:
            if not self._started:
                self._greet()
            answer = self.connection.recv()
        except (EOFError, OSError):
            if not self._started:
                advice = (
                    'use fewer --workers, or free some memory; a script needs `if __name__ == "__main__":` around it'
                )
                msg = f"a process of the batch ended before it began to read; {advice}"
                raise BatchError(msg) from None
            return None
        self.chunks.popleft()
        if not isinstance(answer, Answer):
            raise answer
        return answer

    def _greet(self) -> None:
        problem = self.connection.recv()
        if problem is not None:
            raise problem
        self._started = True

    def replaced(self) -> "_Process":
        """Return a new one in its place."""
        self.close()
        return _Process(self._settings)

    def close(self) -> None:
        """Let it end: it sees that nobody listens."""
        self.connection.close()
        self._process.join(_PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: "Connection[object, Chunk]", settings: ReadSettings) -> None:
    """Answer chunks until the other end is closed, also by the death of its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one decides
    try:
        settle_opencv()  # this process is ours
        worker: AnyWorker = make_worker(settings)
    except Exception as error:  # noqa: BLE001 - told and raised at the other end
        connection.send(error)
        return
    connection.send(None)
    chunks: SimpleQueue[Chunk | None] = SimpleQueue()
    # chunks are taken as they come: with long names, both ends could wait for the other to take what was sent
    Thread(target=_take_all, args=(connection, chunks), daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        while (chunk := chunks.get()) is not None:
            try:
                answer: object = worker(chunk)
            except Exception as error:  # noqa: BLE001 - the same
                answer = error
            connection.send(answer)


def _take_all(connection: "Connection[object, Chunk]", chunks: "SimpleQueue[Chunk | None]") -> None:
    """Put what comes into the queue, and None when no more can come."""
    with contextlib.suppress(EOFError, OSError):
        while True:
            chunks.put(connection.recv())
    chunks.put(None)
