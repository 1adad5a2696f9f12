"""Contact sheets show each picture in its cell with its caption, and no more than fit."""

from pathlib import Path

import cv2
import numpy as np

from contact_sheets import ROWS, contact_sheet, wide_contact_sheet, write_sheet

GREEN = (cv2.imencode(".png", np.full((30, 60, 3), (0, 200, 0), np.uint8))[1].tobytes(), "7 as 1")


def test_pictures_stand_in_their_cells() -> None:
    sheet = contact_sheet([GREEN] * 3, cell=100, columns=2)
    assert sheet.shape == (200, 200, 3)
    for top, left in ((0, 0), (0, 100), (100, 0)):
        assert sheet[top + 5, left + 5].tolist() == [0, 200, 0]
        assert sheet[top + 80 : top + 100, left : left + 100].min() < 100  # the caption
    assert sheet[105, 105].tolist() == [230, 230, 230]


def test_a_long_caption_ends_with_its_cell() -> None:
    data, _ = GREEN
    sheet = contact_sheet([(data, "9" * 60), (data, "")], cell=100, columns=2)
    assert sheet[80:100, 100:].min() == 230


def test_what_is_more_than_fits_is_left_out() -> None:
    assert contact_sheet([GREEN] * (2 * ROWS + 5), cell=50, columns=2).shape == (50 * ROWS, 100, 3)


def test_a_picture_that_cannot_be_decoded_leaves_its_cell_empty() -> None:
    assert contact_sheet([(b"no picture", "")], cell=50, columns=1).min() == 230


def test_without_samples_an_older_sheet_goes(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sheet.png"
    write_sheet(path, [GREEN])
    assert path.is_file()
    write_sheet(path, [])
    assert not path.exists()


def test_wide_pictures_fit_their_cells_over_their_captions() -> None:
    line = np.full((30, 300, 3), (0, 200, 0), np.uint8)
    sheet = wide_contact_sheet([(line, "12\n34 as 1234")] * 4, cell=(110, 60), columns=3)
    assert sheet.shape == (120, 330, 3)
    for top, left in ((0, 0), (0, 110), (0, 220), (60, 0)):
        assert sheet[top + 5, left + 5].tolist() == [0, 200, 0]
        assert sheet[top + 40 : top + 60, left : left + 100].min() < 100  # the caption
    assert sheet[65, 115].tolist() == [230, 230, 230]
