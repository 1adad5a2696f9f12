"""Write the tutorial's two notebooks from the tutorial's two pages.

    python docs/notebooks.py           write the cells; outputs of cells that have not changed stay
    python docs/notebooks.py --run     also run them in a clean kernel and store what they print and draw
    python docs/notebooks.py --check   fail when a notebook has other cells than its page, or no outputs

Both pages have the same code, so one run serves both. A notebook trains for one epoch where its page trains for ten.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
PAGES = ("tutorial.md", "tutorial.zh-TW.md")
NOTE = {
    "tutorial.md": "In this notebook each network trains for one epoch instead of ten, so that it runs in minutes: set "
    "`EPOCHS = 10` for the page's numbers. It writes its files into the folder in which it runs.",
    "tutorial.zh-TW.md": "為了在幾分鐘內跑完，這份筆記本的每個網路只訓練一個週期，而不是十個；想重現本頁的數字，請改成 "  # noqa: RUF001 - Chinese
    "`EPOCHS = 10`。產生的檔案會寫在執行時所在的資料夾。",
}
FIRST = "%matplotlib inline\nEPOCHS = 1"
RUN = ("data", "read", "evaluate", "export")  # commands that take no training; the others stay text
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$\n?", flags=re.MULTILINE | re.DOTALL)
TIMEOUT_S = 3_600  # of one cell, on a busy machine, too

Cell = dict[str, Any]


def make_cells(page: Path) -> list[Cell]:
    """Return a notebook's cells without outputs: prose as Markdown, Python and quick commands as code."""
    text = page.read_text(encoding="utf-8")
    first = [_markdown(f"*{NOTE[page.name]}*"), _code(FIRST)]
    cells: list[Cell] = []
    place, follows_code = 0, False
    for fence in FENCE.finditer(text):
        prose = text[place : fence.start()].strip()
        if prose:
            cells.append(_markdown(prose))
        place = fence.end()
        code = _to_code(fence[1], fence[2])
        if code is not None:
            cells.append(_code(code))
        elif fence[1] != "text" or not follows_code or prose:  # what a cell prints stands below it anyway
            cells.append(_markdown(fence[0].strip()))
        follows_code = code is not None
    cells.append(_markdown(text[place:].strip()))
    cells[1:1] = first
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:02}"
    return cells


def _to_code(language: str, block: str) -> str | None:
    if language == "python":
        return block.strip().replace("epochs=10", "epochs=EPOCHS")
    lines = block.strip().splitlines()
    if language == "bash" and all(line.startswith("inkdigits ") and line.split()[1] in RUN for line in lines):
        return "\n".join(f"!{line}" for line in lines)
    return None


def _markdown(source: str) -> Cell:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(source: str) -> Cell:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "id": "", "metadata": {}, "outputs": [], "source": lines}


def to_notebook(cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the notebook of the cells, as its file says it."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def run(notebook: dict[str, Any], folder: Path) -> list[Cell]:
    """Run a notebook from a clean kernel in a folder and return its cells with their outputs.

    Raises:
        CellExecutionError: A cell fails.
    """
    import nbclient  # noqa: PLC0415 - of the extra `notebook`
    import nbformat  # noqa: PLC0415

    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # `!inkdigits` is this install's
    os.environ["PATH"] = path
    read = nbformat.reads(json.dumps(notebook), as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types here
    client = nbclient.NotebookClient(read, timeout=TIMEOUT_S, resources={"metadata": {"path": str(folder)}})
    done = client.execute()
    text = nbformat.writes(done)  # type: ignore[no-untyped-call]  # as above
    return [_without_times(cell) for cell in json.loads(text)["cells"]]


def _without_times(cell: Cell) -> Cell:
    return {**cell, "metadata": {}}


def outputs_of(cells: Sequence[Cell]) -> list[tuple[str, list[Any], int | None]]:
    """Return source, outputs and count of each code cell."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [("".join(cell["source"]), cell["outputs"], cell["execution_count"]) for cell in code]


def with_outputs(cells: Sequence[Cell], known: Sequence[tuple[str, list[Any], int | None]]) -> list[Cell]:
    """Return the cells with outputs of the cells at the same place among the code, whose comments may differ."""
    left = iter(known)
    filled = []
    for cell in cells:
        if cell["cell_type"] == "code":
            _, outputs, count = next(left, ("", [], None))
            filled.append({**cell, "outputs": outputs, "execution_count": count})
        else:
            filled.append(cell)
    return filled


def to_text(notebook: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def target_of(page: str) -> Path:
    """Return where the notebook of a page lies."""
    return (DOCS / page).with_suffix(".ipynb")


def is_stale(page: str) -> bool:
    """Return whether the notebook of a page is missing, has other cells, or a code cell that was never run."""
    path = target_of(page)
    if not path.is_file():
        return True
    stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
    wanted = make_cells(DOCS / page)
    same = [cell["source"] for cell in stored] == [cell["source"] for cell in wanted]
    return not same or any(count is None for _, _, count in outputs_of(stored))


def main() -> int:
    """Write, run or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--run", action="store_true")
    options = parser.parse_args()
    if options.check:
        stale = [page for page in PAGES if is_stale(page)]
        for page in stale:
            print(f"out of date: {target_of(page).name}; run docs/notebooks.py --run")
        return 1 if stale else 0
    cells = make_cells(DOCS / PAGES[0])
    if options.run:
        with tempfile.TemporaryDirectory() as folder:
            known = outputs_of(run(to_notebook(cells), Path(folder)))
    else:
        old = target_of(PAGES[0])
        known = outputs_of(json.loads(old.read_text(encoding="utf-8"))["cells"]) if old.is_file() else []
    for page in PAGES:
        filled = with_outputs(make_cells(DOCS / page), known)
        target_of(page).write_text(to_text(to_notebook(filled)), encoding="utf-8")
        print(f"written: {target_of(page).name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
