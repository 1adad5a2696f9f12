"""Inputs for `inkdigits batch`: the same few pictures as a folder, an archive, a list, Parquet and IDX."""

import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from inkdigits.spec import UInt8Array
from support.bad_pictures import encode
from support.drawing import blank, write

Rows = list[dict[str, object]]


def few_pictures() -> dict[str, bytes]:
    """Return name -> file of six pictures: read, blank, in a subfolder, damaged, and none at all."""
    page = write(["205", "87"]).picture
    return {
        "a/1.png": encode(write(["58"]).picture, "PNG"),
        "a/page.jpg": encode(page, "JPEG"),
        "b.png": encode(blank(60, 80), "PNG"),
        "c.png": encode(write(["4"]).picture, "PNG")[:120],
        "d.png": b"no picture",
        "z.bmp": encode(write(["1234567"]).picture, "BMP"),
    }


def many_pictures(count: int) -> dict[str, bytes]:
    """Return name -> file of small pictures, each of its own number, in three folders."""
    return {
        f"{number % 3}/{number:04d}.png": encode(write([f"{number:04d}"], 24, 3, margin=12).picture, "PNG")
        for number in range(count)
    }


def write_folder(folder: Path, pictures: Mapping[str, bytes]) -> Path:
    for name, data in pictures.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def write_zip(path: Path, pictures: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in pictures.items():
            archive.writestr(name, data)
    return path


def write_tar(path: Path, pictures: Mapping[str, bytes]) -> Path:
    mode = {".tar": "w:", ".gz": "w:gz", ".xz": "w:xz", ".bz2": "w:bz2"}[path.suffix]
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # mode is one of its literals
        for name, data in pictures.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def write_idx(path: Path, frames: UInt8Array) -> Path:
    """Write frames of shape (n, H, W)."""
    path.write_bytes(struct.pack(">BBBB3I", 0, 0, 8, 3, *frames.shape) + frames.tobytes())
    return path


def read_rows(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def by_path(rows: Sequence[dict[str, object]], prefix: str = "") -> dict[str, dict[str, object]]:
    """Return the rows by the end of their path, without what differs between forms of an input."""
    return {
        str(row["path"]).removeprefix(prefix).lstrip("/"): {key: row[key] for key in ("text", "outcome", "digits")}
        for row in rows
    }


def random_frames(count: int, seed: int = 1) -> UInt8Array:
    """Return MNIST's test digits in a random order, every seventh of them blank."""
    from inkdigits.training.data.mnist import load_mnist  # noqa: PLC0415 - it reads 10 MB

    x = load_mnist().test.x
    frames = x[np.random.default_rng(seed).integers(0, len(x), count)].copy()
    frames[::7] = 0
    return np.asarray(frames, dtype=np.uint8)
