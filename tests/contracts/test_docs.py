"""The code of the documentation runs, prints what it says it prints, and is the same in both languages.

A document is run from top to bottom in one empty folder and one namespace: its Python blocks, and of its bash blocks
the `inkdigits demo`, `data` and `read` commands. A `text` block that follows a block is what it prints. Of the
other commands the arguments are parsed. Trainings are made smaller by `SMALLER`.
"""

import ast
import contextlib
import io
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner

from inkdigits.cli import cli

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL, TRANSLATION = DOCS / "tutorial.md", DOCS / "tutorial.zh-TW.md"

# what the tutorial says -> what the test runs instead: 500 digits and one epoch
SMALLER = {
    "mnist.whole.x,": "mnist.whole.x[:500],",
    "(mnist.whole.y,": "(mnist.whole.y[:500],",
    "mnist.test.x,": "mnist.test.x[:500],",
    "(mnist.test.y,": "(mnist.test.y[:500],",
    "epochs=10,": "epochs=1,",
}


@dataclass(frozen=True)
class Block:
    """A fenced block of a document, and what it is said to print."""

    place: str
    language: str
    code: str
    output: str | None


def read_blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    fences = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL))
    blocks = []
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        is_answered = after is not None and after[1] == "text" and not text[fence.end() : after.start()].strip()
        line = text[: fence.start()].count("\n") + 1
        output = after[2] if after is not None and is_answered else None
        blocks.append(Block(f"{path.name}:{line}", fence[1], fence[2], output))
    return blocks


def read_commands(block: Block) -> list[list[str]]:
    """Return the words of each `inkdigits` command of a bash block."""
    lines = (shlex.split(line, comments=True) for line in block.code.splitlines())
    return [words[1:] for words in lines if words[:1] == ["inkdigits"]]


def is_run(words: list[str]) -> bool:
    """Return whether a command is run: it is quick and needs no training before it."""
    asks_much = any("$" in word or word.startswith("models/") or word == "number.png" for word in words)
    return words[0] in {"demo", "data", "form", "page", "read"} and not asks_much


def run_document(path: Path) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in read_blocks(path):
        if block.language == "python":
            printed = run_python(block, namespace)
        elif block.language == "bash":
            printed = "".join(run_command(words, block) for words in read_commands(block))
        else:
            continue
        if block.output is not None:
            assert printed == block.output, block.place


def run_python(block: Block, namespace: dict[str, object]) -> str:
    code = block.code
    for long, short in SMALLER.items():
        code = code.replace(long, short)
    stdout = io.StringIO()
    with contextlib.redirect_stdout(stdout):
        exec(compile(code, block.place, "exec"), namespace)  # noqa: S102 - our own documentation
    return stdout.getvalue()


def run_command(words: list[str], block: Block) -> str:
    if not is_run(words):
        parse_command(words)
        return ""
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, (block.place, result.output)
    return result.stdout


def parse_command(words: list[str]) -> None:
    """Fail when a command or one of its options does not exist."""
    command: click.Command = cli
    context = click.Context(cli)
    arguments = list(words)
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None, name
        command = found
    with command.make_context(name, arguments, parent=context):
        pass


def table_rows(path: Path) -> list[tuple[str, str, str]]:
    """Return the rows of the table of what broke: old code, what happens, new code."""
    rows = re.findall(
        r"^\| `([^`]+)` \| ([\w ]+) \| `([^`]+)` \|$", path.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert len(rows) == 14
    return rows


def test_data_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "data.md")


@pytest.mark.train
@pytest.mark.slow
def test_browser_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("inkdigits_web")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "browser.md")
    assert (tmp_path / "site" / "index.html").is_file()


def test_ports_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "ports.md")
    assert (tmp_path / "golden.json").read_text(encoding="utf-8") == "{}"  # of no pictures


def test_own_network_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "own-network.md")
    assert (tmp_path / "models" / "mine" / "model.onnx").is_file()


def test_scaling_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "scale.md")


def test_batch_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    shutil.copytree(DOCS.parent / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "batch.md")


def test_signs_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(DOCS.parent / "tests" / "reading" / "cases" / "parentheses.png", tmp_path / "negative.png")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "signs.md")


def test_forms_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DOCS / "forms", tmp_path / "forms")
    monkeypatch.chdir(tmp_path / "forms")
    run_document(DOCS / "forms.md")
    assert (tmp_path / "forms" / "votes.xlsx").is_file()


def test_reading_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(DOCS.parent / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "read.md")
    assert (tmp_path / "out" / "annotated.png").is_file()


def test_training_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    run_document(DOCS / "train.md")


def test_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_document(DOCS.parent / "README.md")
    assert (tmp_path / "out" / "annotated.png").is_file()


def test_readme_is_for_someone_in_a_hurry() -> None:
    lines = (DOCS.parent / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 130
    assert next(number for number, line in enumerate(lines, start=1) if line.startswith("pip install")) < 30


@pytest.mark.train
@pytest.mark.slow
def test_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    run_document(TUTORIAL)
    made = {path.name for path in tmp_path.iterdir()}
    assert made == {"mnist-digits.png", "my-digit.png", "annotated.png", "own.keras"}


def test_what_is_made_smaller_is_in_the_tutorial() -> None:
    code = "".join(block.code for block in read_blocks(TUTORIAL))
    assert [long for long in SMALLER if long not in code] == []


def test_the_translation_has_the_same_code() -> None:
    blocks = [read_blocks(path) for path in (TUTORIAL, TRANSLATION)]
    for ours, theirs in zip(*blocks, strict=True):
        assert (ours.language, ours.output) == (theirs.language, theirs.output), theirs.place
        if ours.language == "python":
            assert ast.dump(ast.parse(ours.code)) == ast.dump(ast.parse(theirs.code)), theirs.place
        else:
            assert ours.code == theirs.code, theirs.place
    assert len(blocks[0]) == len(blocks[1])
    assert table_rows(TUTORIAL) == table_rows(TRANSLATION)


@pytest.mark.train
@pytest.mark.parametrize(("old", "happens", "new"), table_rows(TUTORIAL))
def test_what_broke_and_what_replaces_it(old: str, happens: str, new: str) -> None:
    keras = pytest.importorskip("keras")

    def names() -> dict[str, object]:
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("adam", "mse")
        x, y = np.ones((2, 1)), np.ones(2)
        return {**vars(keras.layers), "keras": keras, "model": model, "x": x, "y": y}

    found = "no error"
    try:
        exec(old, names())  # noqa: S102 - our own documentation
    except Exception as error:  # noqa: BLE001 - which one it is, is what is tested
        found = type(error).__name__
    assert found == happens
    with contextlib.redirect_stdout(io.StringIO()):
        exec(new, names())  # noqa: S102 - our own documentation


@pytest.mark.train
def test_the_third_number_of_convolution2d_is_the_stride() -> None:
    keras = pytest.importorskip("keras")
    assert keras.layers.Convolution2D(32, 5, 5).strides == (5, 5)


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_and_result_markers(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)", text, flags=re.MULTILINE)
    headings = {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in headings, link
        elif "://" not in link:
            assert (path.parent / link.partition("#")[0]).exists(), link
    markers = re.findall(r"^<!-- (results:[\w-]+|/results) -->$", text, flags=re.MULTILINE)
    assert [marker.startswith("results:") for marker in markers] == [True, False] * (len(markers) // 2)
