"""A sheet of scenes shows each with its boxes and what is other ink."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, Scene, to_rows
from inkdigits.training.synthesis.scenes.sheet import draw_sheet


def test_boxes_have_the_color_of_their_kind_and_other_ink_is_tinted(tmp_path: Path) -> None:
    other = np.zeros((24, 48), dtype=np.uint8)
    other[20:, :5], other[20:, 40:] = 1, IGNORED
    marks = to_rows([MarkRow(3, 20, 30, 40, 60), MarkRow(22, 100, 30, 120, 60, 1.0)])
    scene = Scene(np.full((96, 192), 255, dtype=np.uint8), marks, other)
    draw_sheet([scene, scene, scene], tmp_path / "sheet.png", columns=2)
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet is not None
    assert sheet.shape == (2 * (192 + 6) + 6, 2 * (384 + 6) + 6, 3)
    written, printed, paper = sheet[6 + 60, 6 + 50], sheet[6 + 60, 6 + 210], sheet[6 + 90, 6 + 60]
    assert written.argmax() == 1
    assert printed.argmax() == 0
    assert paper.min() == 255
    tinted, ignored = sheet[6 + 180, 6 + 10].astype(int), sheet[6 + 180, 6 + 370]
    assert tinted[2] > tinted[0] + 50
    assert ignored.max() - ignored.min() == 0
    assert ignored.max() < 240
    np.testing.assert_array_equal(sheet[6 : 6 + 192, 6 : 6 + 384], sheet[6 : 6 + 192, 396 : 396 + 384])
    assert sheet[204:, 396:].min() == 255  # no fourth scene


@pytest.mark.parametrize("columns", [0, 2])
def test_a_sheet_needs_scenes_and_columns(tmp_path: Path, columns: int) -> None:
    with pytest.raises(DataError, match="expected one or more scenes"):
        draw_sheet([], tmp_path / "sheet.png", columns=columns)
