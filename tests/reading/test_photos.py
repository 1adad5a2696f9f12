"""Photos of pages, drawn: tables, glare, bold pens, large and small digits, ruled paper; nothing is lost or made up."""

import cv2
import numpy as np
import pytest

from inkdigits.reading.reader import DigitReader
from inkdigits.spec import Float64Array, UInt8Array
from support.drawing import blank, draw, write

LINES = ["27583", "90461"]


@pytest.fixture(scope="module")
def reader() -> DigitReader:
    return DigitReader()


def page(height: int = 460, width: int = 640) -> UInt8Array:
    """Return a page with both lines in its middle."""
    written = write(LINES, 60, 6).picture
    picture = blank(height, width)
    top, left = (height - written.shape[0]) // 2, (width - written.shape[1]) // 2
    picture[top : top + written.shape[0], left : left + written.shape[1]] = written
    return picture


def exposed(picture: UInt8Array, light: Float64Array | float, *, noise: float = 2, seed: int = 0) -> UInt8Array:
    """Return what a camera makes of a page in that light."""
    lit = np.asarray(cv2.GaussianBlur(picture * light, (0, 0), 0.8), dtype=np.float64)
    lit += np.random.default_rng(seed).normal(0, noise, picture.shape)
    coded = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def on_table(sheet: UInt8Array, corners: list[list[int]], *, wood: float = 60, seed: int = 0) -> UInt8Array:
    """Return a photo, 700 x 900, of a sheet with these corners on a table of dark grained wood."""
    height, width = sheet.shape
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    paper = cv2.warpPerspective(30 + sheet * 0.78, turn, (900, 700))
    is_paper = cv2.warpPerspective(np.ones(sheet.shape), turn, (900, 700))
    grain = cv2.resize(np.random.default_rng(seed).normal(0, 8, (700, 8)), (900, 700))
    return exposed((paper * is_paper + (wood + grain) * (1 - is_paper)).astype(np.uint8), 1.0)


CORNERS = [[90, 60], [830, 50], [850, 640], [70, 630]]


@pytest.mark.parametrize("wood", [25.0, 60.0, 120.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_sheet_on_a_dark_table_is_read_and_the_table_is_not(reader: DigitReader, wood: float, seed: int) -> None:
    photo = on_table(page(), CORNERS, wood=wood, seed=seed)
    assert reader.read(photo).text.split("\n") == LINES


def test_a_dark_board_on_a_light_wall_is_read(reader: DigitReader) -> None:
    photo = np.asarray(255 - on_table(page(), CORNERS), dtype=np.uint8)
    assert reader.read(photo).text.split("\n") == LINES


def test_a_sheet_that_runs_on_beyond_the_picture_is_read(reader: DigitReader) -> None:
    photo = on_table(page(), [[90, 60], [830, 50], [850, 900], [70, 900]])
    assert reader.read(photo).text.split("\n") == LINES


def test_shadows_change_nothing(reader: DigitReader) -> None:
    edge = np.where(np.arange(640) < 300, 0.5, 1.0) * np.ones((460, 1))
    rows, columns = np.mgrid[0:460, 0:640]
    lamp = 0.4 + 0.6 * np.exp(-(((rows - 230) / 160.0) ** 2) - ((columns - 320) / 220.0) ** 2)
    for light in (edge, lamp):
        assert reader.read(exposed(page(), light)).text.split("\n") == LINES


def test_what_is_plainly_written_beside_a_sheet_stays(reader: DigitReader) -> None:
    photo = on_table(page(), [[90, 60], [830, 50], [850, 500], [70, 490]], wood=140)
    draw(photo, "4", (400, 560), 80, 8)
    assert reader.read(photo).text.split("\n") == [*LINES, "4"]


@pytest.mark.parametrize("ink", [0, 110, 165])
@pytest.mark.parametrize(("bright", "dim"), [(1.08, 0.95), (1.05, 0.85)])
def test_glare_hides_no_ink(reader: DigitReader, ink: int, bright: float, dim: float) -> None:
    drawn = page()
    paper = (ink + (245.0 - ink) * drawn / 255).astype(np.uint8)
    for seed in range(2):
        photo = exposed(paper, np.linspace(bright, dim, drawn.shape[1])[None, :], seed=seed)
        assert reader.read(photo).text.split("\n") == LINES


def test_bold_digits_beside_thin_ones_are_read(reader: DigitReader) -> None:
    picture = blank(420, 620)
    for place, (name, pen) in enumerate(zip("278501", (4, 4, 14, 4, 14, 4), strict=True)):
        draw(picture, name, (40 + 90 * place, 60), 70, pen)
        draw(picture, name, (40 + 90 * place, 250), 70, 4)
    gray = np.where(picture < 128, 60, 220).astype(np.uint8)
    assert reader.read(exposed(gray, 1.0)).text.split("\n") == ["278501", "278501"]


def test_small_digits_beside_large_ones_are_no_dust(reader: DigitReader) -> None:
    picture = blank(520, 900)
    for place, name in enumerate("5039"):
        draw(picture, name, (60 + 190 * place, 60), 170, 26)
    for place, name in enumerate("24716"):
        draw(picture, name, (300 + 40 * place, 400), 26, 3)
    assert reader.read(exposed(picture, 0.9)).text.split("\n") == ["5039", "24716"]


@pytest.mark.parametrize("pitch", [20, 24, 30])
def test_digits_on_narrow_squares_are_not_taken_for_lines(reader: DigitReader, pitch: int) -> None:
    drawn = page()
    rows, columns = np.mgrid[0 : drawn.shape[0], 0 : drawn.shape[1]]
    lines = 1 - 0.2 * ((rows % pitch < 2) | (columns % pitch < 2))
    assert reader.read(exposed((60 + 0.65 * drawn).astype(np.uint8), lines)).text.split("\n") == LINES


@pytest.mark.parametrize("offset", [0, 10, 20, 30])
def test_no_digit_across_dark_ruled_lines_is_lost_or_misread(reader: DigitReader, offset: int) -> None:
    drawn = page()
    rows = np.arange(drawn.shape[0])[:, None] * np.ones((1, drawn.shape[1]))
    lines = np.where((rows + offset) % 40 < 3, 0.6, 1.0)
    text = reader.read(exposed((60 + 0.65 * drawn).astype(np.uint8), lines)).text.split("\n")
    told = [
        "".join(digit if mark == "?" else mark for mark, digit in zip(*pair, strict=True))
        for pair in zip(text, LINES, strict=True)
    ]
    assert told == LINES
    assert sum(line.count("?") for line in text) <= 1


@pytest.mark.parametrize("height", [30, 70, 150])
@pytest.mark.parametrize("at", [(30, 40), (330, 220)])
def test_a_pencil_digit_in_falling_light_is_a_digit(reader: DigitReader, height: int, at: tuple[int, int]) -> None:
    rows, columns = np.mgrid[0:420, 0:560]
    light = 0.75 + 0.14 * rows / 420 + 0.13 * columns / 560
    for name in "3479":
        picture = blank(420, 560)
        draw(picture, name, at, height, max(3, height // 9))
        photo = exposed((150 + picture * 0.28).astype(np.uint8), light, seed=3)
        assert reader.read_digit(photo).text == name
