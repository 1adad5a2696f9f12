"""Writes the rows of an earlier batch anew, corrected; the file is replaced when the new one is complete."""

import contextlib
import csv
import importlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from inkdigits.batch.config import FORMS
from inkdigits.batch.outputs.merging import iter_tables
from inkdigits.batch.outputs.rows import COLUMNS, Row, csv_header, format_row
from inkdigits.batch.outputs.tables import picture_schema
from inkdigits.errors import DataError, OutputError
from inkdigits.system.atomic_files import open_draft
from inkdigits.system.extras import require_extra
from inkdigits.system.text import unescape_cell

__all__ = ["Corrector", "rewrite_rows"]


class Corrector(Protocol):
    """Corrects rows, and remembers which corrections were of use."""

    def __call__(self, row: Row) -> Row:
        """Return the row, corrected where a correction names it; else the same object."""

    def check(self, out: Path) -> None:
        """Refuse corrections that were of no use."""


def rewrite_rows(out: Path, target: Path, corrector: Corrector) -> None:
    """Write rows anew.

    Args:
        out: Rows of `run_batch`: .jsonl, .csv or .parquet; those of forms are .jsonl.
        target: Where the corrected rows go, of the same form; may be `out`.
        corrector: Is given each row in turn; asked to check before anything is replaced.

    Raises:
        DataError: The file cannot be read or is of another form, or the corrector refused something.
        OutputError: The rows cannot be written.
    """
    form = FORMS.get(out.suffix.lower())
    if form is None or target.suffix.lower() != out.suffix.lower():
        msg = f"{target}: expected rows of a batch ({', '.join(FORMS)}), in and out of the same form; change the name"
        raise DataError(msg)
    rewrite: Callable[[Path, Path, Corrector], None] = {
        "jsonl": _rewrite_json,
        "csv": _rewrite_csv,
        "parquet": _rewrite_parquet,
    }[form]
    draft = target.with_name(target.name + ".tmp")
    try:
        rewrite(out, draft, corrector)
        corrector.check(out)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except FileNotFoundError as error:
        msg = f"{out}: no such file; check its name"
        raise DataError(msg) from error
    except OSError as error:
        msg = f"{target}: cannot write it ({error.strerror}); free some space, or choose another place with --to"
        raise OutputError(msg) from error
    except csv.Error as error:
        msg = f"{out}: cannot be read as CSV ({error}); write the batch as .jsonl, whose rows may be of any length"
        raise DataError(msg) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError, RecursionError) as error:
        msg = (
            f"{out}: expected rows of a batch, got {type(error).__name__}: {error}; give the file of `inkdigits batch`"
        )
        raise DataError(msg) from error
    finally:
        with contextlib.suppress(OSError):  # it was renamed, or never made
            draft.unlink()


def _rewrite_json(out: Path, draft: Path, correct: Corrector) -> None:
    with out.open("rb") as lines, open_draft(draft) as file:
        for line in lines:
            row = json.loads(line)
            corrected = correct(row)
            file.write(line if corrected is row else format_row(corrected, "jsonl"))


def _rewrite_csv(out: Path, draft: Path, correct: Corrector) -> None:
    with out.open(encoding="utf-8", newline="") as lines, open_draft(draft) as file:
        file.write(csv_header())
        for cells in csv.DictReader(lines):
            # "written" and "band" are newer than the other columns
            row: Row = {name: unescape_cell(cells.get(name, "")) for name in COLUMNS}
            row["digits"] = json.loads(cells["digits"])
            file.write(format_row(correct(row), "csv"))


def _rewrite_parquet(out: Path, draft: Path, correct: Corrector) -> None:
    require_extra("batch")
    parquet = importlib.import_module("pyarrow.parquet")
    with (
        parquet.ParquetFile(out) as file,
        open_draft(draft) as target,
        parquet.ParquetWriter(target, picture_schema(), compression="zstd") as writer,
    ):
        for table in iter_tables(_corrected_lines(file, correct)):
            writer.write_table(table)


def _corrected_lines(file: Any, correct: Corrector) -> Iterator[bytes]:  # noqa: ANN401 - pyarrow publishes no types
    for batch in file.iter_batches():
        yield b"".join(format_row(correct(row), "jsonl") for row in batch.to_pylist())
