"""One process that reads, seen from the process that answers: it is started, asked, and ended at any moment."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import inkdigits
from inkdigits.errors import BundleError
from inkdigits.service.transport.tasks import Begin, Outcome, Task
from inkdigits.service.transport.wire import PREFIX_BYTES, Message, decode, encode, split_prefix

__all__ = ["READING_MODULE", "ProcessEndedError", "ReadingProcess", "TaskFailedError"]

READING_MODULE = "inkdigits.service.child"
_END_S = 2.0  # seconds for a process that was killed to be gone


class ProcessEndedError(Exception):
    """The process ended, or says what it must not say, before it answered."""


class TaskFailedError(Exception):
    """The process met a fault that nobody foresaw; the message is its traceback."""


class ReadingProcess:
    """A process with a reader in it, which does one task at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.why_ended: str | None = None  # one word, when it was ended from here
        self._was_stopped = False  # when it was last looked at

    @classmethod
    async def start(cls, settings: Mapping[str, Any], module: str = READING_MODULE) -> "ReadingProcess":
        """Start one; it is not ready yet.

        Args:
            settings: What the child is told, as values of JSON.
            module: What it runs.
        """
        source = str(Path(inkdigits.__file__).parents[1])  # so that it is the same package, however this one was found
        path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        started = cls(process)
        with contextlib.suppress(ConnectionError):  # `wait_until_ready` tells
            await started._send({**settings, "parent": os.getpid()})
        return started

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, or was told to go."""
        return self.why_ended is not None or self._process.returncode is not None

    async def wait_until_ready(self) -> None:
        """Return when it has read its first picture.

        Raises:
            BundleError: The bundle cannot be read.
            ProcessEndedError: It ended before that.
        """
        head, _ = await self._receive()
        if "bundle_error" in head:
            raise BundleError(str(head["bundle_error"]))

    async def ask(self, task: Task, seconds: float, begin: Begin) -> Outcome:
        """Let it do a task.

        Args:
            task: The task.
            seconds: Until no further picture is started.
            begin: Told the number of pictures when they begin.

        Raises:
            ProcessEndedError: It ended before it answered.
            TaskFailedError: It met a fault that nobody foresaw.
            TimeoutError: It gave up after that time.
        """
        try:
            await self._send({"kind": task.kind, "settings": task.settings, "seconds": seconds}, task.body)
        except ConnectionError as error:
            raise ProcessEndedError from error
        while True:
            head, body = await self._receive()
            match head.get("is"):
                case "begun":
                    begin(int(head["pictures"]))
                case "late":
                    raise TimeoutError
                case "failed":
                    raise TaskFailedError(str(head["traceback"]))
                case "done":
                    if head.get("is_last"):  # what it holds in memory is in doubt
                        self.end("memory")
                    return _to_outcome(head, body)
                case _:
                    raise ProcessEndedError

    def end(self, reason: str) -> None:
        """End it at once, whatever it does.

        Args:
            reason: One word, which is counted; only the first one is kept.
        """
        self.why_ended = self.why_ended or reason
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self) -> None:
        """Return when it has ended."""
        await self._process.wait()

    async def close(self) -> None:
        """End it, and wait until it is gone."""
        self.end("close")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await self._process.wait()

    def look_whether_stopped(self) -> bool:
        """Return whether it is stopped, for example by SIGSTOP, now and when it was last looked at.

        Only Linux tells; elsewhere, it is never stopped.
        """
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        is_stopped = stat.rpartition(")")[2].split()[0] == "T"
        was_stopped, self._was_stopped = self._was_stopped, is_stopped
        return is_stopped and was_stopped

    async def _send(self, head: Mapping[str, Any], body: bytes = b"") -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise ProcessEndedError
        for part in encode(head, body):
            pipe.write(part)
        await pipe.drain()

    async def _receive(self) -> Message:
        pipe = self._process.stdout
        if pipe is None:
            raise ProcessEndedError
        try:
            head_bytes, body_bytes = split_prefix(await pipe.readexactly(PREFIX_BYTES))
            return decode(await pipe.readexactly(head_bytes), await pipe.readexactly(body_bytes))
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            raise ProcessEndedError from error


def _to_outcome(head: dict[str, Any], body: bytes) -> Outcome:
    try:
        return Outcome(body, **head["outcome"])
    except (KeyError, TypeError) as error:
        raise ProcessEndedError from error
