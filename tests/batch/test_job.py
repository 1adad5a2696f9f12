"""A batch, whatever its input and engine: a row for each picture, once, and the same ones."""

import csv
import io
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.engines.processes import Answers, Engine, choose_engine, read_in_processes, read_serially
from inkdigits.batch.engines.worker import ReadSettings
from inkdigits.batch.inputs import spans
from inkdigits.batch.inputs.manifest import Listed
from inkdigits.batch.inputs.spans import Chunk
from inkdigits.batch.job import BatchProgress, BatchSummary, run_batch
from inkdigits.errors import BatchError, BundleError, FieldError, OutputError, PictureNotFoundError
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.output.text import to_text
from inkdigits.reading.pipeline import Pipeline
from inkdigits.reading.reader import DigitReader
from inkdigits.spec import UInt8Array
from support.bad_pictures import encode
from support.batch_pictures import (
    Rows,
    by_path,
    few_pictures,
    many_pictures,
    random_frames,
    read_rows,
    write_folder,
    write_idx,
    write_tar,
    write_zip,
)
from support.drawing import write

TWO_PROCESSES = partial(read_in_processes, workers=2)


def run(source: str | Path, out: Path, engine: Engine | None = read_serially, **options: Any) -> BatchSummary:  # noqa: ANN401
    names = {field.name for field in fields(BatchConfig)}
    settings = {name: options.pop(name) for name in names & set(options)}
    return run_batch(BatchConfig(str(source), out, **settings), engine=engine, **options)


@pytest.fixture(scope="module", autouse=True)
def small_chunks() -> Iterator[None]:
    """Cut the inputs of these tests into chunks of 16 pictures, so that few pictures make several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_PICTURES", 16)
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "scans", few_pictures())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 40 pictures: three chunks, one picture damaged."""
    pictures = many_pictures(40)
    pictures["0/0003.png"] = pictures["0/0003.png"][:60]
    return write_folder(tmp_path_factory.mktemp("many") / "scans", pictures)


