"""Parquet in, by rows in any order; and folders that pyarrow's file systems know."""

from pathlib import Path

import pytest

from inkdigits.batch.inputs.loading import Places
from inkdigits.batch.inputs.manifest import write_listing
from inkdigits.batch.inputs.spans import Chunk, Span, iter_chunks, parse_span
from inkdigits.errors import DataError, InkdigitsError, PictureError, PictureNotFoundError
from support.batch_pictures import few_pictures, write_folder

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

DATA = [bytes([number % 256, number // 256]) for number in range(500)]


def write_table(path: Path, table: object, rows_a_group: int = 200) -> Path:
    pq.write_table(table, path, row_group_size=rows_a_group)
    return path


def spans_of(source: str | Path, tmp_path: Path, column: str | None = None) -> list[Span]:
    write_listing(str(source), tmp_path / "listing", column=column)
    return [parse_span(line) for line in (tmp_path / "listing").read_bytes().splitlines()]


def chunks_of(path: Path, tmp_path: Path) -> list[Chunk]:
    return list(iter_chunks(spans_of(path, tmp_path)))


def load(chunk: Chunk, places: Places) -> list[object]:
    return [item.load() for span in chunk.spans for item in places.open(span)]


def test_every_row_is_read_once_in_whatever_order_chunks_come(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.parquet", pa.table({"label": [1] * 500, "png": DATA}))
    chunks = chunks_of(path, tmp_path)
    places = Places()
    assert [data for chunk in chunks for data in load(chunk, places)] == DATA
    backward = [load(chunk, places) for chunk in reversed(chunks)]
    assert [data for part in reversed(backward) for data in part] == DATA
    assert [data for chunk in chunks[::2] for data in load(chunk, places)] == [
        data for chunk in chunks[::2] for data in DATA[chunk.start : chunk.start + chunk.count]
    ]


def test_rows_are_named_by_their_number_or_by_a_column_of_names(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.parquet", pa.table({"png": DATA}))
    last = chunks_of(path, tmp_path)[-1]
    assert [item.name for item in Places().open(last.spans[0])][-1] == f"{path}[499]"
    named = pa.table({"png": DATA, "file": [f"{number}.png" for number in range(500)]})
    last = chunks_of(write_table(path, named), tmp_path)[-1]
    assert [item.name for item in Places().open(last.spans[0])][-1] == "499.png"


def test_structures_of_bytes_and_path_as_published_data_sets_have_them(tmp_path: Path) -> None:
    images = [{"bytes": b"1", "path": "x.png"}, {"bytes": None, "path": "y.png"}]
    path = write_table(tmp_path / "p.parquet", pa.table({"label": [1, 2], "image": images}))
    first, second = Places().open(spans_of(path, tmp_path)[0])
    assert (first.name, first.load(), second.name) == ("x.png", b"1", "y.png")
    with pytest.raises(PictureError, match="the row holds none"):
        second.load()


def test_a_column_is_chosen_or_refused(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.parquet", pa.table({"a": [b"1"], "b": [b"2"], "c": ["3"]}))
    assert spans_of(path, tmp_path)[0].member == "a"
    assert spans_of(path, tmp_path, "b")[0].member == "b"
    with pytest.raises(DataError, match=r"the column c with encoded pictures as bytes, found \['a', 'b', 'c'\]"):
        spans_of(path, tmp_path, "c")
    with pytest.raises(DataError, match="expected a column with"):
        spans_of(write_table(path, pa.table({"c": ["3"]})), tmp_path)


def test_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="expected a Parquet file"):
        spans_of(tmp_path / "p.parquet", tmp_path)


def test_a_file_that_changed_since(tmp_path: Path) -> None:
    path = write_table(tmp_path / "p.parquet", pa.table({"png": DATA}))
    span = spans_of(path, tmp_path)[0]
    write_table(path, pa.table({"png": DATA[:3]}))
    with pytest.raises(DataError, match="expected more rows in row group 0"):
        Places().open(span)
    path.unlink()
    with pytest.raises(InkdigitsError):
        Places().open(span)


def test_an_address_of_a_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "scans", {**few_pictures(), "notes.txt": b"1"})
    write_table(folder / "p.parquet", pa.table({"png": [b"1"]}))
    address = folder.as_uri()
    spans = spans_of(address, tmp_path)
    assert [span.path.removeprefix(address) for span in spans] == [
        *("/a/1.png", "/a/page.jpg", "/b.png", "/c.png", "/d.png", "/p.parquet", "/z.bmp")
    ]
    loaded = [Places().open(span)[0].load() for span in spans if span.kind == "file"]
    assert loaded == list(few_pictures().values())
    (folder / "b.png").unlink()
    with pytest.raises(PictureNotFoundError):
        Places().open(spans[2])[0].load()


def test_names_of_an_address_may_hold_any_character(tmp_path: Path) -> None:
    names = ["a b.png", "p%20q.png", "x#1.png", "why?.png"]
    folder = write_folder(tmp_path / "scans", {name: name.encode() for name in names})
    spans = spans_of(folder.as_uri(), tmp_path)
    assert sorted(bytes(Places().open(span)[0].load()).decode() for span in spans) == sorted(names)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["file:/no/such/folder", "nosuch://bucket"])
def test_an_address_of_nothing(tmp_path: Path, address: str) -> None:
    with pytest.raises((PictureNotFoundError, DataError)):
        spans_of(address, tmp_path)
