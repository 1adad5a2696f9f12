"""Makes tables of readings for pyarrow and pandas, with the columns of a batch's Parquet output."""

import importlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias, cast

from inkdigits.batch.outputs.rows import Row, to_row
from inkdigits.errors import PictureError
from inkdigits.results import Reading
from inkdigits.system.extras import require_extra

__all__ = ["Per", "digit_schema", "line_schema", "picture_schema", "to_arrow", "to_pandas"]

Per: TypeAlias = Literal["picture", "line", "digit"]
Answer: TypeAlias = Reading | PictureError
Path: TypeAlias = str | os.PathLike[str]


def to_arrow(answers: Answer | Sequence[Answer], *, per: Per = "line", paths: Sequence[Path] | None = None) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    """Return readings as a `pyarrow.Table`, with the column names and types of `inkdigits batch`.

    Args:
        answers: A reading, or several as `read_many` gives them, also with errors.
        per: What has a row. Of a "picture" it has the columns of a batch: path, page, text, written, outcome,
            confidence, digits, error, band. Of a "line": path, page, line, box, text, written, outcome, confidence,
            error, band. Of a "digit", as each mark in `Reading.digits`: path, page, box, line, label, confidence,
            outcome, reason, digit_probability, printed, error, band. No picture is lost: one without lines or marks has
            a row there, too, with the outcome "blank" or "error".
        paths: Name of each picture, for the column path; null without.

    Raises:
        MissingExtraError: pyarrow is not installed.
        ValueError: Not as many paths as answers, or `per` is another word.
    """
    pa = _load("pyarrow")
    listed = [answers] if isinstance(answers, Reading | PictureError) else list(answers)
    names = [None] * len(listed) if paths is None else [os.fspath(path) for path in paths]
    if len(names) != len(listed):
        msg = f"expected a path for each of the {len(listed)} readings, got {len(names)}; leave `paths` out or give all"
        raise ValueError(msg)
    if per not in _SCHEMAS:
        msg = f'expected "picture", "line" or "digit" as what has a row, got {per!r}'
        raise ValueError(msg)
    make_schema, make_rows = _SCHEMAS[per]
    rows = [row for name, answer in zip(names, listed, strict=True) for row in make_rows(name, answer)]
    return pa.Table.from_pylist(rows, schema=make_schema())


def to_pandas(answers: Answer | Sequence[Answer], *, per: Per = "line", paths: Sequence[Path] | None = None) -> Any:  # noqa: ANN401 - as pyarrow
    """Return readings as a `pandas.DataFrame`; rows, columns, arguments and errors are those of `to_arrow`.

    Whole numbers are Int32, which knows missing values. It needs pandas and pyarrow.
    """
    pa, pandas = _load("pyarrow"), _load("pandas")
    table = to_arrow(answers, per=per, paths=paths)
    return table.to_pandas(types_mapper={pa.int32(): pandas.Int32Dtype()}.get)


def picture_schema() -> Any:  # noqa: ANN401 - as pyarrow
    """Return the columns of a row for each picture, which are those of a batch's Parquet output."""
    pa = importlib.import_module("pyarrow")
    texts = [("text", pa.string()), ("written", pa.string()), ("outcome", pa.string()), ("confidence", pa.float64())]
    digits = ("digits", pa.list_(pa.struct([*_digit_columns(pa), ("band", pa.string())])))
    return pa.schema([*_name_columns(pa), *texts, digits, *_last_columns(pa)])


def line_schema() -> Any:  # noqa: ANN401 - as pyarrow
    """Return the columns of a row for each line."""
    pa = importlib.import_module("pyarrow")
    place = [("line", pa.int32()), ("box", pa.list_(pa.int32()))]
    texts = [("text", pa.string()), ("written", pa.string()), ("outcome", pa.string()), ("confidence", pa.float64())]
    return pa.schema([*_name_columns(pa), *place, *texts, *_last_columns(pa)])


def digit_schema() -> Any:  # noqa: ANN401 - as pyarrow
    """Return the columns of a row for each digit."""
    pa = importlib.import_module("pyarrow")
    return pa.schema([*_name_columns(pa), *_digit_columns(pa), *_last_columns(pa)])


def _name_columns(pa: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - as pyarrow
    return [("path", pa.string()), ("page", pa.int32())]


def _last_columns(pa: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - as pyarrow
    return [("error", pa.string()), ("band", pa.string())]


def _digit_columns(pa: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - as pyarrow
    return [
        ("box", pa.list_(pa.int32())),
        ("line", pa.int32()),
        ("label", pa.int32()),
        ("confidence", pa.float64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("digit_probability", pa.float64()),
        ("printed", pa.float64()),
    ]


def _picture_rows(name: str | None, answer: Answer) -> Iterator[Row]:
    yield _named(to_row(name or "", answer), name)


def _line_rows(name: str | None, answer: Answer) -> Iterator[Row]:
    whole = _named(to_row(name or "", answer), name)
    if isinstance(answer, PictureError) or not answer.lines:
        yield {column: value for column, value in whole.items() if column != "digits"}
        return
    for place, line in enumerate(answer.lines):
        box = line.box
        alone = to_row("", replace(answer, lines=(line,)))
        told = {name: alone[name] for name in ("text", "written", "confidence", "band")}
        outcome = "digits" if line.text else "blank"
        corners = [box.x_min, box.y_min, box.x_max, box.y_max]
        yield {"path": whole["path"], "line": place, "box": corners, **told, "outcome": outcome}


def _digit_rows(name: str | None, answer: Answer) -> Iterator[Row]:
    whole = _named(to_row(name or "", answer), name)
    digits = cast("list[Row]", whole["digits"])
    yield from ({"path": whole["path"], **digit} for digit in digits)
    if not digits:
        yield {column: whole[column] for column in ("path", "outcome", "error")}


def _named(row: Row, name: str | None) -> Row:
    return row if name is not None else {**row, "path": None}


_SCHEMAS = {
    "picture": (picture_schema, _picture_rows),
    "line": (line_schema, _line_rows),
    "digit": (digit_schema, _digit_rows),
}


def _load(library: str) -> Any:  # noqa: ANN401 - as pyarrow
    """Return a library of the extra `tables`; one is enough for who needs one."""
    try:
        return importlib.import_module(library)
    except ImportError:
        require_extra("tables")
        raise
