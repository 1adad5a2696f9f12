"""Archives that lie, pictures that never end, pipes, links and names with orders in them: a row or a sentence each."""

import csv
import gzip
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.corrections import apply_corrections
from inkdigits.batch.engines import watch
from inkdigits.batch.engines.processes import Answers, read_in_processes, read_serially
from inkdigits.batch.engines.worker import ReadSettings
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.batch.job import run_batch
from inkdigits.batch.outputs.rows import format_row, to_row
from inkdigits.errors import BatchError, BundleError, DataError, InkdigitsError, PictureFormatError
from inkdigits.models.bundle import find_bundle
from inkdigits.system.atomic_files import open_draft, write_in_place
from support.batch_pictures import few_pictures, read_rows, write_folder
from support.memory import measure

PICTURES = few_pictures()
PNG = next(data for name, data in PICTURES.items() if name.endswith("1.png"))
# a decoder's fault, made by hand: this picture is never done, and Python gets no turn back
ENDLESS = """
import ctypes
from inkdigits.reading.pipeline import Pipeline
decode = Pipeline._decode
def decode_or_sleep(pipeline, picture):
    if str(picture).endswith("b.png"):
        ctypes.PyDLL(None).sleep(1000)
    return decode(pipeline, picture)
Pipeline._decode = decode_or_sleep
"""


def rows_of(source: Path, out: Path) -> list[dict[str, object]]:
    run_batch(BatchConfig(str(source), out), engine=read_serially, ordered=True)
    return read_rows(out)


