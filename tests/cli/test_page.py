"""`inkdigits page` writes a whole page, checks what it copies, and says what is missing."""

import hashlib
import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from inkdigits.cli import cli
from inkdigits.errors import MissingExtraError, OutputError
from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.service.static_site import collect_files, write_site

inkdigits_web = pytest.importorskip("inkdigits_web")


def test_the_folder_has_page_networks_and_runtime(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "CNAME").write_text("mine", encoding="ascii")
    result = CliRunner().invoke(cli, ["page", "--out", str(tmp_path / "site")], catch_exceptions=False)
    assert result.exit_code == 0
    files = {
        path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*") if path.is_file()
    }
    assert {"index.html", "js/main.js", "reader/worker.js", "runtime/LICENSE.txt", "sw.js", "CNAME"} <= files
    assert f"{len(files) - 1} files" in result.stdout
    detector = (tmp_path / "site" / "weights" / "detector" / "model.onnx").read_bytes()
    assert detector == (DETECTOR_FOLDER / "model.onnx").read_bytes()
    assert 'data-reader="browser"' in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert not {path for path in files if path.endswith((".gz", ".mjs"))}  # hosts treat these in their own ways


def test_the_service_worker_keeps_every_file_that_the_page_loads() -> None:
    files = collect_files()
    script = files["sw.js"].decode()
    kept = json.loads(re.findall(r"const FILES = (\[.*\]);", script)[0])
    loaded = {place for place in files if not place.endswith((".md", ".txt"))} - {"sw.js"}
    assert set(kept) == {"./", *loaded}
    assert "@" not in script


def test_other_files_make_another_version_of_the_service_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    first = collect_files()["sw.js"]
    assert collect_files()["sw.js"] == first
    monkeypatch.setattr("inkdigits.service.static_site._ALONE", '<html lang="en" data-reader="browser" class="other">')
    assert collect_files()["sw.js"] != first


def test_a_changed_file_of_the_runtime_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in inkdigits_web.FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "ort.wasm.min.mjs").open("ab") as file:
        file.write(b" ")
    monkeypatch.setattr(inkdigits_web, "FOLDER", tmp_path)
    with pytest.raises(OutputError, match=r"ort\.wasm\.min\.mjs: expected SHA-256 \w{64}, found .* again"):
        write_site(tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_without_the_runtime_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inkdigits_web", None)  # importing it fails then
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[page\]'"):
        write_site(tmp_path)


def test_the_runtime_is_what_its_list_says() -> None:
    lines = (inkdigits_web.FOLDER / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = [path for path in inkdigits_web.FOLDER.iterdir() if path.suffix in {".mjs", ".gz", ".txt"}]
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == listed
