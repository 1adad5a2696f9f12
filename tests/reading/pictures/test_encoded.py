"""A picture's bytes are taken from wherever they are, and an address is refused by name."""

import io
from array import array
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import PictureError, PictureFormatError, PictureNotFoundError, PictureTooLargeError
from inkdigits.reading.pictures.decoding import Picture, decode
from support.bad_pictures import encode

GRAY = np.arange(60, dtype=np.uint8).reshape(6, 10) * 4
PNG = encode(GRAY, "PNG")


class Slow:
    """A stream that gives less than it is asked for, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._file.read(min(size, 7))


@pytest.mark.parametrize(
    "picture",
    [PNG, bytearray(PNG), memoryview(PNG), memoryview(array("B", PNG)), io.BytesIO(PNG), Slow(PNG)],
    ids=["bytes", "bytearray", "memoryview", "memoryview of an array", "BytesIO", "stream"],
)
def test_bytes_of_any_kind_are_decoded(picture: Picture) -> None:
    assert np.array_equal(decode(picture), GRAY)


def test_an_open_file_is_read_from_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"head" + PNG)
    with path.open("rb") as file:
        file.seek(4)
        assert np.array_equal(decode(file), GRAY)
        with pytest.raises(PictureFormatError, match=r"a\.png: expected a picture"):
            decode(file)  # nothing is left


def test_a_file_of_text_and_a_closed_one_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("12")
    with path.open() as file, pytest.raises(PictureFormatError, match=r"a\.txt: expected bytes.*gave str.*'rb'"):
        decode(file)  # type: ignore[arg-type]  # what is not allowed
    with pytest.raises(PictureFormatError, match=r"cannot be read \(.*closed"):
        decode(file)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrap", [bytearray, memoryview, io.BytesIO, Slow])
def test_too_many_bytes_are_refused_however_they_come(wrap: type) -> None:
    with pytest.raises(PictureTooLargeError, match="expected at most 20 bytes, got more"):
        decode(wrap(PNG), max_bytes=20)


@pytest.mark.parametrize("address", ["https://example.org/a.png", "s3://bucket/a.png", "file:///a.png"])
def test_an_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(
        PictureNotFoundError, match=r"expected a file, got an address \(URL\); download it first"
    ) as told:
        decode(address)
    assert str(told.value).startswith(address)


def test_a_name_with_a_colon_is_no_address() -> None:
    for name in ("C:/scans/a.png", "scan:1.png"):
        with pytest.raises(PictureError, match="no such file"):
            decode(name)
