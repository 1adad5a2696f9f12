"""The tutorial's notebooks have the pages' cells and stored outputs, and run from a clean kernel."""

import json
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from support.scripts import load_script

notebooks = load_script("docs/notebooks.py")


@pytest.mark.parametrize("page", notebooks.PAGES)
def test_a_notebook_is_made_of_its_page_and_was_run(page: str) -> None:
    assert not notebooks.is_stale(page), "run docs/notebooks.py --run"
    stored = json.loads(notebooks.target_of(page).read_text(encoding="utf-8"))["cells"]
    outputs = [entry for cell in stored if cell["cell_type"] == "code" for entry in cell["outputs"]]
    assert any("image/png" in entry.get("data", {}) for entry in outputs), "the first four digits are shown in place"
    assert not [entry for entry in outputs if entry["output_type"] == "error"]
    assert str(Path.home()) not in json.dumps(stored)


def test_prose_code_and_quick_commands_become_cells(tmp_path: Path) -> None:
    page = tmp_path / "tutorial.md"
    page.write_text(
        "# Title\n\n```bash\ninkdigits data show\n```\n\nWords.\n\n"
        "```python\nfit(epochs=10)\n```\n\n```text\n7\n```\n\n"
        "```bash\ninkdigits train mlp\n```\n\nEnd.\n",
        encoding="utf-8",
    )
    cells = notebooks.make_cells(page)
    told = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    assert told[0] == ("markdown", "# Title")
    assert "one epoch instead of ten" in told[1][1]
    assert told[2:] == [
        ("code", notebooks.FIRST),
        ("code", "!inkdigits data show"),
        ("markdown", "Words."),
        ("code", "fit(epochs=EPOCHS)"),
        ("markdown", "```bash\ninkdigits train mlp\n```"),
        ("markdown", "End."),
    ]


@pytest.mark.train
@pytest.mark.slow
def test_the_notebook_runs_from_a_clean_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("keras", "nbclient", "ipykernel"):
        pytest.importorskip(library)
    monkeypatch.setenv("PYTHONPATH", str(Path(inkdigits.__file__).parents[1]))
    cells = notebooks.make_cells(notebooks.DOCS / "tutorial.md")
    for cell in cells:  # 2,000 digits, and no calibration of a minute: what is tested is that every cell runs
        source = "".join(cell["source"])
        for long, short in {
            "mnist.whole.x,": "mnist.whole.x[:2000],",
            "(mnist.whole.y,": "(mnist.whole.y[:2000],",
        }.items():
            source = source.replace(long, short)
        cell["source"] = source.splitlines(keepends=True)
    done: list[dict[str, Any]] = notebooks.run(notebooks.to_notebook(cells), tmp_path)
    assert all(count is not None for _, _, count in notebooks.outputs_of(done))
    assert (tmp_path / "models" / "mine" / "model.onnx").is_file()
    printed = json.dumps([outputs for _, outputs, _ in notebooks.outputs_of(done)])
    assert "CNN_Large: " in printed
