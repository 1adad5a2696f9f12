"""Make short tables for the README of the long ones in benchmarks/results: fewer rows and columns, plainer names."""

import re
import sys
from pathlib import Path

# set and what was counted, as the long table has them -> what the short one says
_HANDWRITING = {
    ("running_numbers", "numbers right"): "numbers in running text, 40 writers",
    ("registers, riant-4", "numbers right"): "numbers in old registers",
    ("mark_sheets, number", "numbers right"): "numbers on mark sheets, scanned by phone",
    ("tally_boxes, id", "numbers right"): "numbers in printed boxes, country A",
    ("tally_boxes, bo", "numbers right"): "numbers in printed boxes, country B",
    ("pencil_notes", "numbers right"): "numbers in pencil",
    ("people", "numbers right"): "pictures that people sent",
    ("pen_on_forms", "digits right"): "single digits on forms",
    ("letters", "letters that look like no digit"): "letters unlike any digit, called one *",
    ("letters", "words called a digit"): "words called a digit *",
    ("blank_paper", "with any digit"): "empty paper with any digit *",
}
_HEAD = "| pictures | n | inkdigits, % | and wrong without a ?, % | RapidOCR, % |\n|---|---:|---:|---:|---:|"
_NOTE = (
    'Numbers count when every digit is right. The rest has a "?" or is wrong without one; RapidOCR has no "?". '
    "* Less is better."
)


def shorten_handwriting(table: str) -> str:
    """Return the short table of development sets; a missing row ends the program with a message."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    columns = {name: place for place, name in enumerate(rows[0])}
    lines = [_HEAD]
    for (name, counted), plain in _HANDWRITING.items():
        row = next((row for row in rows if row[0] == name and row[1].startswith(counted)), None)
        if row is None:
            sys.exit(
                f"handwriting.md: expected a row of {name} with {counted}, found none; change docs/short_tables.py"
            )
        rival = re.sub(r" \(.*\)", "", row[columns["RapidOCR, %"]])
        silent = row[columns["silently wrong, %"]]
        silent = f"{float(silent):.1f}" if silent != "-" else silent
        lines.append(f"| {plain} | {row[columns['n']]} | {float(row[columns['%']]):.1f} | {silent} | {rival} |")
    return "\n".join([*lines, "", _NOTE, *_made(table)])


def _made(table: str) -> list[str]:
    """Return the line that says which versions were measured, as the long table has it."""
    last = table.strip().splitlines()[-1]
    return [last] if last.startswith("RapidOCR: ") else []


SHORT = {"handwriting-short": ("handwriting", shorten_handwriting)}


def read_table(folder: Path, name: str) -> str:
    """Return a table of benchmarks/results, or a short one made of it; empty where there is none."""
    source, shorten = SHORT.get(name, (name, str))
    path = folder / f"{source}.md"
    table = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return shorten(table) if table else ""
