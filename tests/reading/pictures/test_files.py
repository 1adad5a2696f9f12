"""What has no end of its own is read within limits of bytes and time, and devices are refused by name."""

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import PictureFormatError, PictureTooLargeError
from inkdigits.reading.pictures import files
from inkdigits.reading.pictures.decoding import decode
from support.bad_pictures import encode

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with names")
PNG = encode(np.full((9, 7), 200, dtype=np.uint8), "PNG")


def pipe(folder: Path) -> Path:
    path = folder / "pipe.png"
    os.mkfifo(path)
    return path


def write_into(path: Path, *parts: bytes, pause: float = 0.0) -> threading.Thread:
    def write() -> None:
        try:
            with path.open("wb", buffering=0) as file:
                for part in parts:
                    time.sleep(pause)
                    file.write(part)
        except BrokenPipeError:
            pass

    thread = threading.Thread(target=write)
    thread.start()
    return thread


def test_a_pipe_is_read_to_its_end_however_slowly_it_comes(tmp_path: Path) -> None:
    path = pipe(tmp_path)
    writer = write_into(path, PNG[:40], PNG[40:], pause=0.1)
    assert decode(path).shape == (9, 7)
    writer.join()


def test_an_endless_pipe_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = pipe(tmp_path)
    writer = write_into(path, *[bytes(60_000)] * 10)
    with pytest.raises(PictureTooLargeError, match=r"pipe\.png: expected at most 1,000 bytes"):
        decode(path, max_bytes=1_000)
    writer.join()


def test_a_silent_pipe_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SILENCE_S", 0.2)
    path = pipe(tmp_path)
    with pytest.raises(PictureFormatError, match=r"pipe\.png: cannot be read \(nothing more came within 0 s\)"):
        decode(path)
    reader = os.open(path, os.O_RDWR)  # someone holds it open, and says nothing
    with pytest.raises(PictureFormatError, match="nothing more came"):
        decode(path)
    os.close(reader)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/dev/urandom", "/dev/tty"])
def test_a_device_is_refused_by_name(name: str) -> None:
    if not Path(name).exists():
        pytest.skip("this system has no such device")
    with pytest.raises(PictureFormatError, match=f"{name}: cannot be read .it is a device"):
        decode(name)


def test_a_name_that_is_too_long_is_told() -> None:
    with pytest.raises(PictureFormatError, match="cannot be read"):
        decode("9" * 300)
