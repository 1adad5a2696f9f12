"""Every form of input is listed alike, before anything is read."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from inkdigits.batch.inputs.loading import Places
from inkdigits.batch.inputs.manifest import Listed, write_listing
from inkdigits.batch.inputs.spans import Chunk, Span, format_span, iter_chunks, parse_span
from inkdigits.errors import DataError, InkdigitsError, PictureError, PictureNotFoundError
from support.batch_pictures import few_pictures, write_folder, write_idx, write_tar, write_zip

NAMES = ["a/1.png", "a/page.jpg", "b.png", "c.png", "d.png", "z.bmp"]


def spans_of(source: str | Path, tmp_path: Path, stdin: bytes = b"", column: str | None = None) -> list[Span]:
    target = tmp_path / "job" / "listing"
    target.parent.mkdir(exist_ok=True)
    listed = write_listing(str(source), target, column=column, stdin=io.BytesIO(stdin))
    spans = [parse_span(line) for line in target.read_bytes().splitlines()]
    assert listed.pictures == sum(span.count for span in spans)
    return spans


def contents(spans: list[Span]) -> dict[str, bytes]:
    places = Places()
    items = [item for span in spans for item in places.open(span)]
    loaded = {item.name: item.load() for item in items}
    return {name: Path(data).read_bytes() if isinstance(data, str) else bytes(data) for name, data in loaded.items()}  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "scans", {**few_pictures(), "notes.txt": b"1", ".hidden": b""})


def test_a_folder_is_its_pictures_with_their_content(folder: Path, tmp_path: Path) -> None:
    found = contents(spans_of(folder, tmp_path))
    assert found == {str(folder / name): data for name, data in few_pictures().items()}
    assert list(found) == [str(folder / name) for name in NAMES]


def test_what_does_not_end_like_a_picture_is_counted(folder: Path, tmp_path: Path) -> None:
    assert write_listing(str(folder), tmp_path / "listing") == Listed(6, 0, 1)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_its_pictures_with_their_content(tmp_path: Path, method: int) -> None:
    path = write_zip(tmp_path / "scans.zip", {**few_pictures(), "notes.txt": b"1"}, method)
    assert contents(spans_of(path, tmp_path)) == {f"{path}/{name}": data for name, data in few_pictures().items()}


@pytest.mark.parametrize("name", ["scans.tar", "scans.tar.gz", "scans.tar.xz", "scans.tar.bz2"])
def test_a_tar_is_its_pictures_with_their_content(tmp_path: Path, name: str) -> None:
    path = write_tar(tmp_path / name, {**few_pictures(), "notes.txt": b"1"})
    assert contents(spans_of(path, tmp_path)) == {f"{path}/{name}": data for name, data in few_pictures().items()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.txt", "{0}\n\n{1}\n"),
        ("list.csv", "{0}\n{1}\n"),
        ("list.csv", "label,path\n5,{0}\n8,{1}\n"),
        ("list.tsv", "file\tlabel\n{0}\t5\n{1}\t8\n"),
    ],
)
def test_a_list_is_what_it_names_in_its_order(folder: Path, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text.format(folder / "z.bmp", folder / "gone.png"), encoding="utf-8")
    spans = spans_of(tmp_path / name, tmp_path)
    assert spans == [Span("file", str(folder / "z.bmp")), Span("file", str(folder / "gone.png"))]


def test_a_list_on_standard_input(tmp_path: Path) -> None:
    assert spans_of("-", tmp_path, b"b.png\nodd-\xff.png\r\n") == [
        Span("file", "b.png"),
        Span("file", os.fsdecode(b"odd-\xff.png")),
    ]


def test_a_glob_is_what_it_matches_archives_and_frames_included(folder: Path, tmp_path: Path) -> None:
    write_zip(folder / "x.zip", {"1.png": b"1"})
    write_idx(folder / "y-idx3-ubyte", np.ones((3, 28, 28), dtype=np.uint8))
    spans = spans_of(folder / "[xyz]*", tmp_path)
    assert [(span.kind, span.count) for span in spans] == [("zip", 1), ("idx", 3), ("file", 1)]
    assert [span.path for span in spans_of(folder / "**" / "*.jpg", tmp_path)] == [str(folder / "a" / "page.jpg")]


def test_frames_are_one_span(tmp_path: Path) -> None:
    frames = np.random.default_rng(1).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    path = write_idx(tmp_path / "frames", frames)
    (span,) = spans_of(path, tmp_path)
    assert [item.name for item in Places().open(span)] == [f"{path}[{place}]" for place in range(5)]
    assert np.array_equal(np.array([item.load() for item in Places().open(span)], dtype=np.uint8), frames)


@pytest.mark.parametrize("folder_name", ["nothing", "empty"])
def test_an_input_without_pictures(tmp_path: Path, folder_name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PictureNotFoundError):
        spans_of(tmp_path / folder_name, tmp_path)


@pytest.mark.parametrize(
    "name", ["bad.zip", "bad.tar", "bad.tar.gz", "bad.tar.bz2", "bad.tar.xz", "bad-idx3-ubyte", "gone.zip", "gone.tar"]
)
def test_an_input_that_is_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    if name.startswith("bad"):
        (tmp_path / name).write_bytes(b"\x00\x00\x08\x03" + b"1" * 600)
    with pytest.raises((DataError, PictureNotFoundError)):
        spans_of(tmp_path / name, tmp_path)


def test_a_compressed_tar_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "scans.tar.gz", {"1.png": os.urandom(5000)})
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"cannot list it .*ended"):
        spans_of(path, tmp_path)


def test_a_tar_that_is_cut_off_keeps_what_is_whole(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "scans.tar", {"1.png": os.urandom(5000), "2.png": os.urandom(50_000)})
    path.write_bytes(path.read_bytes()[:20_000])
    spans = spans_of(path, tmp_path)
    assert [span.kind for span in spans if span.kind != "failure"] == ["tar", "tar"]
    assert len(bytes(Places().open(spans[0])[0].load())) == 5000  # type: ignore[arg-type]
    with pytest.raises(PictureError, match="shorter"):
        Places().open(spans[1])[0].load()
    with pytest.raises(PictureError, match="the tar ends early"):
        Places().open(spans[2])[0].load()


@pytest.mark.parametrize("keep", [None, 2 * 1024, 2 * 1024 + 300])
def test_a_tar_whose_later_headers_are_damaged_or_missing_says_so(tmp_path: Path, keep: int | None) -> None:
    path = write_tar(tmp_path / "scans.tar", {f"{number}.png": bytes([number]) * 500 for number in range(4)})
    data = bytearray(path.read_bytes())
    data[2 * 1024 + 20] ^= 1  # in the third header; each member has two blocks
    path.write_bytes(data[:keep])
    spans = spans_of(path, tmp_path)
    assert [span.kind for span in spans] == ["tar", "tar", "failure"]
    with pytest.raises(PictureError, match="expected a header at byte 2,048"):
        Places().open(spans[2])[0].load()


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.SYMTYPE])
def test_a_link_in_a_tar_is_a_failure(tmp_path: Path, kind: bytes) -> None:
    member = tarfile.TarInfo("2.png")
    member.type, member.linkname = kind, "1.png"
    (tmp_path / "s.tar").write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    (span,) = spans_of(tmp_path / "s.tar", tmp_path)
    with pytest.raises(PictureError, match=r"found a link to 1\.png"):
        Places().open(span)[0].load()


def test_a_zip_of_another_version_is_an_error(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "scans.zip", {"1.png": b"1"})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 6] = 99  # the version that it needs
    path.write_bytes(data)
    with pytest.raises(DataError, match="cannot list it"):
        spans_of(path, tmp_path)


def test_a_list_may_begin_with_a_byte_order_mark(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbf" + f"{folder}/b.png\r\n{folder}/c.png\r\n".encode())
    assert [span.path for span in spans_of(tmp_path / "list.txt", tmp_path)] == [f"{folder}/b.png", f"{folder}/c.png"]


def test_members_that_cannot_be_read_are_failures_of_their_own(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "scans.zip", {"1.png": b"1"}, zipfile.ZIP_LZMA)
    (span,) = spans_of(path, tmp_path)
    with pytest.raises(PictureError, match="found method 14"):
        Places().open(span)[0].load()
    data = bytearray(write_zip(path, {"1.png": b"1"}).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of an encrypted member
    path.write_bytes(data)
    (span,) = spans_of(path, tmp_path)
    with pytest.raises(PictureError, match="encrypted"):
        Places().open(span)[0].load()


def test_a_sparse_member_is_a_failure(tmp_path: Path) -> None:
    member = tarfile.TarInfo("1.png")
    member.type = tarfile.GNUTYPE_SPARSE
    (tmp_path / "s.tar").write_bytes(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    (span,) = spans_of(tmp_path / "s.tar", tmp_path)
    with pytest.raises(PictureError, match="without holes"):
        Places().open(span)[0].load()


@pytest.mark.parametrize("harm", ["cut", "flip", "gone", "shifted"])
def test_an_archive_that_changed_since_is_an_error_of_its_picture(tmp_path: Path, harm: str) -> None:
    path = write_zip(tmp_path / "scans.zip", {"1.png": bytes(range(256)) * 20})
    (span,) = spans_of(path, tmp_path)
    data = path.read_bytes()
    middle = len(data) // 3
    changed = {
        "cut": data[:60],
        "flip": data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :],
        "gone": None,
        "shifted": b"x" + data,
    }[harm]
    path.unlink()
    if changed is not None:
        path.write_bytes(changed)
    with pytest.raises(InkdigitsError):
        Places().open(span)[0].load()


def test_a_folder_that_cannot_be_listed_is_one_failure(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("takes the rights away from itself, and needs root to get them back")
    folder = write_folder(tmp_path / "scans", few_pictures())
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == 0 and path.is_relative_to("/tmp"):  # noqa: S108 - pytest's own folders in it
            path.chmod(path.stat().st_mode | 0o055)
    (folder / "a").chmod(0o700)
    (tmp_path / "job").mkdir()
    (tmp_path / "job").chmod(0o777)
    os.seteuid(65534)
    try:
        spans = spans_of(folder, tmp_path)
    finally:
        os.seteuid(0)
    assert spans[0].kind == "failure"
    with pytest.raises(PictureError, match=r"cannot list the folder \(Permission denied\)"):
        Places().open(spans[0])[0].load()
    assert [Path(span.path).name for span in spans[1:]] == NAMES[2:]


class TestSpans:
    @pytest.mark.parametrize(
        "span",
        [
            Span("file", "a.png"),
            Span("zip", "a", "b", at=1, size=1, group=1),
            Span("idx", "a", count=0),
            Span("parquet", "a", "b", base=1),
            Span("file", os.fsdecode(b"\xff\n")),
        ],
    )
    def test_a_line_gives_its_span_back(self, span: Span) -> None:
        line = format_span(span)
        assert parse_span(line) == span
        assert "\n" not in line
        assert line.isascii()

    def test_chunks_hold_every_picture_once(self) -> None:
        spans = [Span("file", str(n)) for n in range(150)]
        spans[70:70] = [Span("idx", "i", count=2500), Span("parquet", "p", count=100)]
        chunks = list(iter_chunks(spans))
        assert [chunk.start for chunk in chunks] == list(np.cumsum([0, *(chunk.count for chunk in chunks[:-1])]))
        assert [chunk.count for chunk in chunks] == [64, 6, 1024, 1024, 452, 64, 36, 64, 16]
        singles = [single for chunk in chunks for single in chunk.split()]
        assert [single.start for single in singles] == list(range(2750))
        assert {single.count for single in singles} == {1}
        assert [single.spans[0].at for single in singles if single.spans[0].kind == "idx"] == list(range(2500))

    def test_no_spans_are_no_chunks(self) -> None:
        assert list(iter_chunks([])) == []
        assert Chunk(3, ()).split() == []
