"""What `soak` gives to the package: good inputs of every kind, harmed at random, and the entrances that take them."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.batch.corrections import read_corrections
from inkdigits.batch.inputs.archives import iter_tar, iter_zip, read_tar_member, read_zip_member
from inkdigits.batch.inputs.idx_files import iter_idx
from inkdigits.errors import InkdigitsError
from inkdigits.models.bundle import DETECTOR_FOLDER, find_bundle
from inkdigits.models.metadata import parse_bundle_info, parse_detector_info
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.pictures.decoding import decode, decode_color
from inkdigits.reading.pictures.idx import parse_idx
from inkdigits.spec import MODEL_FILE, UInt8Array

__all__ = ["Entrance", "draw", "draw_page", "make_entrances", "try_entrance"]

Entrance: TypeAlias = Callable[[bytes], object]
Entrances: TypeAlias = list[tuple[str, Entrance, list[bytes]]]

# numbers that a length is replaced with
_LIES = (b"\x7f\xff\xff\xff", b"\xff\xff\xff\xf0", b"\xf0\xff\xff\xff", bytes(4), b"\x80\0\0\0", b"1e400", b"9" * 500)
_MOST_HARM = 6  # places
_MOST_MEMBERS = 20  # of an archive that are read
_PICTURES = 0.8  # share of the inputs that are pictures, as in the trial


def draw_page(digit: int) -> UInt8Array:
    """Return a small page with a digit, uint8 (60, 80)."""
    page = np.full((60, 80), 235, dtype=np.uint8)
    cv2.putText(page, str(digit), (25, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.3, (20,), 3)
    return page


def _pictures() -> list[bytes]:
    gray = draw_page(5)
    color = np.dstack([gray, gray // 2, gray])
    clear = np.dstack([color, 255 - gray])
    deep = gray.astype(np.uint16) * 257
    forms: list[tuple[str, object, list[int]]] = [
        (".png", gray, []),
        (".png", clear, []),
        (".png", deep, []),
        (".jpg", color, []),
        (".jpg", color, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1]),
        (".bmp", color, []),
        (".tiff", gray, []),
        (".tiff", deep, [cv2.IMWRITE_TIFF_COMPRESSION, 1]),
        (".webp", color, []),
        (".webp", clear, [cv2.IMWRITE_WEBP_QUALITY, 101]),
        (".gif", color, []),
    ]
    return [cv2.imencode(ending, picture, options)[1].tobytes() for ending, picture, options in forms]  # type: ignore[call-overload]


def _archives(picture: bytes) -> tuple[list[bytes], list[bytes]]:
    tars, zips = [], []
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", kind) as archive:
            for number in range(3):
                archive.writestr(f"{number}.png", picture)
        zips.append(stream.getvalue())
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
            for number in range(3):
                member = tarfile.TarInfo(f"{'long' * 60 if number else ''}{number}.png")
                member.size = len(picture)
                tar.addfile(member, io.BytesIO(picture))
        tars.append(stream.getvalue())
    return zips, tars


def make_entrances(folder: Path) -> Entrances:
    """Return the entrances that take bytes, each with its name and good inputs; the pictures come first.

    Args:
        folder: Where files are written for those that take paths.
    """

    def through(name: str, read: Callable[[Path], object]) -> Entrance:
        def enter(data: bytes) -> object:
            (folder / name).write_bytes(data)
            return read(folder / name)

        return enter

    pictures = _pictures()
    zips, tars = _archives(pictures[0])
    bundle, detector = ((path / MODEL_FILE).read_bytes() for path in (find_bundle("fast"), DETECTOR_FOLDER))
    idx = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4]) + bytes(32)
    return [
        ("picture", decode, pictures),
        ("picture in color", decode_color, pictures),
        ("zip", through("a.zip", _read_zip), zips),
        ("tar", through("a.tar", lambda path: _read_tar(path, folder)), tars),
        ("IDX file", through("a-idx3-ubyte", lambda path: list(iter_idx(str(path), folder))), [idx]),
        ("IDX", lambda data: parse_idx(data, "idx", axes=3), [idx]),
        ("corrections", through("c.csv", read_corrections), [b"path,digit,label\na.png,3,7\nb.png,1,not_a_digit\n"]),
        ("bundle", lambda data: parse_bundle_info(Path("model.json"), data), [bundle]),
        ("detector", lambda data: parse_detector_info(Path("model.json"), data), [detector]),
        ("pattern", lambda data: make_field(FieldOptions(pattern=data.decode("utf-8", "replace"))), [b"dd-dd-20dd"]),
        (
            "nested JSON",
            lambda data: parse_bundle_info(Path("model.json"), b"[" * 10_000 + data),
            [json.dumps({}).encode()],
        ),
    ]


def _read_zip(path: Path) -> None:
    for span in list(iter_zip(str(path), lambda _name: True))[:_MOST_MEMBERS]:
        if span.kind == "zip":
            decode(read_zip_member(span))


def _read_tar(path: Path, folder: Path) -> None:
    for span in list(iter_tar(str(path), folder, lambda _name: True))[:_MOST_MEMBERS]:
        if span.kind == "tar":
            decode(read_tar_member(span))


def draw(entrances: Entrances, generator: np.random.Generator) -> tuple[str, Entrance, bytes]:
    """Return an entrance with its name and a harmed input."""
    is_picture = generator.random() < _PICTURES
    place = int(generator.integers(0, 2) if is_picture else generator.integers(2, len(entrances)))
    name, entrance, good = entrances[place]
    return name, entrance, _harm(good[int(generator.integers(len(good)))], generator)


def _harm(data: bytes, generator: np.random.Generator) -> bytes:
    """Return an input with some bytes changed, put in, left out, doubled or replaced by a lie."""
    harmed = bytearray(data)
    for _ in range(int(generator.integers(1, _MOST_HARM))):
        # most lengths stand near the beginning
        reach = len(harmed) if generator.random() < 0.5 else min(len(harmed), 120)
        at, size = int(generator.integers(0, reach + 1)), int(generator.integers(1, 40))
        way = int(generator.integers(5))
        if way == 0:
            harmed[at : at + 1] = generator.bytes(1)
        elif way == 1:
            lie = _LIES[int(generator.integers(len(_LIES)))]
            harmed[at : at + len(lie)] = lie
        elif way == 2:
            del harmed[at : at + size]
        elif way == 3:
            harmed[at:at] = harmed[at : at + size] * int(generator.integers(1, 30))
        else:
            del harmed[at:]
    return bytes(harmed)


def try_entrance(entrance: Entrance, data: bytes) -> str:
    """Return the name of an exception that is not ours, or nothing."""
    try:
        entrance(data)
    except InkdigitsError:
        return ""
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return f"{type(error).__name__}: {str(error)[:100]} on {data[:60]!r}"
    return ""
