"""A contact sheet shows each frame as stored, in order, with captions that are not cut off."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.errors import DataError, OutputError
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist

pytest.importorskip("matplotlib")
from inkdigits.training.evaluation.contact_sheet import draw_digits

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def frames() -> UInt8Array:
    return load_mnist().test.x[:26]


def read_gray(path: Path) -> UInt8Array:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


def place_of(frame: UInt8Array, sheet: UInt8Array, zoom: int) -> tuple[int, int]:
    """Return (x, y) where the enlarged frame stands in the sheet, pixel for pixel."""
    enlarged = frame.repeat(zoom, axis=0).repeat(zoom, axis=1)
    difference = cv2.matchTemplate(sheet, enlarged, cv2.TM_SQDIFF)
    y, x = np.unravel_index(int(difference.argmin()), difference.shape)
    assert np.array_equal(sheet[y : y + enlarged.shape[0], x : x + enlarged.shape[1]], enlarged)
    return int(x), int(y)


@pytest.mark.parametrize(("count", "columns", "zoom"), [(1, 1, 8), (4, 2, 8), (5, 3, 5), (26, 10, 4)])
def test_every_frame_stands_in_its_cell_unchanged(
    tmp_path: Path, frames: UInt8Array, count: int, columns: int, zoom: int
) -> None:
    path = tmp_path / "sheet.png"
    draw_digits(frames[:count], [str(index) for index in range(count)], path, columns=columns, title="some digits")
    sheet = read_gray(path)
    places = [place_of(frame, sheet, zoom) for frame in frames[:count]]
    in_reading_order = sorted(places, key=lambda place: (place[1], place[0]))
    assert places == in_reading_order
    assert len({x for x, _ in places}) == min(count, columns)
    assert len({y for _, y in places}) == -(-count // columns)


@pytest.mark.parametrize("title", [None, "a title that is a good deal longer than one digit is wide, even enlarged"])
def test_long_captions_and_titles_are_not_cut_off(tmp_path: Path, frames: UInt8Array, title: str | None) -> None:
    path = tmp_path / "sheet.png"
    draw_digits(
        frames[:1],
        ["a caption that is longer than the digit is wide\nand has $two_lines"],
        path,
        columns=1,
        title=title,
    )
    sheet = read_gray(path)
    for edge in (sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]):
        assert (edge == 255).all()
    x, y = place_of(frames[0], sheet, 8)
    above = sheet[:y]
    assert (above < 128).any(axis=1).sum() > 20, "two lines of text stand above the digit"
    assert (above[:, :x] < 128).any(), "the caption is wider than the digit"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, frames: UInt8Array) -> None:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path in paths:
        draw_digits(frames[:4], ["a", "b", "c", "d"], path, columns=2)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_older_picture_is_replaced_and_nothing_else_is_left(tmp_path: Path, frames: UInt8Array) -> None:
    path = tmp_path / "sheet.png"
    path.write_bytes(b"old")
    draw_digits(frames[:1], ["a"], path, columns=1)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("count", "titles", "columns"), [(0, [], 2), (2, ["a"], 2), (1, ["a"], 0)], ids=["none", "captions", "columns"]
)
def test_what_cannot_be_drawn(tmp_path: Path, frames: UInt8Array, count: int, titles: list[str], columns: int) -> None:
    with pytest.raises(DataError, match="expected"):
        draw_digits(frames[:count], titles, tmp_path / "sheet.png", columns=columns)
    assert not list(tmp_path.iterdir())


def test_arrays_that_are_no_frames(tmp_path: Path, frames: UInt8Array) -> None:
    with pytest.raises(DataError, match="got float64"):
        draw_digits(frames[:1] / 255, ["a"], tmp_path / "sheet.png", columns=1)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"of shape \(1, 27, 28\)"):
        draw_digits(frames[:1, 1:], ["a"], tmp_path / "sheet.png", columns=1)


def test_a_folder_that_is_not_there(tmp_path: Path, frames: UInt8Array) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        draw_digits(frames[:1], ["a"], tmp_path / "missing" / "sheet.png", columns=1)


def test_pyplot_and_its_global_state_stay_unloaded(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from inkdigits.training.data.mnist import load_mnist;"
        "from inkdigits.training.evaluation.contact_sheet import draw_digits;"
        "draw_digits(load_mnist().test.x[:1], ['7'], pathlib.Path(sys.argv[1]), columns=1);"
        "print({'matplotlib.pyplot', 'keras', 'tensorflow'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "sheet.png")]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() == "set()"


def test_a_notebook_shows_the_figure(frames: UInt8Array) -> None:
    pylabtools = pytest.importorskip("IPython.core.pylabtools")
    figure = draw_digits(frames[:2], ["one", "two"], columns=2)
    png = pylabtools.print_figure(figure, "png", bbox_inches="tight", base64=False)
    shown = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    for frame in frames[:2]:
        place_of(frame, np.asarray(shown, dtype=np.uint8), 8)
