"""Each picture is a PNG of its size, shows something where it should, and survives the odd case."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.errors import OutputError
from inkdigits.training.evaluation.plots import (
    PlotRow,
    ReliabilityCurve,
    plot_comparison,
    plot_confusion,
    plot_history,
    plot_reliability,
)
from inkdigits.training.runs.run import EpochRow

pytestmark = pytest.mark.train


def _row(epoch: int, validation: float | None) -> EpochRow:
    return EpochRow(epoch, 1 / epoch, 1 - 0.1 / epoch, validation, validation, 1.0, 0.001)


def _share_near(path: Path, red: int, green: int, blue: int) -> float:
    picture = cv2.imread(str(path))
    assert picture is not None
    return float(np.mean(np.abs(picture.astype(int) - (blue, green, red)).max(axis=2) < 12))


def test_curves_show_validation_only_when_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "curves.png"
    plot_history([_row(1, None), _row(2, None)], path, title="without")
    assert _share_near(path, 0x1F, 0x6F, 0xB4) > 0.001
    assert _share_near(path, 0xD9, 0x73, 0x0D) == 0
    plot_history([_row(1, 0.9), _row(2, 0.95)], path, title="with")
    assert _share_near(path, 0xD9, 0x73, 0x0D) > 0.001


def test_one_epoch_is_a_dot(tmp_path: Path) -> None:
    plot_history([_row(1, 0.5)], tmp_path / "one.png", title="one epoch")
    assert _share_near(tmp_path / "one.png", 0x1F, 0x6F, 0xB4) > 0.0001


def test_the_worst_cell_is_the_darkest(tmp_path: Path) -> None:
    confusion = np.diag(np.full(10, 900)).astype(np.int64)
    plot_confusion(confusion, tmp_path / "clean.png", title="no mistakes")
    assert _share_near(tmp_path / "clean.png", 103, 0, 13) == 0  # the map's darkest red
    confusion[4, 9] = 30
    plot_confusion(confusion, tmp_path / "one.png", title="one mistake")
    assert 0.003 < _share_near(tmp_path / "one.png", 103, 0, 13) < 0.02  # one cell of a hundred, less its number


def test_the_tutorials_mark_is_there_only_for_its_networks(tmp_path: Path) -> None:
    path = tmp_path / "comparison.png"
    plot_comparison([PlotRow("softmax", (0.92, 0.925), None)], path, title="two seeds")
    assert _share_near(path, 0xB3, 0x26, 0x1E) == 0
    rows = [PlotRow("softmax", (0.92, 0.925), None), PlotRow("mlp", (0.98,), 0.9817)]
    plot_comparison(rows, path, title="one network of the tutorial")
    assert _share_near(path, 0xB3, 0x26, 0x1E) > 0


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"curves\.png: cannot be written"):
        plot_history([_row(1, None)], tmp_path / "missing" / "curves.png", title="x")


def test_reliability_has_a_row_for_each_bundle(tmp_path: Path) -> None:
    confidence = np.linspace(0.3, 1.0, 200)
    curves = [
        ReliabilityCurve(model, name, confidence, np.arange(200) % 50 != wrong)
        for model in ("one", "two")
        for name, wrong in (("some", 3), ("none", 99))
    ]
    plot_reliability(curves[:2], tmp_path / "one.png")
    plot_reliability(curves, tmp_path / "two.png")
    one, two = (cv2.imread(str(tmp_path / name)) for name in ("one.png", "two.png"))
    assert one is not None
    assert two is not None
    assert two.shape[0] == 2 * one.shape[0]
    assert _share_near(tmp_path / "one.png", 0x1F, 0x77, 0xB4) > 0.0005
