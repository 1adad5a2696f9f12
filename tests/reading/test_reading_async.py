"""`aread` answers as `read` does, in a bounded number of threads, and says goodbye to what is cancelled."""

import asyncio
import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import cv2
import pytest

from inkdigits import DigitReader, PictureError, Reading
from inkdigits.errors import FieldError
from inkdigits.system.cpu import count_cores
from support.drawing import write

PLACES = count_cores()
TEXTS = ["7", "20", "4096", "0123456789"]
PATIENCE_S = 30.0  # for what takes milliseconds on an idle machine


def encode(text: str) -> bytes:
    return cv2.imencode(".png", write([text]).picture)[1].tobytes()


class Watch:
    """Counts how many pictures are open at once; while it is shut, whoever opens one waits."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.gate = threading.Event()
        self.opened = self.open_now = self.most = 0

    def enter(self) -> None:
        with self.lock:
            self.opened += 1
            self.open_now += 1
            self.most = max(self.most, self.open_now)
        assert self.gate.wait(PATIENCE_S)
        with self.lock:
            self.open_now -= 1


class WatchedFile(io.BytesIO):
    """A file that tells when it is read, as a slow disk or network would."""

    def __init__(self, text: str, watch: Watch) -> None:
        super().__init__(encode(text))
        self.watch = watch
        self.is_entered = False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.is_entered:
            self.is_entered = True
            self.watch.enter()
        return super().read(size)


@pytest.fixture
def watch() -> Watch:
    return Watch()


async def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.005)


def run(test: Coroutine[Any, Any, None], watch: Watch) -> None:
    """Run a test in a loop; its files are let go whatever happens, or the threads would keep their places."""
    try:
        asyncio.run(test)
    finally:
        watch.gate.set()


def test_many_at_once_answer_as_one_after_the_other(reader: DigitReader) -> None:
    pictures = [encode(text) for text in TEXTS * 4]

    async def read_all() -> list[Reading]:
        return await asyncio.gather(*(reader.aread(picture) for picture in pictures))

    assert asyncio.run(read_all()) == [reader.read(picture) for picture in pictures]


def test_no_more_are_read_at_once_than_there_are_cores_and_the_loop_goes_on(reader: DigitReader, watch: Watch) -> None:
    files = [WatchedFile(text, watch) for text in TEXTS * PLACES]
    other = reader.with_max_error(0.1)  # has the same places

    async def test() -> None:
        tasks = [asyncio.create_task((reader, other)[place % 2].aread(file)) for place, file in enumerate(files)]
        await until(lambda: watch.open_now == PLACES)
        await asyncio.sleep(0.05)  # the loop turns, and no other picture is opened
        assert (watch.opened, watch.open_now) == (PLACES, PLACES)
        watch.gate.set()
        readings = await asyncio.gather(*tasks)
        assert [reading.text.replace("?", "") != "" for reading in readings] == [True] * len(files)

    run(test(), watch)
    assert (watch.opened, watch.most) == (len(files), PLACES)


def test_what_is_cancelled_before_its_turn_is_never_opened(reader: DigitReader, watch: Watch) -> None:
    async def test() -> None:
        busy = [asyncio.create_task(reader.aread(WatchedFile("7", watch))) for _ in range(PLACES)]
        await until(lambda: watch.open_now == PLACES)
        waiting = WatchedFile("20", watch)
        task = asyncio.create_task(reader.aread(waiting))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        watch.gate.set()
        assert {reading.text for reading in await asyncio.gather(*busy)} == {"7"}
        assert (await reader.aread(encode("20"))).text == "20"  # the place is free, and the one before was left out
        assert not waiting.is_entered

    run(test(), watch)


def test_what_is_cancelled_while_it_is_read_keeps_its_place_until_it_is_read(reader: DigitReader, watch: Watch) -> None:
    async def test() -> None:
        busy = [asyncio.create_task(reader.aread(WatchedFile("7", watch))) for _ in range(PLACES)]
        await until(lambda: watch.open_now == PLACES)
        for task in busy:
            task.cancel()
        found = await asyncio.gather(*busy, return_exceptions=True)  # at once, though the threads are not done
        assert [type(one) for one in found] == [asyncio.CancelledError] * PLACES
        assert watch.open_now == PLACES
        following = asyncio.create_task(reader.aread(WatchedFile("20", watch)))
        await asyncio.sleep(0.05)
        assert watch.opened == PLACES
        watch.gate.set()
        assert (await following).text == "20"

    run(test(), watch)
    assert watch.most == PLACES


def test_a_timeout_is_heard(reader: DigitReader, watch: Watch) -> None:
    async def test() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reader.aread(WatchedFile("7", watch))

    run(test(), watch)


def test_arguments_and_errors_are_those_of_read(reader: DigitReader) -> None:
    picture = write(["4096"]).picture
    height, width = picture.shape
    boxes = [(0, 0, width, height), (0, 0, width // 2, height)]

    async def test() -> None:
        assert await reader.aread(picture, length=4) == reader.read(picture, length=4)
        assert await reader.aread(picture, box=boxes) == reader.read(picture, box=boxes)
        with pytest.raises(PictureError):
            await reader.aread(b"no picture")
        with pytest.raises(FieldError):
            await reader.aread(picture, length=0)

    asyncio.run(test())


def test_one_loop_after_another_uses_the_same_threads(reader: DigitReader) -> None:
    before = None
    for _ in range(3):
        assert asyncio.run(reader.aread(encode("7"))).text == "7"
        names = {thread.name for thread in threading.enumerate() if thread.name.startswith("inkdigits_")}
        assert before is None or len(names) <= PLACES
        before = names
    assert before


def test_reading_without_a_loop_loads_no_loop(tmp_path: Path) -> None:
    path = tmp_path / "number.png"
    path.write_bytes(encode("7"))
    code = f"""import inkdigits, sys
assert inkdigits.DigitReader().read({str(path)!r}).text == "7"
print([name for name in ("asyncio", "concurrent.futures") if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
