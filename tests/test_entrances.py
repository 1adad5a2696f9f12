"""No documented entrance raises anything but an error of ours, whatever it is given."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.corrections import apply_corrections, read_corrections
from inkdigits.batch.job import run_batch
from inkdigits.errors import FrameError, InkdigitsError
from inkdigits.models.bundle import DETECTOR_FOLDER, find_bundle, read_bundle
from inkdigits.models.classifier import Classifier
from inkdigits.models.frames import to_frame
from inkdigits.models.metadata import parse_bundle_info, parse_detector_info
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.pictures.decoding import count_pages, decode, decode_color
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import MODEL_FILE

HUGE: list[Any] = [
    10**400,
    -(10**400),
    10**5000,
    float("inf"),
    float("nan"),
    -1,
    0,
    True,
    None,
    "9" * 300,
    "x\0y",
    [],
    {},
]
NAMES = ["9" * 300, "x\0y", "", ".", "/", "\x1b[2J", "\udcff", "a/" * 3000, "~", "-", "/dev/null", "/proc/self/mem"]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just(10**400)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)
CLASSIFIER = Classifier("fast")
MODEL_JSON: dict[str, Any] = json.loads((find_bundle("fast") / MODEL_FILE).read_bytes())
DETECTOR_JSON: dict[str, Any] = json.loads((DETECTOR_FOLDER / MODEL_FILE).read_bytes())


def allow_ours() -> contextlib.AbstractContextManager[None]:
    return contextlib.suppress(InkdigitsError)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("entrance", [decode, decode_color, count_pages, find_bundle, read_bundle, DigitReader])
def test_names(entrance: Callable[[str], object], name: str) -> None:
    with allow_ours():
        entrance(name)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_a_batch(name: str, tmp_path: Path) -> None:
    for config in (
        BatchConfig(name or "absent", tmp_path / "o.csv"),
        BatchConfig("absent", Path(name)),
        BatchConfig("absent", tmp_path / "o.csv", model=name),
        BatchConfig("absent", tmp_path / "o.csv", review=Path(name)),
        BatchConfig("absent", tmp_path / f"{name[:3]}.csv", column=name, told=FieldOptions(pattern=name)),
    ):
        if config.source in {"/", ".", "~"}:  # folders that are there
            continue
        with allow_ours():
            run_batch(config, is_stopped=lambda: True)


@pytest.mark.parametrize("value", HUGE, ids=lambda value: str(type(value).__name__))
def test_settings(value: Any, reader: DigitReader) -> None:  # noqa: ANN401 - anything at all
    with allow_ours():
        known: dict[str, Any] = {"length": value} if isinstance(value, int) else {"pattern": value}
        make_field(FieldOptions(**known))
    if isinstance(value, int | float):
        with allow_ours():
            reader.with_max_error(value)


@settings(max_examples=80, deadline=None)
@given(key=st.sampled_from(sorted(MODEL_JSON)), detector_key=st.sampled_from(sorted(DETECTOR_JSON)), value=JSON)
def test_what_a_bundle_says(key: str, detector_key: str, value: object) -> None:
    for parse, good, name in (
        (parse_bundle_info, MODEL_JSON, key),
        (parse_detector_info, DETECTOR_JSON, detector_key),
    ):
        with allow_ours():
            parse(Path("model.json"), json.dumps({**good, name: value}).encode())
        with allow_ours():
            parse(Path("model.json"), json.dumps(value).encode())


@pytest.mark.parametrize("text", [b"[" * 200_000, b'{"a":' * 50_000, b"1" * 5000, b"\xff", b"", b"null", b"1e999"])
def test_deep_and_odd_json(text: bytes) -> None:
    for parse in (parse_bundle_info, parse_detector_info):
        with pytest.raises(InkdigitsError, match=r"model\.json: expected"):
            parse(Path("model.json"), text)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_tables(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tables")
    rows = data.draw(st.lists(st.lists(st.text(max_size=8), max_size=4), max_size=4))
    text = "path,digit,label\n" + "\n".join(",".join(row) for row in rows)
    (folder / "c.csv").write_text(text, encoding="utf-8", errors="replace")
    with allow_ours():
        read_corrections(folder / "c.csv")
    (folder / "good.csv").write_text("path,digit,label\na.png,0,7\n")
    cells = {
        "path": "a.png",
        "text": "5",
        "outcome": "digits",
        "confidence": 1.0,
        "digits": data.draw(JSON),
        "error": None,
    }
    (folder / "rows.jsonl").write_text(
        json.dumps({**cells, data.draw(st.sampled_from(sorted(cells))): data.draw(JSON)})
    )
    with allow_ours():
        apply_corrections(folder / "rows.jsonl", folder / "good.csv")


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["uint8", "float64", "int16", "O"]), st.integers(0, 4))
def test_arrays(data: bytes, dtype: str, axes: int) -> None:
    array = np.frombuffer(data, np.uint8).astype(dtype).reshape((-1, *[1] * axes))
    for entrance in (decode, to_frame):
        with allow_ours():
            entrance(array)
    with contextlib.suppress(FrameError):
        CLASSIFIER.predict_proba(array)


@pytest.mark.parametrize(
    "arguments",
    [
        ["read", "9" * 300],
        ["read", "\x1b[31mred\nforged.png"],
        ["read", "--model", "9" * 300, "x.png"],
        ["read", "--length", "1" + 400 * "0", "x.png"],
        ["read", "--pattern", "d" * 5000, "x.png"],
        ["read", "--max-error", "1e-400", "x.png"],
        ["batch", "9" * 300, "--out", "o.csv"],
        ["batch", "x.png", "--out", "9" * 300 + ".csv"],
        ["batch", "x.png", "--out", "o.csv", "--workers", "1" + 400 * "0"],
        ["batch", "x.png", "--out", "o.csv", "--time-limit", "1e-300"],
        ["batch", "apply", "9" * 300, "x.csv"],
        ["export", "9" * 300, "out"],
        ["card", "9" * 300],
        ["explain", "9" * 300, "--out", "x"],
    ],
    ids=lambda arguments: " ".join(arguments)[:20].replace("\x1b", "").replace("\n", ""),
)
def test_the_command_line(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inkdigits", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 or "with an error in the row" in done.stdout
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert not any(line.startswith("forged") for line in done.stderr.splitlines())
