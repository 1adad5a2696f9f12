"""Runs that are damaged, or that claim what cannot be, are told in a sentence."""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import DataError, RunError
from inkdigits.system.array_archives import NpzError, list_arrays, read_arrays
from inkdigits.training.config.networks import config_from_json, config_to_json, to_config
from inkdigits.training.data.array_files import read_npz
from inkdigits.training.runs.run import CHECKPOINT_FILE, HISTORY_FILE, METRICS_FILE, Run, read_run
from support.memory import measure

GOOD = json.loads(config_to_json(to_config("line_recognizer")))


def npz_claiming(path: Path, shape: str, dtype: str = "|u1", data: bytes = bytes(64)) -> Path:
    """Write an archive whose arrays claim a shape."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("x", "y", "epoch"):
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data)
    return path


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ("(999999999, 28, 28)", "|u1"),
        ("(10,)", "|O"),
        ("(-5,)", "|u1"),
        ("(" + "(" * 3000, "|u1"),
        ("(2, 9**99)", "<f8"),
    ],
)
def test_arrays_that_claim_more_than_is_there(tmp_path: Path, shape: str, dtype: str) -> None:
    path = npz_claiming(tmp_path / "a.npz", shape, dtype)
    with pytest.raises(NpzError):
        read_arrays(path)
    with pytest.raises(DataError, match=r"a\.npz: expected a \.npz file of plain arrays"):
        read_npz(path, "train")
    path.rename(tmp_path / CHECKPOINT_FILE)
    with pytest.raises(RunError, match="expected a checkpoint"):
        _ = Run(tmp_path, to_config("line_recognizer")).checkpoint


def test_a_claim_of_gigabytes_takes_no_memory(tmp_path: Path) -> None:
    path = npz_claiming(tmp_path / "a.npz", "(999999999, 28, 28)")
    code = """
from inkdigits.system.array_archives import NpzError, read_arrays
try:
    read_arrays(sys.argv[1])
except NpzError as error:
    print(error)
"""
    answer, peak, _ = measure(code, path)
    assert "claims 783,999,999,216 bytes" in answer
    assert peak < 100


def test_good_arrays_come_back(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", x=np.arange(6).reshape(2, 3), y=np.float32(3))
    np.savez(tmp_path / "b.npz", x=np.zeros((0, 5), np.uint8))
    assert list_arrays(tmp_path / "a.npz") == ["x", "y"]
    arrays = read_arrays(tmp_path / "a.npz")
    assert arrays["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["y"] == 3
    assert read_arrays(tmp_path / "b.npz", "x")["x"].shape == (0, 5)
    with pytest.raises(NpzError, match="it has no array"):
        read_arrays(tmp_path / "a.npz", "z")


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308, float("nan"), float("inf"), "1", None, [], {}, [[[]]]])
@pytest.mark.parametrize("key", sorted(GOOD))
def test_absurd_settings(key: str, value: object) -> None:
    try:
        config_from_json(json.dumps({**GOOD, key: value}), "config.json")
    except RunError as error:
        assert len(str(error)) < 600  # noqa: PT017 - some values are right for some keys


@pytest.mark.parametrize("text", ["[" * 100_000, '{"network": ' * 50_000, "1" * 5000, "", "null", '{"epochs": 3}'])
def test_configs_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(RunError, match=r"config\.json"):
        read_run(tmp_path)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[" * 100_000, b"epoch\n1,2,3\n", b"epoch,loss\nx,1\n", b"\0\0"])
def test_damaged_notes(tmp_path: Path, data: bytes) -> None:
    run = Run(tmp_path, to_config("line_recognizer"))
    for name in (CHECKPOINT_FILE, HISTORY_FILE, METRICS_FILE):
        (tmp_path / name).write_bytes(data)
    for look in (lambda: run.checkpoint, lambda: run.metrics):
        with pytest.raises(RunError):
            look()
    try:
        assert run.history == ()
    except RunError as error:
        assert "history" in str(error)  # noqa: PT017 - an empty file is an empty history


def test_checkpoints_with_bytes_changed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.savez(stream, epoch=np.int64(3), v0000=np.ones((3, 4), np.float32))
    whole, generator = stream.getvalue(), np.random.default_rng(0)
    for _ in range(150):
        data = bytearray(whole)
        for at in generator.integers(0, len(data), 3):
            data[at] = generator.integers(256)
        (tmp_path / CHECKPOINT_FILE).write_bytes(data)
        try:
            found = Run(tmp_path, to_config("line_recognizer")).checkpoint
        except RunError:
            continue
        assert found is not None
