"""Counts the numbers that somebody set by hand between a decoded picture and its reading.

    python benchmarks/hand_set_numbers.py [--out FOLDER] [--list]

Counted is every number in a constant of a module (`_NAME = 0.6`, each number of a tuple) and every number inside a
function, in all modules that `reading.pipeline` imports, directly or not. Whole numbers up to 4 and 255 are left out:
they count, index, and name gray levels. Left out, too, are numbers that a format or a network fixes (`spec`), that a
training fits (`models/weights`), and those of what comes before and after: opening files and drawing results.
"""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "src"
START = "inkdigits.reading.pipeline"
ELSEWHERE = (
    "inkdigits.errors",
    "inkdigits.spec",
    "inkdigits.reading.pictures",
    "inkdigits.reading.output",
    "inkdigits.reading.detection.stages",
    "inkdigits.models.metadata",
    "inkdigits.system",
)
PLAIN = {0, 1, 2, 3, 4, 255, 0.5}
WANTED = 60


def find_modules() -> list[str]:
    """Return the modules between a decoded picture and its reading, by name."""
    found: set[str] = set()
    waiting = [START]
    while waiting:
        name = waiting.pop()
        if name not in found and _find_file(name).is_file():
            found.add(name)
            waiting += _find_imports(_find_file(name).read_text(encoding="utf-8"))
    return sorted(name for name in found if not name.startswith(ELSEWHERE))


def _find_file(name: str) -> Path:
    return SOURCES / (name.replace(".", "/") + ".py")


def _find_imports(source: str) -> list[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return [node.module for node in nodes if node.module is not None and node.module.startswith("inkdigits.")]


def count_numbers(source: str) -> list[tuple[int, float]]:
    """Return the line and the value of each number that was set by hand in a module's source."""
    return [(line, value) for line, value in _find_numbers(ast.parse(source)) if abs(value) not in PLAIN]


def _find_numbers(node: ast.AST) -> Iterator[tuple[int, float]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from _find_numbers(child)


def main(arguments: list[str] | None = None) -> None:
    """Print the count of each module and of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="folder for the table")
    parser.add_argument("--list", action="store_true", help="also print each number with its line")
    chosen = parser.parse_args(arguments)
    rows = []
    for name in find_modules():
        found = count_numbers(_find_file(name).read_text(encoding="utf-8"))
        if found:
            rows.append((name.removeprefix("inkdigits."), found))
    table = ["| module | numbers |", "|---|---:|", *(f"| {name} | {len(found)} |" for name, found in rows)]
    total = sum(len(found) for _, found in rows)
    table += [f"| **all** (at most {WANTED} wanted) | **{total}** |", ""]
    print("\n".join(table))
    if chosen.list:
        for name, found in rows:
            print(name, *(f"{line}: {value}" for line, value in found), sep="\n    ")
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "hand-set-numbers.md").write_text("\n".join(table), encoding="utf-8")


if __name__ == "__main__":
    main()
