"""`inkdigits read`: the answer on stdout, the rest on stderr, an exit code that says what failed."""

import csv
import dataclasses
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inkdigits.cli import main
from inkdigits.models.bundle import DEFAULT_BUNDLE, find_bundle, read_bundle
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import ErrorBudget
from inkdigits.reading.output.drawing import to_picture
from inkdigits.reading.output.serialization import CSV_COLUMNS
from inkdigits.reading.pictures.decoding import decode
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from inkdigits.training.export.bundle_writing import write_bundle
from support.bad_pictures import ALL, encode
from support.documents import write_pdf, write_tiff
from support.drawing import blank, draw, write

COMMAND = Path(sys.executable).parent / "inkdigits"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote to the process's own streams."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `inkdigits read` in this process; what OpenCV's C code prints is caught too."""

    def run_read(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as end:
            main(["read", *map(str, arguments)])
        sys.stdout.flush()
        written = capfd.readouterr()
        return Ended(int(end.value.code or 0), written.out, written.err)

    return run_read


def save(path: Path, text: str | UInt8Array, form: str = "PNG") -> Path:
    """Write a picture of some digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(write([text], 40, 5).picture if isinstance(text, str) else text, form))
    return path


def pixels_of(path: Path) -> UInt8Array:
    return np.asarray(cv2.imread(str(path)), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three pictures, one of them blank, one in a subfolder, and a file that is none."""
    save(tmp_path / "scans" / "b.png", "58")
    save(tmp_path / "scans" / "a" / "c.jpg", "3027", "JPEG")
    save(tmp_path / "scans" / "d.png", blank(80, 90))
    (tmp_path / "scans" / "notes.txt").write_text("1", encoding="utf-8")
    return tmp_path / "scans"


class TestText:
    def test_one_picture_is_its_digits_and_nothing_else(self, run: Run, tmp_path: Path) -> None:
        assert run(save(tmp_path / "one.png", "20587")) == Ended(0, "20587\n", "")

    def test_lines_are_parted_by_a_line_feed_and_words_by_a_space(self, run: Run, tmp_path: Path) -> None:
        picture = blank(220, 500)
        for mark, at in (("2", (30, 30)), ("5", (80, 30)), ("3", (260, 30)), ("7", (310, 30)), ("8", (30, 130))):
            draw(picture, mark, at, 60, 6)
        one, two = save(tmp_path / "one.png", picture), save(tmp_path / "two.png", write(["4"]).picture)
        assert run(one).out == "25 37\n8\n"
        assert run(one, "--no-words").out == "2537\n8\n"
        assert run(one, two).out == f"{one}: 25 37\n{one}: 8\n{two}: 4\n"

    def test_signs_are_printed_when_asked_for(self, run: Run, tmp_path: Path) -> None:
        path = save(tmp_path / "one.png", write(["-27"], 60).picture)
        assert run(path).out == "27\n"
        assert run(path, "--signs").out == "-27\n"
        (values,) = map(json.loads, run(path, "--signs", "--json").out.splitlines())
        assert (values["text"], values["written"]) == ("27", "-27")

    def test_a_blank_picture_is_an_empty_line(self, run: Run, tmp_path: Path) -> None:
        assert run(save(tmp_path / "one.png", blank(50, 50))) == Ended(0, "\n", "")

    def test_several_are_named_in_the_order_given(self, run: Run, tmp_path: Path) -> None:
        second, first = save(tmp_path / "b.png", "7"), save(tmp_path / "a.png", "2")
        assert run(second, first) == Ended(0, f"{second}: 7\n{first}: 2\n", "")

    def test_a_folder_is_its_pictures_sorted_and_named(self, run: Run, folder: Path) -> None:
        expected = [f"{folder / 'a' / 'c.jpg'}: 3027", f"{folder / 'b.png'}: 58", f"{folder / 'd.png'}: "]
        skipped = f"inkdigits: {folder}: skipped 1 file that does not end like a picture: notes.txt\n"
        assert run(folder) == Ended(0, "\n".join(expected) + "\n", skipped)

    def test_skipped_files_are_counted_on_stderr_with_a_few_names(self, run: Run, folder: Path) -> None:
        for name in ("e.doc", "a/f.psd", "g.docx", ".hidden"):
            (folder / name).touch()
        ended = run(folder)
        names = f"{Path('a', 'f.psd')}, e.doc, g.docx, ..."
        assert ended.err == f"inkdigits: {folder}: skipped 4 files that do not end like a picture: {names}\n"
        assert ended.code == 0

    @pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
    def test_a_pipe_is_read_once(self, run: Run, tmp_path: Path) -> None:
        data = save(tmp_path / "one.png", "58").read_bytes()
        os.mkfifo(tmp_path / "pipe")
        with ThreadPoolExecutor() as executor:
            executor.submit((tmp_path / "pipe").write_bytes, data)
            assert run(tmp_path / "pipe") == Ended(0, "58\n", "")

    @pytest.mark.parametrize("write_pages", [write_pdf, write_tiff])
    def test_each_page_is_read(self, run: Run, tmp_path: Path, write_pages: Callable[..., bytes]) -> None:
        path = tmp_path / "fax.pdf"
        path.write_bytes(write_pages([write([text], 40, 5).picture for text in ("58", "27")]))
        assert run(path) == Ended(0, f"{path}#page=1: 58\n{path}#page=2: 27\n", "")
        assert run("-", stdin=path.read_bytes()).out == "-#page=1: 58\n-#page=2: 27\n"
        rows = list(csv.DictReader(io.StringIO(run("--csv", path).out)))
        assert [(row["picture"], row["page"], row["label"]) for row in rows] == [
            (str(path), page, label) for page, label in zip("1122", "5827", strict=True)
        ]
        pages = [json.loads(line) for line in run("--json", path).out.splitlines()]
        assert [(page["page"], page["text"]) for page in pages] == [(1, "58"), (2, "27")]
        assert run(path, "--picture", tmp_path / "out").code == 0
        assert sorted(copy.name for copy in (tmp_path / "out").iterdir()) == ["fax-page-1.png", "fax-page-2.png"]

    def test_a_locked_document_is_a_row_and_the_exit_code(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "locked.pdf"
        path.write_bytes(write_pdf([write(["58"], 40, 5).picture], password="secret"))  # noqa: S106 - opens nothing
        ended = run("--json", path, save(tmp_path / "one.png", "27"))
        assert ended.code == 5
        assert [json.loads(line).get("text") for line in ended.out.splitlines()] == [None, "27"]
        assert "opens without a password" in ended.err

    def test_a_length_that_does_not_fit_is_told(self, run: Run, tmp_path: Path) -> None:
        path = save(tmp_path / "one.png", "20587")
        told = 'expected 4 digits and saw 5 marks, so none is sure; they look like "20587"'
        advice = "check what was told of the field, or leave it out"
        assert run("--length", "4", path) == Ended(0, "?????\n", f"inkdigits: {path}: {told}; {advice}\n")
        assert run("--pattern", "dd-ddd", path) == Ended(0, "20-587\n", "")

    def test_each_box_has_a_line_of_its_own(self, run: Run, tmp_path: Path) -> None:
        path = save(tmp_path / "one.png", "20587")
        whole = run("--kind", "integer", path)
        assert whole == Ended(0, "20587\n", "")
        assert run("--box", "0,0,1,1", "--box", "0.0,0,1,1", path) == Ended(0, "20587\n20587\n", "")
        ended = run("--box", "5000,0,5001,9", path)
        assert (ended.code, ended.out) == (20, "")
        assert "expected a box inside the picture" in ended.err
        assert "expected a box of four numbers" in run("--box", "1,2", path).err

    def test_a_check_that_does_not_pass_is_told(self, run: Run, tmp_path: Path) -> None:
        path = save(tmp_path / "one.png", "20587")
        ended = run("--length", "5", "--check", "luhn", path)
        assert (ended.code, ended.out) == (0, "?????\n")
        assert "expected 5 digits that pass the check and saw 5 marks" in ended.err

    def test_standard_input_is_a_picture(self, run: Run, tmp_path: Path) -> None:
        data = save(tmp_path / "one.png", "64").read_bytes()
        assert run("-", stdin=data) == Ended(0, "64\n", "")
        assert run("-", tmp_path / "one.png", stdin=data).out == f"-: 64\n{tmp_path / 'one.png'}: 64\n"

    def test_one_digit_of_any_place(self, run: Run, tmp_path: Path) -> None:
        picture = blank(200, 200)
        draw(picture, "5", (120, 30), 60, 7)
        assert run("--digit", save(tmp_path / "one.png", picture)) == Ended(0, "5\n", "")
        assert run("--digit", save(tmp_path / "none.png", blank(9, 9))) == Ended(0, "\n", "")

    def test_an_unsure_digit_is_a_question_mark(self, run: Run, tmp_path: Path, tiny_bundle: Path) -> None:
        read = read_bundle(tiny_bundle)
        shy = write_bundle(tmp_path / "shy", read.onnx, type(read.info)("shy", "1.0.0", 1, unsure_below=1.0), "")
        assert run("--model", shy, save(tmp_path / "one.png", "25")) == Ended(0, "??\n", "")

    def test_a_budget_of_errors_makes_digits_unsure(self, run: Run, tmp_path: Path, tiny_bundle: Path) -> None:
        read = read_bundle(tiny_bundle)
        rows = (ErrorBudget(0.001, 1.0, 0.4, 0.3, 0.004), ErrorBudget(0.05, 0.0, 1.0, 1.0, 0.04))
        info = dataclasses.replace(read.info, unsure_below=1.0, budgets=rows)
        folder = write_bundle(tmp_path / "two", read.onnx, info, "")
        picture = save(tmp_path / "one.png", "25")
        strict = run("--model", folder, "--max-error", "0.001", picture)
        assert (strict.code, strict.out) == (0, "??\n")
        (note,) = strict.err.splitlines()
        least = min(row.max_error for row in Detector().info.budgets if row.per == "line")
        told = f"of handwriting in pictures no less than {100 * least:g} % of the lines can be promised"
        assert note == f"inkdigits: {told}"
        by_digit = run("--model", folder, "--max-error", "0.05", "--per", "digit", picture)
        assert "?" not in by_digit.out
        assert run("--max-error", "0.05", "--per", "page", picture).code == 2
        lenient = run("--model", folder, "--max-error", "0.05", picture)
        assert "?" not in lenient.out
        kept = next(row for row in Detector().info.budgets if row.per == "line" and row.max_error == 0.05)
        assert (lenient.err == "") == kept.holds_on_rough  # else it says what it holds for
        refused = run("--model", folder, "--max-error", "0.0001", picture)
        assert (refused.code, refused.out) == (15, "")
        assert "tiny cannot promise 0.0001 wrong answers; it can promise 0.001 or more" in refused.err
        assert run("--max-error", "1.5", picture).code == 2

    def test_the_real_command_in_its_own_process(self, tmp_path: Path) -> None:
        good, bad = save(tmp_path / "one.png", "20587"), tmp_path / "bad.png"
        bad.write_bytes(b"no picture")
        done = subprocess.run([COMMAND, "read", good, bad], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (5, f"{good}: 20587\n")
        assert done.stderr.startswith(f"inkdigits: {bad}: expected a picture (")
        assert done.stderr.count("\n") == 1


class TestForms:
    def test_json_is_one_object_per_line(self, run: Run, folder: Path) -> None:
        ended = run("--json", folder)
        answers = [json.loads(line) for line in ended.out.splitlines()]
        assert [(answer["picture"], answer["text"], answer["outcome"]) for answer in answers] == [
            (str(folder / "a" / "c.jpg"), "3027", "digits"),
            (str(folder / "b.png"), "58", "digits"),
            (str(folder / "d.png"), "", "blank"),
        ]
        assert (ended.code, ended.err.count("\n")) == (0, 1)

    def test_csv_has_one_header_and_a_row_per_mark(self, run: Run, folder: Path) -> None:
        rows = list(csv.DictReader(io.StringIO(run("--csv", folder).out)))
        assert tuple(rows[0]) == CSV_COLUMNS
        assert [row["label"] for row in rows] == [*"302758", ""]
        assert rows[-1]["outcome"] == "blank"

    def test_csv_of_one_bad_picture_is_one_row_with_the_error(self, run: Run, tmp_path: Path) -> None:
        ended = run("--csv", tmp_path / "absent.png")
        (row,) = csv.DictReader(io.StringIO(ended.out))
        assert (ended.code, row["picture"]) == (4, str(tmp_path / "absent.png"))
        assert row["error"] == f"PictureNotFoundError: {ended.err.removeprefix('inkdigits: ').strip()}"
        assert not any(value for name, value in row.items() if name not in {"picture", "error"})

    def test_each_picture_is_accounted_for_whether_read_or_not(self, run: Run, folder: Path) -> None:
        (folder / "b2.png").write_bytes(b"")
        (folder / "empty").mkdir()
        given = [folder, folder / "absent.png", folder / "empty"]
        names = [*(str(folder / name) for name in ("a/c.jpg", "b.png", "b2.png", "d.png")), *map(str, given[1:])]
        ended = run("--json", *given)
        answers = [json.loads(line) for line in ended.out.splitlines()]
        assert [answer["picture"] for answer in answers] == names
        failures = {answer["picture"]: answer["error"] for answer in answers if "error" in answer}
        assert list(failures.values()) == ["PictureFormatError", "PictureNotFoundError", "PictureNotFoundError"]
        assert all(answer["message"] in ended.err for answer in answers if "error" in answer)
        again = run("--csv", *given)
        rows = list(csv.DictReader(io.StringIO(again.out)))
        assert list(dict.fromkeys(row["picture"] for row in rows)) == names
        assert [row["picture"] for row in rows if row["error"]] == list(failures)
        assert ended.code == again.code == 5

    def test_an_annotated_picture_that_cannot_be_written_is_no_failure_to_read(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        ended = run("--json", "--picture", tmp_path / "file" / "x.png", save(tmp_path / "one.png", "58"))
        assert (ended.code, json.loads(ended.out)["text"]) == (13, "58")

    def test_the_reader_is_the_one_of_python(self, run: Run, tmp_path: Path, reader: DigitReader) -> None:
        path = save(tmp_path / "one.png", "64")
        answer = json.loads(run("--json", path).out)
        reading = reader.read(path)
        assert answer["model"] == reading.model
        assert [Box(*digit["box"]) for digit in answer["digits"]] == [digit.box for digit in reading.digits]
        for told, digit in zip(answer["digits"], reading.digits, strict=True):
            assert told["probabilities"] == pytest.approx(digit.probabilities, abs=1e-6)


class TestBadPictures:
    @pytest.mark.parametrize("name", ALL)
    def test_the_error_is_one_line_and_the_exit_code_its_classs(self, run: Run, tmp_path: Path, name: str) -> None:
        data, error = ALL[name]
        (tmp_path / name).write_bytes(data)
        ended = run(tmp_path / name)
        assert (ended.code, ended.out) == (error.exit_code, "")
        lines = [line for line in ended.err.splitlines() if not line.startswith(("libpng ", "Corrupt JPEG"))]
        assert len(lines) == 1
        assert lines[0].startswith(f"inkdigits: {tmp_path / name}: expected")

    def test_one_bad_among_good_is_told_and_the_others_are_read(self, run: Run, folder: Path) -> None:
        (folder / "b2.png").write_bytes(b"")
        (folder / "b3.png").write_bytes(ALL["bomb.png"][0])
        ended = run(folder, folder / "absent.png")
        assert [line.rpartition(": ")[2] for line in ended.out.splitlines()] == ["3027", "58", ""]
        assert [line.split(": ")[1] for line in ended.err.splitlines()] == [
            str(folder),
            *(str(folder / name) for name in ("b2.png", "b3.png", "absent.png")),
        ]
        assert ended.code == 5, "that of the first failure"

    def test_standard_input_may_be_bad_too(self, run: Run) -> None:
        for data in (b"", b"text"):
            ended = run("-", stdin=data)
            assert (ended.code, ended.out) == (5, "")
            assert ended.err.startswith("inkdigits: the bytes: expected a picture")

    def test_a_missing_file(self, run: Run, tmp_path: Path) -> None:
        ended = run(tmp_path / "absent.png")
        assert ended == Ended(4, "", f"inkdigits: {tmp_path / 'absent.png'}: no such file; check its name and folder\n")

    def test_a_missing_file_is_named_once_however_it_is_written(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert run("./absent.png").err == "inkdigits: absent.png: no such file; check its name and folder\n"

    def test_a_folder_without_pictures(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        good = save(tmp_path / "one.png", "2")
        ended = run(tmp_path / "empty", good)
        assert (ended.code, ended.out) == (4, f"{good}: 2\n")
        assert ended.err.startswith(f"inkdigits: {tmp_path / 'empty'}: expected a folder with pictures")

    @pytest.mark.skipif(sys.platform != "linux", reason="names a file that Linux alone has")
    def test_a_file_that_cannot_be_read(self, run: Run) -> None:
        ended = run("/proc/self/mem")
        assert (ended.code, ended.out) == (5, "")
        assert "cannot be read (" in ended.err

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
    def test_a_name_that_is_no_text(self, tmp_path: Path) -> None:
        save(tmp_path / "scans" / "one.png", "27")
        (tmp_path / "scans" / "one.png").rename(os.fsdecode(os.fsencode(tmp_path) + b"/scans/\xff.png"))
        environment = os.environ | {"PYTHONIOENCODING": "utf-8:strict"}
        for form, answer in ((None, "\ufffd.png: 27\n"), ("--csv", "\ufffd.png,,0,"), ("--json", '\\ufffd.png"')):
            arguments = [str(COMMAND), "read", str(tmp_path / "scans"), *([form] if form else [])]
            done = subprocess.run(arguments, capture_output=True, check=False, env=environment)
            assert (done.returncode, done.stderr) == (0, b"")
            assert answer in done.stdout.decode()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=100))
    def test_random_bytes_are_an_error_of_ours(self, run: Run, data: bytes) -> None:
        ended = run("-", stdin=data)
        assert ended.code == 5
        assert ended.err.startswith("inkdigits: the bytes: expected")


class TestModel:
    def test_a_bundle_by_its_folder(self, run: Run, tmp_path: Path, tiny_bundle: Path) -> None:
        answer = json.loads(run("--json", "--model", tiny_bundle, save(tmp_path / "one.png", "2")).out)
        assert answer["model"] == "tiny 1.2.3"

    @pytest.fixture
    def copy(self, tmp_path: Path) -> Path:
        shipped = read_bundle(DEFAULT_BUNDLE)
        card = (find_bundle(DEFAULT_BUNDLE) / "README.md").read_text(encoding="utf-8")
        return write_bundle(tmp_path / "copy", shipped.onnx, shipped.info, card)

    @pytest.mark.parametrize("name", ["model.onnx", "model.json", "README.md", "SHA256SUMS"])
    def test_a_bundle_with_a_changed_byte(self, run: Run, tmp_path: Path, copy: Path, name: str) -> None:
        picture = save(tmp_path / "one.png", "2")
        assert run("--model", copy, picture).code == 0
        data = bytearray((copy / name).read_bytes())
        data[len(data) // 2 if name != "SHA256SUMS" else 3] ^= 1
        (copy / name).write_bytes(data)
        ended = run("--model", copy, picture)
        assert (ended.code, ended.out) == (10, "")
        assert ended.err.startswith(f"inkdigits: {copy}")
        assert ended.err.count("\n") == 1

    @pytest.mark.parametrize("name", ["model.onnx", "model.json", "README.md", "SHA256SUMS"])
    def test_a_bundle_without_a_file(self, run: Run, tmp_path: Path, copy: Path, name: str) -> None:
        (copy / name).unlink()
        ended = run("--model", copy, save(tmp_path / "one.png", "2"))
        assert (ended.code, ended.out) == (10, "")
        assert name in ended.err

    def test_another_network(self, run: Run, tmp_path: Path) -> None:
        pytest.importorskip("onnx")
        from support.build_tiny_model import TINY_INFO, Tensors, build_tiny_graph  # noqa: PLC0415 - it needs onnx

        wrong = write_bundle(tmp_path / "wrong", build_tiny_graph(Tensors(classes=11)), TINY_INFO, "")
        ended = run("--model", wrong, save(tmp_path / "one.png", "2"))
        assert (ended.code, ended.out) == (10, "")
        assert "expected the tensors" in ended.err

    def test_no_such_bundle(self, run: Run, tmp_path: Path) -> None:
        ended = run("--model", "absent", save(tmp_path / "one.png", "2"))
        assert (ended.code, ended.out) == (10, "")
        assert ended.err.startswith("inkdigits: absent: expected a shipped bundle (")


class TestAnnotated:
    def test_a_file(self, run: Run, tmp_path: Path, reader: DigitReader) -> None:
        picture, out = save(tmp_path / "one.png", "58"), tmp_path / "new" / "annotated.png"
        assert run("--picture", out, picture) == Ended(0, "58\n", "")
        expected = to_picture(decode(picture), reader.read(picture))
        assert np.array_equal(pixels_of(out), expected)

    @pytest.mark.parametrize("ending", ["jpg", "webp", "bmp", "tiff"])
    def test_a_file_of_another_format(self, run: Run, tmp_path: Path, ending: str) -> None:
        out = tmp_path / f"annotated.{ending}"
        assert run("--picture", out, save(tmp_path / "one.png", "58")).code == 0
        assert decode(out).size

    def test_a_folder(self, run: Run, folder: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert run("--picture", out, folder).code == 0
        written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.png"))
        assert written == ["a/c.png", "b.png", "d.png"]
        assert run("--picture", out, folder / "b.png", folder / "d.png").code == 0
        assert len(list(out.rglob("*.png"))) == 3, "a second run writes over the first's"

    def test_several_folders_keep_their_names(self, run: Run, tmp_path: Path) -> None:
        for day in ("monday", "tuesday"):
            save(tmp_path / day / "sub" / "form.png", "2")
        assert run("--picture", tmp_path / "out", tmp_path / "monday", tmp_path / "tuesday").code == 0
        written = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png"))
        assert written == ["monday/sub/form.png", "tuesday/sub/form.png"]

    def test_a_folder_for_one_picture_and_for_standard_input(self, run: Run, tmp_path: Path) -> None:
        picture = save(tmp_path / "one.png", "58")
        run("--picture", tmp_path / "out", picture)
        run("--picture", tmp_path / "out", "-", stdin=picture.read_bytes())
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.png", "stdin.png"]

    def test_pictures_of_the_same_name_do_not_overwrite_one_another(
        self, run: Run, tmp_path: Path, reader: DigitReader
    ) -> None:
        pictures = [
            save(tmp_path / "monday" / "form.png", "2"),
            save(tmp_path / "tuesday" / "form.png", "58"),
            save(tmp_path / "tuesday" / "form.jpg", "307", "JPEG"),
            save(tmp_path / "tuesday" / "form-2.png", "4096"),
        ]
        assert run("--picture", tmp_path / "out", *pictures).code == 0
        written = {path.name: pixels_of(path) for path in (tmp_path / "out").iterdir()}
        assert sorted(written) == ["form-2-2.png", "form-2.png", "form-3.png", "form.png"]
        for name, picture in zip(("form.png", "form-2.png", "form-3.png", "form-2-2.png"), pictures, strict=True):
            assert np.array_equal(written[name], to_picture(decode(picture), reader.read(picture)))

    def test_the_pictures_themselves_are_never_overwritten(self, run: Run, folder: Path) -> None:
        before = {path: path.read_bytes() for path in folder.rglob("*.*")}
        ended = run("--picture", folder, folder)
        assert ended.code == 2
        assert "lies in a folder that is read" in ended.err
        assert run("--picture", folder / "a", folder / "b.png", folder / "a" / "c.jpg").code == 0
        ended = run("--picture", folder / "b.png", folder / "b.png")
        assert (ended.code, ended.out) == (13, "58\n")
        assert "expected another file than the picture itself" in ended.err
        assert {path: path.read_bytes() for path in before} == before

    def test_one_file_for_several_pictures_is_wrong_usage(self, run: Run, folder: Path, tmp_path: Path) -> None:
        ended = run("--picture", tmp_path / "all.png", folder)
        assert (ended.code, ended.out) == (2, "")
        assert "names one file, but several pictures are read" in ended.err
        assert not (tmp_path / "all.png").exists()

    def test_a_place_that_cannot_be_written_does_not_cost_the_answer(self, run: Run, tmp_path: Path) -> None:
        picture = save(tmp_path / "one.png", "58")
        (tmp_path / "file").touch()
        for out in (tmp_path / "file" / "x.png", tmp_path / "file", tmp_path / "file" / "folder"):
            ended = run("--picture", out, picture)
            assert (ended.code, ended.out) == (13, "58\n")
            assert "cannot write the annotated picture" in ended.err

    def test_what_opencv_cannot_write(self, run: Run, tmp_path: Path) -> None:
        target = tmp_path / "out" / "one.png"
        target.mkdir(parents=True)
        ended = run("--picture", tmp_path / "out", save(tmp_path / "one.png", "58"))
        assert (ended.code, ended.out) == (13, "58\n")
        assert f"{target}: cannot write the annotated picture" in ended.err


class TestUsage:
    @pytest.mark.parametrize("arguments", [(), ("--no-such-option", "a.png")])
    def test_wrong_usage(self, run: Run, arguments: tuple[str, ...]) -> None:
        ended = run(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("Usage: inkdigits read")

    def test_help(self, run: Run) -> None:
        ended = run("--help")
        assert (ended.code, ended.err) == (0, "")
        assert "Examples:" in ended.out
