"""A bundle is read as it was written, or refused: a changed byte, a missing file, another version."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from inkdigits.errors import BundleError, OutputError
from inkdigits.models import bundle as bundle_module
from inkdigits.models.bundle import DEFAULT_BUNDLE, find_bundle, read_bundle, shipped_bundles
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.training.export.bundle_writing import rewrite_bundle, write_bundle

BUDGETS = (ErrorBudget(0.001, 0.9, 0.95, 0.9, 0.004), ErrorBudget(0.01, 0.8, 0.99, 0.97, 0.01))
INFO = BundleInfo("mine", "2.0.1", 59_933, 1.25, -0.5, 0.8, BUDGETS, training={"seed": 7}, metrics={"accuracy": 0.99})
FILES = ("model.onnx", "model.json", "README.md", "SHA256SUMS")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "mine", b"the network", INFO, "# Card\n")


def rewrite_info(folder: Path, text: str) -> None:
    """Change `model.json` and its checksum with it."""
    old = (folder / "model.json").read_bytes()
    (folder / "model.json").write_text(text, encoding="utf-8")
    sums = (folder / "SHA256SUMS").read_text(encoding="ascii")
    fresh = hashlib.sha256(text.encode()).hexdigest()
    (folder / "SHA256SUMS").write_text(sums.replace(hashlib.sha256(old).hexdigest(), fresh), encoding="ascii")


def test_what_was_written_is_read(folder: Path) -> None:
    read = read_bundle(folder)
    assert (read.path, read.info, read.onnx) == (folder, INFO, b"the network")
    assert (folder / "README.md").read_text(encoding="utf-8") == "# Card\n"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["mine"]


def test_the_checksums_have_the_form_of_sha256sum(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    expected = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES[:3]}
    assert lines == [f"{expected[name]}  {name}" for name in sorted(expected)]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("at", [0, -1])
def test_a_changed_byte_in_any_file_is_found(folder: Path, name: str, at: int) -> None:
    data = bytearray((folder / name).read_bytes())
    if name == "SHA256SUMS" and at == -1:
        at = 66 - 1 + len("README.md")  # the last byte of a name: the file it names is then not listed
    data[at] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(BundleError, match=r"expected SHA-256 .*, found .*install the bundle again"):
        read_bundle(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_told_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=name.replace(".", r"\.")):
        read_bundle(folder)


@pytest.mark.parametrize("version", [0, 1, 3, "2", None])
def test_another_format_version_is_refused(folder: Path, version: object) -> None:
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    rewrite_info(folder, json.dumps(values | {"format": version}))
    with pytest.raises(BundleError, match=f"expected format 2, found {version}; update"):
        read_bundle(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", "3", "null", '"format"'])
def test_what_is_no_json_object_is_refused(folder: Path, text: str) -> None:
    rewrite_info(folder, text)
    with pytest.raises(BundleError, match="expected a JSON object"):
        read_bundle(folder)


def test_unknown_and_absent_keys_are_refused(folder: Path) -> None:
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    rewrite_info(folder, json.dumps(values | {"color": "blue"}))
    with pytest.raises(BundleError, match=r"expected the keys .*found .*color"):
        read_bundle(folder)
    del values["budgets"]
    rewrite_info(folder, json.dumps(values))
    with pytest.raises(BundleError, match="expected the keys"):
        read_bundle(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"confidence_slope": 0},
        {"confidence_slope": -1.0},
        {"confidence_slope": "steep"},
        {"confidence_slope": float("inf")},
        {"confidence_slope": float("nan")},
        {"confidence_offset": float("-inf")},
        {"confidence_offset": None},
        {"unsure_below": 1.01},
        {"unsure_below": -0.01},
        {"unsure_below": None},
    ],
)
def test_a_policy_that_cannot_be_is_refused(folder: Path, change: dict[str, object]) -> None:
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    rewrite_info(folder, json.dumps(values | change))
    with pytest.raises(BundleError, match=r"expected a confidence_slope above 0, .* unsure_below from 0 to 1, found"):
        read_bundle(folder)


@pytest.mark.parametrize(
    "rows",
    [
        None,
        {},
        [1],
        [{}],
        [{"max_error": 0.1}],
        [asdict(BUDGETS[0]) | {"color": 1}],
        [asdict(BUDGETS[0]) | {"max_error": 1.5}],
        [asdict(BUDGETS[0]) | {"coverage": "all"}],
        [asdict(BUDGETS[0]) | {"unsure_below": float("nan")}],
        [asdict(BUDGETS[1]), asdict(BUDGETS[0])],
        [asdict(BUDGETS[0]), asdict(BUDGETS[0])],
        [asdict(BUDGETS[0]), asdict(BUDGETS[1]) | {"unsure_below": 0.95}],
    ],
)
def test_budgets_that_cannot_be_are_refused(folder: Path, rows: object) -> None:
    values = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    rewrite_info(folder, json.dumps(values | {"budgets": rows}))
    with pytest.raises(BundleError, match=r"expected budgets of shares .*, the strictest first, found"):
        read_bundle(folder)


def test_a_budget_says_whether_it_holds_on_pictures() -> None:
    assert [row.holds_on_pictures for row in BUDGETS] == [False, True]


def test_shipped_bundles_are_found_by_name_and_whole() -> None:
    assert DEFAULT_BUNDLE in shipped_bundles()
    for name in shipped_bundles():
        assert read_bundle(name).info.name == name
        assert find_bundle(name) == Path(bundle_module.__file__).parent / "weights" / name


def test_a_bundle_that_is_nowhere_is_refused_with_those_that_are_shipped(tmp_path: Path) -> None:
    for model in ("no-such", tmp_path, "", "a\0b"):
        with pytest.raises(BundleError, match=rf"expected a shipped bundle \(.*{DEFAULT_BUNDLE}.*\) or a folder"):
            find_bundle(model)


def test_an_existing_bundle_is_replaced_and_anything_else_is_not(folder: Path, tmp_path: Path) -> None:
    write_bundle(folder, b"another", INFO, "# Other\n")
    assert read_bundle(folder).onnx == b"another"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").touch()
    with pytest.raises(OutputError, match="expected a bundle or nothing there"):
        write_bundle(tmp_path / "letters", b"", INFO, "")
    assert (tmp_path / "letters" / "one.txt").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write the bundle"):
        write_bundle(tmp_path / "file" / "mine", b"", INFO, "")


def test_a_new_card_leaves_every_other_file_as_it_was(folder: Path) -> None:
    (folder / "extra.txt").write_bytes(b"kept")
    sums = (folder / "SHA256SUMS").read_text(encoding="ascii")
    (folder / "SHA256SUMS").write_text(f"{sums}{hashlib.sha256(b'kept').hexdigest()}  extra.txt\n", encoding="ascii")
    before = read_bundle(folder)
    assert rewrite_bundle(before, "# Another\n", mistakes=b"a picture") == folder
    assert read_bundle(folder) == before
    names = ["README.md", "extra.txt", "mistakes.png", "model.json", "model.onnx"]
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    assert lines == [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in names]
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]
    rewrite_bundle(before, "# Refitted\n", info=replace(INFO, unsure_below=0.7))
    assert read_bundle(folder).info.unsure_below == 0.7
    assert (folder / "mistakes.png").read_bytes() == b"a picture"
    rewrite_bundle(before, "# Without mistakes\n", mistakes=b"")
    assert not (folder / "mistakes.png").exists()
    assert "mistakes" not in (folder / "SHA256SUMS").read_text(encoding="ascii")


def test_reading_does_not_look_at_the_picture_of_the_mistakes(folder: Path) -> None:
    rewrite_bundle(read_bundle(folder), "# Card\n", mistakes=b"a picture")
    (folder / "mistakes.png").unlink()
    assert read_bundle(folder).onnx == b"the network"


def test_a_card_that_cannot_be_written_is_told(folder: Path) -> None:
    bundle = read_bundle(folder)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(OutputError, match="cannot write the bundle"):
        rewrite_bundle(bundle, "# Card\n")


@pytest.mark.parametrize("name", shipped_bundles())
def test_the_checksums_of_a_shipped_bundle_name_all_its_files(name: str) -> None:
    folder = find_bundle(name)
    lines = (folder / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    others = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    assert lines == [f"{hashlib.sha256((folder / other).read_bytes()).hexdigest()}  {other}" for other in others]