def start(source: Path, out: Path, *options: str, code: str = "") -> subprocess.Popen[str]:
    whole = f"{code}\nfrom inkdigits.cli import main\nif __name__ == '__main__':\n    main()\n"
    script = out.with_name("start.py")
    script.write_text(whole)
    command = [sys.executable, str(script), "batch", str(source), "--out", str(out), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


class TestArchives:
    def test_a_tar_with_a_member_of_endless_size_keeps_the_others(self, tmp_path: Path) -> None:
        first, odd = tarfile.TarInfo("a.png"), tarfile.TarInfo("b.png")
        first.size, odd.size = len(PNG), 2**63 - 1
        padded = PNG + bytes(-len(PNG) % 512)
        (tmp_path / "size.tar").write_bytes(first.tobuf() + padded + odd.tobuf() + bytes(1024))
        rows = rows_of(tmp_path / "size.tar", tmp_path / "rows.jsonl")
        assert rows[0]["text"] == "58"
        assert "expected a picture of at most 100,000,000 bytes" in str(rows[1]["error"])
        assert all(row["outcome"] == "error" for row in rows[1:])

    def test_a_tar_with_a_member_of_negative_size_ends_there(self, tmp_path: Path) -> None:
        odd = bytearray(tarfile.TarInfo("a.png").tobuf())
        odd[124:136] = b"\xff" * 4 + struct.pack(">q", -1024)  # base-256, as GNU's tar writes large sizes
        odd[148:156] = b"%06o\0 " % (sum(odd[:148]) + 8 * 32 + sum(odd[156:512]))
        (tmp_path / "size.tar").write_bytes(bytes(odd) * 3 + bytes(1024))
        (row,) = rows_of(tmp_path / "size.tar", tmp_path / "rows.jsonl")
        assert row["outcome"] == "error"

    def test_what_unpacks_without_end_is_refused(self, tmp_path: Path) -> None:
        packed = gzip.compress(bytes(1 << 20), 9)
        for name in ("a.tar.gz", "a-idx3-ubyte.gz"):
            (tmp_path / name).write_bytes(packed * 120)
            with pytest.raises(DataError, match="unpacks to more than 250 times its size"):
                rows_of(tmp_path / name, tmp_path / "rows.jsonl")
        assert not shards_folder(tmp_path / "rows.jsonl").exists()

    def test_a_zip_with_a_directory_of_gigabytes_is_refused(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("a.png", PNG)
        data = bytearray((tmp_path / "a.zip").read_bytes())
        at = data.rindex(b"PK\x05\x06")
        data[at + 12 : at + 16] = struct.pack("<I", 60_000_000)
        (tmp_path / "a.zip").write_bytes(data)
        with pytest.raises(DataError, match="expected a directory of at most 50,000,000 bytes"):
            rows_of(tmp_path / "a.zip", tmp_path / "rows.jsonl")

    @pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
    def test_damaged_archives_are_rows_or_an_error(self, tmp_path: Path, name: str) -> None:
        if name == "a.zip":
            with zipfile.ZipFile(tmp_path / name, "w") as archive:
                archive.writestr("a.png", PNG)
        else:
            with tarfile.open(tmp_path / name, "w:gz" if name == "a.tgz" else "w") as tar:
                tar.add(tmp_path, "x")
        whole = (tmp_path / name).read_bytes()
        generator = np.random.default_rng(1)
        for number in range(60):
            data = bytearray(whole)
            for at in generator.integers(0, len(data), 4):
                data[at] = generator.integers(256)
            (tmp_path / f"{number}-{name}").write_bytes(data)
            try:
                run_batch(BatchConfig(str(tmp_path / f"{number}-{name}"), tmp_path / f"{number}.jsonl"), engine=_none)
            except InkdigitsError as error:
                assert str(error)  # noqa: PT017 - either answer is right


def _none(_chunks: Iterable[Chunk], _settings: ReadSettings) -> Answers:
    yield from ()


class TestTime:
    def test_a_picture_that_never_ends_is_a_row(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "scans", PICTURES)
        out = tmp_path / "rows.jsonl"
        options = ("--engine", "processes", "--workers", "1", "--time-limit", "15")
        with start(folder, out, *options, code=ENDLESS) as process:
            _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
        rows = {Path(str(row["path"])).name: row for row in read_rows(out)}
        assert "reading it takes longer than 15 s" in str(rows["b.png"]["error"])
        assert rows["1.png"]["text"] == "58"

    def test_in_this_process_it_ends_the_run(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("inkdigits.reading.pipeline.Pipeline._decode", lambda _self, _picture: time.sleep(60))
        folder = write_folder(tmp_path / "scans", PICTURES)
        with pytest.raises(BatchError, match=r"takes longer than 0\.3 s; go on with --resume --engine processes"):
            run_batch(BatchConfig(str(folder), tmp_path / "o.jsonl"), engine=read_serially, time_limit=0.3)

    def test_a_stop_does_not_wait_for_ever(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(watch, "_GRACE_S", 0.3)
        monkeypatch.setattr("inkdigits.reading.pipeline.Pipeline._decode", lambda _self, _picture: time.sleep(60))
        folder = write_folder(tmp_path / "scans", PICTURES)
        stopped = threading.Event()
        threading.Timer(0.5, stopped.set).start()
        engine = partial(read_serially, is_stopped=stopped.is_set)
        began = time.monotonic()
        summary = run_batch(BatchConfig(str(folder), tmp_path / "o.jsonl"), engine=engine, is_stopped=stopped.is_set)
        assert not summary.is_complete
        assert time.monotonic() - began < 30


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals and pipes")
class TestStops:
    def test_sigterm_ends_a_batch_whose_worker_is_stuck(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "scans", PICTURES)
        options = ("--engine", "processes", "--workers", "1")
        with start(folder, tmp_path / "rows.jsonl", *options, code=ENDLESS) as process:
            time.sleep(12)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=90)
        assert process.returncode == 130

    def test_sigterm_ends_a_batch_that_waits_for_its_list(self, tmp_path: Path) -> None:
        reader, writer = os.pipe()
        command = [sys.executable, "-m", "inkdigits", "batch", "-", "--out", str(tmp_path / "o.csv")]
        with subprocess.Popen(command, stdin=reader, stderr=subprocess.PIPE, text=True) as process:
            while not shards_folder(tmp_path / "o.csv").exists():
                time.sleep(0.1)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        os.close(reader)
        os.close(writer)
        assert process.returncode == 130
        assert "Traceback" not in errors
        assert not shards_folder(tmp_path / "o.csv").exists()

    def test_a_pipe_or_a_device_as_input_is_refused_by_name(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "list.txt")
        for source in (tmp_path / "list.txt", Path("/dev/zero")):
            with pytest.raises(DataError, match=f"{source}: expected a file or a folder, found a pipe or a device"):
                rows_of(source, tmp_path / "rows.jsonl")


class TestModels:
    def stopped_run(self, tmp_path: Path) -> tuple[BatchConfig, Path]:
        model = tmp_path / "model"
        shutil.copytree(find_bundle("fast"), model)
        folder = write_folder(tmp_path / "scans", PICTURES)
        config = BatchConfig(str(folder), tmp_path / "rows.jsonl", model=str(model))
        run_batch(config, engine=read_serially, is_stopped=lambda: True)
        return config, model

    def test_another_model_at_the_same_path_is_refused(self, tmp_path: Path) -> None:
        config, model = self.stopped_run(tmp_path)
        shutil.rmtree(model)
        shutil.copytree(find_bundle("tutorial"), model)
        with pytest.raises(BatchError, match=r"bundle fast .* but these read: bundle tutorial .*put that model back"):
            run_batch(config, engine=read_serially, resume=True)
        shutil.rmtree(model)
        shutil.copytree(find_bundle("fast"), model)
        summary = run_batch(config, engine=read_serially, resume=True)
        assert summary.is_complete
        assert summary.model.startswith("bundle fast ")

    def test_another_version_of_the_package_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        config, _ = self.stopped_run(tmp_path)
        monkeypatch.setattr("inkdigits.__version__", "99.0")
        with pytest.raises(BatchError, match=r"but these read: .*inkdigits 99\.0"):
            run_batch(config, engine=read_serially, resume=True)

    def test_a_model_that_is_replaced_before_it_is_loaded_is_refused(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "scans", PICTURES)
        model = tmp_path / "model"
        shutil.copytree(find_bundle("fast"), model)

        def replace_and_read(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            shutil.rmtree(model)
            shutil.copytree(find_bundle("tutorial"), model)
            return read_serially(chunks, settings)

        with pytest.raises(BundleError, match="expected the networks that the run began with"):
            run_batch(BatchConfig(str(folder), tmp_path / "o.csv", model=str(model)), engine=replace_and_read)

    @pytest.mark.parametrize("name", ["job.json", "listed.json", "manifest.jsonl"])
    @pytest.mark.parametrize("text", [b"", b"[]\n", b"{}\n", b"[" * 100_000 + b"\n", b'{"format": 1}\n'])
    def test_damaged_notes_of_a_run_are_told(self, tmp_path: Path, name: str, text: bytes) -> None:
        config = BatchConfig(str(write_folder(tmp_path / "scans", PICTURES)), tmp_path / "rows.jsonl")
        run_batch(config, engine=read_serially, is_stopped=lambda: True)
        (shards_folder(config.out) / name).write_bytes(text)
        if text == b"" and name == "manifest.jsonl":  # nothing was read yet
            assert run_batch(config, engine=read_serially, resume=True).is_complete
            return
        with pytest.raises(Exception, match=r"remove the folder|expected the options") as told:
            run_batch(config, engine=read_serially, resume=True)
        assert told.type.__module__ == "inkdigits.errors"


class TestNames:
    @pytest.mark.skipif(sys.platform == "win32", reason="has no such names")
    def test_no_cell_of_csv_is_a_formula_and_corrections_find_their_row(self, tmp_path: Path) -> None:
        folder = tmp_path / "scans"
        folder.mkdir()
        (folder / "=cmd.png").write_bytes(PNG)
        (folder / "list.txt").write_text("=cmd.png\n-no.png\n")
        before = Path.cwd()
        try:
            os.chdir(folder)
            run_batch(BatchConfig("list.txt", Path("rows.csv")), engine=read_serially, ordered=True)
            with Path("rows.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
            assert [row["path"] for row in rows] == ["'=cmd.png", "'-no.png"]
            Path("corrections.csv").write_text("path,digit,label\n'=cmd.png,0,7\n")
            apply_corrections(Path("rows.csv"), Path("corrections.csv"))
            with Path("rows.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
        finally:
            os.chdir(before)
        assert [(row["path"], row["text"]) for row in rows] == [("'=cmd.png", "78"), ("'-no.png", "")]

    @pytest.mark.parametrize("first", "=+-@\t\r")
    def test_each_first_character_of_a_formula_is_escaped(self, first: str) -> None:
        row = to_row(f"{first}1.png", PictureFormatError("damaged"))
        (cells,) = csv.reader([format_row(row, "csv").decode()])
        assert cells[0] == f"'{first}1.png"

    def test_a_correction_of_thousands_of_figures_names_its_row(self, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_text("")
        (tmp_path / "corrections.csv").write_text(f"path,digit,label\na.png,{'9' * 5000},1\n")
        with pytest.raises(DataError, match="line 2: expected a digit's place") as told:
            apply_corrections(tmp_path / "rows.jsonl", tmp_path / "corrections.csv")
        assert len(str(told.value)) < 400


class TestLinks:
    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_no_draft_follows_a_link(self, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.write_text("precious")
        (tmp_path / "a.tmp").symlink_to(victim)
        with open_draft(tmp_path / "a.tmp") as file:
            file.write(b"draft")
        (tmp_path / "fresh-b").symlink_to(victim)
        (tmp_path / "b").symlink_to(victim)
        write_in_place(tmp_path / "b", lambda path: path.write_text("new"))
        assert victim.read_text() == "precious"
        assert (tmp_path / "b").read_text() == "new"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tmp", "b", "fresh-b", "victim"]

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_no_batch_writes_through_one(self, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.write_text("precious")
        (tmp_path / "review.html.tmp").symlink_to(victim)
        folder = write_folder(tmp_path / "scans", PICTURES)
        config = BatchConfig(str(folder), tmp_path / "rows.jsonl", review=tmp_path / "review.html")
        run_batch(config, engine=read_serially)
        assert victim.read_text() == "precious"


def test_a_zipped_picture_of_gigabytes_takes_little_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.png", "w") as file:
        for _ in range(150):
            file.write(bytes(1 << 20))
    code = """
from pathlib import Path
from inkdigits.batch.inputs.archives import iter_zip, read_zip_member
print(len(read_zip_member(next(iter_zip(sys.argv[1], lambda name: True)))))
"""
    answer, peak, _ = measure(code, tmp_path / "a.zip")
    assert answer == "100000001"
    assert peak < 300


def test_rows_of_json_keep_names_as_they_are() -> None:
    row = json.loads(format_row(to_row("=1.png", PictureFormatError("damaged")), "jsonl"))
    assert row["path"] == "=1.png"


def test_two_processes_have_the_rows_of_one(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "scans", PICTURES)
    run_batch(BatchConfig(str(folder), tmp_path / "two.jsonl"), engine=partial(read_in_processes, workers=2))
    assert sorted(map(str, read_rows(tmp_path / "two.jsonl"))) == sorted(
        map(str, rows_of(folder, tmp_path / "one.jsonl"))
    )
