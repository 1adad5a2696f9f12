"""Benchmark scripts as commands, and small development sets for them to read."""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEVELOPMENT_SETS = ROOT.parent / "shared" / "data" / "dev"


def run_benchmark(*words: str) -> str:
    """Run a script from the project's root; return what it printed."""
    done = start_benchmark(*words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def start_benchmark(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run a script from the project's root, whatever becomes of it."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)


def write_set(folder: Path, name: str, rows: Sequence[Mapping[str, str]], pictures: Sequence[bytes]) -> None:
    """Write a set of encoded pictures with the rows of its labels.csv."""
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.writestr("labels.csv", table.getvalue())
        for row, data in zip(rows, pictures, strict=True):
            archive.writestr(row["file"], data)
