"""Counts the numbers that somebody set by hand between a decoded picture and its reading.

    python benchmarks/hand_set_numbers.py [--out FOLDER] [--list]

Counted is every number in a constant of a module (`_NAME = 0.6`, each number of a tuple) and every number inside a
function, in all modules that `reading.pipeline` imports, directly or not. Whole numbers up to 4, 255 and one half are
left out: they count, index, and name gray levels. Left out, too, are numbers that a format or a network fixes (`spec`),
that a training fits (`models/weights`), and those of what comes before and after: opening files and drawing results.
Numbers that only bound memory and time, or keep a logarithm finite, stand in a column of their own (`BOUNDS`): they are
not there to tell a digit from something else.
"""

import argparse
import ast
from collections.abc import Iterator
from dataclasses import dataclass
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
# constants of each module that decide nothing: batches and other limits of memory and time, the least probabilities
# whose logarithms are taken, how many numbers a curve has
BOUNDS = {
    "imageops.box_index": {"_ROW"},
    "imageops.neighbors": {"_ROWS_AT_ONCE"},
    "models.answer_confidence": {"_LEAST_ODDS", "_LEAST_NAMED", "DIGIT_COLUMNS"},
    "models.confidence": {"_MOST_LINE", "_LEAST_ODDS"},
    "models.ctc": {"_BEAM", "_LEAST", "_SURE"},
    "models.line_evidence": {"_NEVER"},
    "models.peaks": {"_EDGE", "_LOGARITHMS"},
    "models.session": {"_BATCH_SIZE"},
    "reading.detection.detector": {"MOST_MARKS", "_CELLS", "_LEAST_SHARE"},
    "reading.detection.ink_crops": {"_WORK_SIDE"},
    "reading.detection.looks": {"_MOST_PIXELS", "_MOST_FIRST", "_WHOLE", "_TILE"},
    "reading.detection.strikes": {"_HEIGHTS"},
    "reading.recognition.assignments": {"MOST_WAYS"},
    "reading.recognition.field_search": {"_FAR", "_MOST_STRINGS"},
    "reading.recognition.print_votes": {"_LEAST"},
}


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


@dataclass(frozen=True)
class Number:
    """A number that was set by hand.

    Attributes:
        line: Of the source.
        value: Of the number.
        constant: First name of the constant that it belongs to; "" inside a function.
    """

    line: int
    value: float
    constant: str


def count_numbers(source: str) -> list[Number]:
    """Return the numbers that were set by hand in a module's source."""
    found = []
    for statement in ast.parse(source).body:
        name = _find_name(statement)
        found += [Number(line, value, name) for line, value in _find_numbers(statement) if abs(value) not in PLAIN]
    return found


def _find_name(statement: ast.stmt) -> str:
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return ""
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    first = target.elts[0] if isinstance(target, ast.Tuple) else target
    return first.id if isinstance(first, ast.Name) else ""


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
    bounds = {name: sum(one.constant in BOUNDS.get(name, ()) for one in found) for name, found in rows}
    table = ["| module | decide what is read | bound memory, time or a logarithm |", "|---|---:|---:|"]
    table += [f"| {name} | {len(found) - bounds[name]} | {bounds[name]} |" for name, found in rows]
    total = sum(len(found) for _, found in rows)
    of_bounds = sum(bounds.values())
    table += [f"| **all** (at most {WANTED} wanted) | **{total - of_bounds}** | **{of_bounds}** |", ""]
    print("\n".join(table))
    if chosen.list:
        for name, found in rows:
            print(name, *(f"{one.line}: {one.constant} {one.value}" for one in found), sep="\n    ")
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "hand-set-numbers.md").write_text("\n".join(table), encoding="utf-8")


if __name__ == "__main__":
    main()