@pytest.fixture(scope="module")
def expected(many: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Return the rows of an undisturbed run."""
    out = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    run(many, out, ordered=True)
    return read_rows(out)


def sorted_rows(path: Path) -> Rows:
    return sorted(read_rows(path), key=lambda row: str(row["path"]))


class TestRows:
    def test_each_picture_is_read_as_by_itself(self, many: Path, expected: Rows, reader: DigitReader) -> None:
        paths = sorted(many.rglob("*.png"))
        assert [row["path"] for row in expected] == [str(path) for path in paths]
        for row, path in zip(expected, paths, strict=True):
            if row["outcome"] == "error":
                assert path.name == "0003.png"
                continue
            reading = reader.read(path)
            digits: Any = row["digits"]
            assert (row["text"], row["outcome"], row["error"]) == (reading.text, reading.outcome, None)
            assert [digit["outcome"] for digit in digits] == [digit.outcome for digit in reading.digits]
            for found, digit in zip(digits, reading.digits, strict=True):
                assert found["box"] == [digit.box.x_min, digit.box.y_min, digit.box.x_max, digit.box.y_max]
                assert found["confidence"] == pytest.approx(digit.confidence, abs=1e-5)

    def test_what_cannot_be_read_is_a_row_that_says_why(self, folder: Path, tmp_path: Path) -> None:
        summary = run(folder, tmp_path / "rows.jsonl")
        assert summary.counts == {"digits": 3, "unsure": 0, "blank": 1, "error": 2}
        rows = by_path(read_rows(tmp_path / "rows.jsonl"), str(folder))
        assert [rows[name]["text"] for name in ("a/1.png", "a/page.jpg", "b.png", "z.bmp")] == [
            "58",
            "205\n87",
            "",
            "1234567",
        ]
        errors = {str(row["path"]): str(row["error"]) for row in read_rows(tmp_path / "rows.jsonl") if row["error"]}
        assert list(errors) == [str(folder / "c.png"), str(folder / "d.png")]
        for path, error in errors.items():
            assert error.startswith(f"PictureFormatError: {path}: expected")

    @pytest.mark.parametrize("name", ["scans.zip", "scans.tar", "scans.tar.gz", "list.txt", "list.csv", "scans/**/*.*"])
    def test_every_form_of_input_has_the_same_rows(self, folder: Path, tmp_path: Path, name: str) -> None:
        run(folder, tmp_path / "folder.jsonl")
        source = tmp_path / name
        if name.endswith(".zip"):
            write_zip(source, few_pictures())
        elif ".tar" in name:
            write_tar(source, few_pictures())
        elif name.startswith("list"):
            source.write_text("\n".join(str(folder / name) for name in few_pictures()), encoding="utf-8")
        run(source, tmp_path / "other.jsonl")
        prefix = str(source) if ".zip" in name or ".tar" in name else str(folder)
        found = by_path(read_rows(tmp_path / "other.jsonl"), prefix)
        assert found == by_path(read_rows(tmp_path / "folder.jsonl"), str(folder))

    def test_a_list_on_standard_input(self, folder: Path, tmp_path: Path) -> None:
        names = "\n".join(str(folder / name) for name in few_pictures()).encode()
        run("-", tmp_path / "rows.jsonl", stdin=io.BytesIO(names))
        assert len(read_rows(tmp_path / "rows.jsonl")) == 6

    def test_csv_has_the_rows_of_json(self, folder: Path, tmp_path: Path) -> None:
        run(folder, tmp_path / "rows.csv")
        run(folder, tmp_path / "rows.jsonl")
        with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row, expected in zip(rows, read_rows(tmp_path / "rows.jsonl"), strict=True):
            assert json.loads(row["digits"]) == expected["digits"]
            assert row["text"] == str(expected["text"]).replace("\n", " ")
            assert row["confidence"] == ("" if expected["confidence"] is None else str(expected["confidence"]))
            assert row["error"] == (expected["error"] or "")

    def test_parquet_has_the_rows_of_json(self, many: Path, expected: Rows, tmp_path: Path) -> None:
        parquet = pytest.importorskip("pyarrow.parquet")
        run(many, tmp_path / "rows.parquet", ordered=True)
        assert parquet.read_table(tmp_path / "rows.parquet").to_pylist() == expected

    def test_single_digits(self, tmp_path: Path, reader: DigitReader) -> None:
        pictures = {f"{label}.png": encode(write([str(label)], 90, 9).picture, "PNG") for label in range(10)}
        folder = write_folder(tmp_path / "cells", pictures)
        run(folder, tmp_path / "rows.jsonl", single=True)
        texts = {Path(str(row["path"])).name: row["text"] for row in read_rows(tmp_path / "rows.jsonl")}
        assert texts == {name: reader.read_digit(data).text for name, data in pictures.items()}

    def test_fields_of_known_form(self, folder: Path, tmp_path: Path, reader: DigitReader) -> None:
        run(folder / "a" / "1*", tmp_path / "rows.jsonl", told=FieldOptions(pattern="d-d"))
        (row,) = read_rows(tmp_path / "rows.jsonl")
        assert row["text"] == reader.read(folder / "a" / "1.png", pattern="d-d").text == "5-8"
        run(folder / "a" / "1*", tmp_path / "other.jsonl", told=FieldOptions(length=2))
        assert read_rows(tmp_path / "other.jsonl")[0]["text"] == "58"

    @pytest.mark.parametrize("options", [{"length": 0}, {"pattern": "--"}, {"length": 2, "single": True}])
    def test_fields_that_cannot_be(self, folder: Path, tmp_path: Path, options: dict[str, Any]) -> None:
        with pytest.raises(FieldError):
            run(folder, tmp_path / "rows.jsonl", TWO_PROCESSES, **options)
        assert not shards_folder(tmp_path / "rows.jsonl").exists()

    def test_names_that_are_no_text_are_told_all_the_same(self, tmp_path: Path) -> None:
        name = os.fsdecode(b"odd-\xff.png")
        try:
            write_folder(tmp_path / "scans", {name: few_pictures()["a/1.png"]})
        except OSError:
            pytest.skip("this file system has no such names")
        run(tmp_path / "scans", tmp_path / "rows.jsonl")
        (row,) = read_rows(tmp_path / "rows.jsonl")
        assert (row["text"], Path(str(row["path"])).name) == ("58", "odd-\ufffd.png")

    def test_a_file_that_changes_while_it_is_read_is_an_error(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decode = Pipeline._decode

        def decode_and_append(pipeline: Pipeline, picture: str) -> UInt8Array:
            gray = decode(pipeline, picture)
            with Path(picture).open("ab") as file:
                file.write(b"more")
            return gray

        monkeypatch.setattr(Pipeline, "_decode", decode_and_append)
        run(str(folder / "a" / "*"), tmp_path / "rows.jsonl")
        assert ["changed while it was read" in str(row["error"]) for row in read_rows(tmp_path / "rows.jsonl")] == [
            True
        ] * 2

    def test_a_fault_of_ours_costs_one_row(self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        decode = Pipeline._decode

        def fail_on_one(pipeline: Pipeline, picture: str) -> UInt8Array:
            if picture.endswith("b.png"):
                raise ZeroDivisionError
            return decode(pipeline, picture)

        monkeypatch.setattr(Pipeline, "_decode", fail_on_one)
        summary = run(folder, tmp_path / "rows.jsonl")
        assert summary.counts == {"digits": 3, "unsure": 0, "blank": 0, "error": 3}
        rows = {Path(str(row["path"])).name: row["error"] for row in read_rows(tmp_path / "rows.jsonl")}
        assert str(rows["b.png"]).endswith("b.png: ZeroDivisionError: ; report it, with the picture")


class TestFrames:
    def test_frames_are_read_as_they_are(self, tmp_path: Path, reader: DigitReader) -> None:
        frames = random_frames(1500)
        path = write_idx(tmp_path / "frames-idx3-ubyte", frames)
        summary = run(path, tmp_path / "rows.jsonl", TWO_PROCESSES, ordered=True)
        rows = read_rows(tmp_path / "rows.jsonl")
        assert [row["path"] for row in rows] == [f"{path}[{place}]" for place in range(1500)]
        assert summary.counts["blank"] == sum(row["outcome"] == "blank" for row in rows) >= 215
        readings = reader.read_frames(frames[:, :, :, None])
        assert [row["text"] for row in rows] == [to_text(reading) for reading in readings]

    def test_frames_of_known_form_are_read_so(self, tmp_path: Path, reader: DigitReader) -> None:
        frames = random_frames(3)
        run(
            write_idx(tmp_path / "t10k-images-idx3-ubyte", frames),
            tmp_path / "rows.jsonl",
            told=FieldOptions(pattern="7"),
            ordered=True,
        )
        texts = [row["text"] for row in read_rows(tmp_path / "rows.jsonl")]
        assert texts == [reader.read(frame, pattern="7").text.replace("\n", " ") for frame in frames]

    def test_names_longer_than_a_pipe_holds_do_not_block_it(self, tmp_path: Path) -> None:
        (tmp_path / "list.txt").write_text("".join(f"{'x' * 4000}{number}.png\n" for number in range(64)))
        summary = run(tmp_path / "list.txt", tmp_path / "rows.jsonl", partial(read_in_processes, workers=1))
        assert summary.counts["error"] == 64

    def test_frames_of_another_size_are_pictures(self, tmp_path: Path) -> None:
        picture = write(["7"], 60, 6).picture
        path = write_idx(tmp_path / "pictures", np.stack([picture] * 3))
        run(path, tmp_path / "rows.jsonl")
        assert [row["text"] for row in read_rows(tmp_path / "rows.jsonl")] == ["7"] * 3

    def test_frames_that_are_cut_off_meanwhile_are_rows_with_an_error(self, tmp_path: Path) -> None:
        path = write_idx(tmp_path / "frames", random_frames(1100))

        def cut_and_read(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            listed = list(chunks)
            path.write_bytes(path.read_bytes()[:-1])
            return read_serially(listed, settings)

        summary = run(path, tmp_path / "rows.jsonl", cut_and_read)
        assert summary.counts["error"] == 1100
        assert "it is cut off" in str(read_rows(tmp_path / "rows.jsonl")[-1]["error"])


class TestEngines:
    @pytest.mark.parametrize("engine", [TWO_PROCESSES, None])
    def test_every_engine_has_the_same_rows(
        self, many: Path, expected: Rows, tmp_path: Path, engine: Engine | None
    ) -> None:
        run(many, tmp_path / "rows.jsonl", engine)
        assert sorted_rows(tmp_path / "rows.jsonl") == expected

    def test_order_is_kept_on_request(self, many: Path, expected: Rows, tmp_path: Path) -> None:
        def backward(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            return read_serially(reversed(list(chunks)), settings)

        run(many, tmp_path / "rows.jsonl", backward)
        assert read_rows(tmp_path / "rows.jsonl") != expected
        run(many, tmp_path / "ordered.jsonl", backward, ordered=True)
        assert read_rows(tmp_path / "ordered.jsonl") == expected

    def test_a_small_input_needs_no_processes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("inkdigits.batch.engines.processes.count_cores", lambda: 4)
        assert choose_engine(Listed(199, 0, 0)) is read_serially
        assert choose_engine(Listed(200, 0, 0)) is not read_serially
        assert choose_engine(Listed(4000, 4000, 0)) is read_serially
        assert choose_engine(Listed(5000, 5000, 0)) is not read_serially
        monkeypatch.setattr("inkdigits.batch.engines.processes.count_cores", lambda: 1)
        assert choose_engine(Listed(10_000, 0, 0)) is read_serially

    @pytest.mark.parametrize("engine", [read_serially, TWO_PROCESSES])
    def test_a_bundle_that_is_not_there(self, folder: Path, tmp_path: Path, engine: Engine) -> None:
        with pytest.raises(BundleError):
            run(folder, tmp_path / "rows.jsonl", engine, model=str(tmp_path / "none"))

    def test_chunks_are_pulled_as_there_is_room(self, many: Path, tmp_path: Path) -> None:
        pulled, answered, most = [0], [0], [0]

        def watched(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            def count(chunk: Chunk) -> Chunk:
                pulled[0] += 1
                most[0] = max(most[0], pulled[0] - answered[0])
                return chunk

            singles = (single for chunk in chunks for single in chunk.split())
            for answer in read_in_processes(map(count, singles), settings, workers=1):
                answered[0] += 1
                yield answer

        run(many, tmp_path / "rows.jsonl", watched)
        assert answered == [40]
        assert most[0] == 2


class TestEnds:
    def test_the_output_is_one_file(self, folder: Path, tmp_path: Path) -> None:
        run(folder, tmp_path / "rows.jsonl")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.jsonl", "scans"]

    def test_what_is_there_is_never_written_over(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_text("mine")
        with pytest.raises(OutputError, match="would be lost"):
            run(folder, tmp_path / "rows.jsonl")
        assert (tmp_path / "rows.jsonl").read_text() == "mine"

    @pytest.mark.parametrize("name", ["rows.json", "rows"])
    def test_an_ending_that_is_no_form(self, folder: Path, tmp_path: Path, name: str) -> None:
        with pytest.raises(OutputError, match=r"expected an ending of \.jsonl, \.csv, \.parquet"):
            run(folder, tmp_path / name)

    def test_a_page_without_a_folder_is_told_before_anything_is_read(self, folder: Path, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="no such folder"):
            run(folder, tmp_path / "rows.jsonl", review=tmp_path / "nowhere" / "review.html")
        assert not shards_folder(tmp_path / "rows.jsonl").exists()

    def test_the_page_of_a_resumed_run_may_lie_elsewhere(self, many: Path, tmp_path: Path) -> None:
        out = tmp_path / "rows.jsonl"
        stops = iter([False, True, True])
        run(many, out, review=tmp_path / "one.html", is_stopped=lambda: next(stops, True))
        run(many, out, review=tmp_path / "two.html", resume=True)
        assert (tmp_path / "two.html").is_file()
        assert not (tmp_path / "one.html").exists()

    def test_no_input_leaves_nothing_behind(self, tmp_path: Path) -> None:
        with pytest.raises(PictureNotFoundError):
            run(tmp_path / "none", tmp_path / "rows.jsonl")
        assert list(tmp_path.iterdir()) == []

    def test_too_many_errors_end_it_and_more_are_allowed_on_resume(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "rows.jsonl"
        with pytest.raises(BatchError, match="at most 1 pictures that cannot be read, met 2"):
            run(folder, out, max_errors=1)
        assert not out.exists()
        assert run(folder, out, max_errors=2, resume=True).counts["error"] == 2
        assert len(read_rows(out)) == 6

    def test_progress_is_told_after_each_chunk(self, many: Path, tmp_path: Path) -> None:
        told: list[BatchProgress] = []
        run(many, tmp_path / "rows.jsonl", on_progress=told.append)
        assert [(progress.done, progress.total, progress.errors) for progress in told] == [
            (16, 40, 1),
            (32, 40, 1),
            (40, 40, 1),
        ]
        assert told[0].seconds_left == pytest.approx(24 / told[0].rate)
        assert told[-1].seconds_left == 0

    def test_doubtful_pictures_are_named(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "scans", {"x.png": few_pictures()["a/1.png"]})
        summary = run(folder, tmp_path / "rows.jsonl", model="tutorial")
        (row,) = read_rows(tmp_path / "rows.jsonl")
        assert summary.doubtful == ((row["path"],) if "?" in str(row["text"]) else ())


class TestResume:
    def stop_after(self, answers: int) -> tuple[Callable[[BatchProgress], None], Callable[[], bool]]:
        event, seen = threading.Event(), [0]

        def count(_: BatchProgress) -> None:
            seen[0] += 1
            if seen[0] == answers:
                event.set()

        return count, event.is_set

    @pytest.mark.parametrize("engine", [read_serially, TWO_PROCESSES])
    def test_a_run_that_is_stopped_goes_on(self, many: Path, expected: Rows, tmp_path: Path, engine: Engine) -> None:
        out = tmp_path / "rows.jsonl"
        on_progress, is_stopped = self.stop_after(1)

        def small(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            return engine(chunks, settings)

        summary = run(many, out, small, on_progress=on_progress, is_stopped=is_stopped)
        if not summary.is_complete:
            assert not out.exists()
            assert shards_folder(out).is_dir()
        seen: list[int] = []

        def counting(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            def note(chunk: Chunk) -> Chunk:
                seen.append(chunk.start)
                return chunk

            return read_serially(map(note, chunks), settings)

        summary = run(many, out, counting, resume=True)
        assert summary.is_complete
        assert sorted_rows(out) == expected
        assert 0 not in seen, "what was read is not read again"

    def test_without_resume_an_unfinished_run_is_told(self, many: Path, tmp_path: Path) -> None:
        out = tmp_path / "rows.jsonl"
        on_progress, is_stopped = self.stop_after(1)
        run(many, out, on_progress=on_progress, is_stopped=is_stopped)
        with pytest.raises(OutputError, match="an unfinished run lies there; go on with it by --resume"):
            run(many, out)
        with pytest.raises(BatchError, match=r"but model was 'accurate' and is 'tutorial'"):
            run(many, out, resume=True, model="tutorial")

    def test_a_finished_run_has_nothing_left(self, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "rows.jsonl"
        run(folder, out, resume=True)
        before = out.read_bytes()
        assert run(folder, out, resume=True).was_complete
        assert out.read_bytes() == before

    def test_a_list_from_standard_input_is_remembered(self, many: Path, expected: Rows, tmp_path: Path) -> None:
        names = "\n".join(str(path) for path in sorted(many.rglob("*.png"))).encode()
        on_progress, is_stopped = self.stop_after(1)
        out = tmp_path / "rows.jsonl"
        run("-", out, stdin=io.BytesIO(names), on_progress=on_progress, is_stopped=is_stopped)
        run("-", out, stdin=io.BytesIO(), resume=True)
        assert read_rows(out) == expected

    def test_another_process_at_the_same_run_is_refused(self, many: Path, tmp_path: Path) -> None:
        out = tmp_path / "rows.jsonl"

        def meddle(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            with pytest.raises(BatchError, match="another process is at this run"):
                run(many, out, resume=True)
            return read_serially(chunks, settings)

        assert run(many, out, meddle).is_complete

    def test_an_engine_that_answers_twice_or_not_at_all(self, many: Path, expected: Rows, tmp_path: Path) -> None:
        def twice(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            for answer in read_serially(chunks, settings):
                yield from (answer, answer)

        def half(chunks: Iterable[Chunk], settings: ReadSettings) -> Answers:
            return read_serially(list(chunks)[::2], settings)

        out = tmp_path / "rows.jsonl"
        with pytest.raises(BatchError, match="16 pictures were left without an answer"):
            run(many, out, half)
        run(many, out, twice, resume=True, ordered=True)
        assert read_rows(out) == expected
