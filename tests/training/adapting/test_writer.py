"""Adapting helps a hand that the bundle reads badly, harms no others, and is refused where it does not help."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("scipy")

import onnx
from click.testing import CliRunner

from inkdigits.cli import cli
from inkdigits.errors import AdaptationError, BundleError, DataError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.classifier import Classifier
from inkdigits.training.adapting.last_layer import open_last_layer
from inkdigits.training.adapting.writer import adapt
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from support.build_tiny_model import build_tiny_graph

pytestmark = pytest.mark.train


def turned(digits: LabeledFrames) -> LabeledFrames:
    """Return the digits as somebody would write them who turns the paper by 60 degrees."""
    turn = cv2.getRotationMatrix2D((14, 14), 60, 1)
    return LabeledFrames(np.stack([cv2.warpAffine(frame, turn, (28, 28)) for frame in digits.x]), digits.y)


@pytest.fixture(scope="module")
def hand() -> LabeledFrames:
    return turned(load_mnist().test.slice(0, 120))


def right(model: str | Path, digits: LabeledFrames) -> int:
    return int(np.sum(Classifier(model).predict_proba(digits.x[..., None]).argmax(axis=1) == digits.y))


def test_a_turned_hand_is_read_better_and_others_as_well(hand: LabeledFrames, tmp_path: Path) -> None:
    told: list[str] = []
    measured = adapt(hand, tmp_path / "my-hand", model="tutorial", tell=told.append)
    assert measured.digits == 120
    assert measured.right_before == right("tutorial", hand)
    assert measured.right_after >= measured.right_before + 3
    fresh = turned(load_mnist().test.slice(2_000, 2_400))
    assert right(tmp_path / "my-hand", fresh) >= right("tutorial", fresh) + 8
    assert measured.others_after == right(tmp_path / "my-hand", load_mnist().validation)
    assert measured.others_before - measured.others_after <= 10  # 0.2 % of 5,000
    assert told[0].startswith(f"{measured.right_before} of 120 digits right before, {measured.right_after} after")


def test_only_the_last_layer_changes_and_no_budget_is_left(hand: LabeledFrames, tmp_path: Path) -> None:
    adapt(hand, tmp_path / "my-hand", model="tutorial")
    old, new = read_bundle("tutorial"), read_bundle(tmp_path / "my-hand")
    layer = open_last_layer(old.onnx, "tutorial")
    parts = [{t.name: t.raw_data for t in onnx.load_from_string(b.onnx).graph.initializer} for b in (old, new)]
    assert {name for name in parts[0] if parts[0][name] != parts[1][name]} == set(layer.names)
    assert new.info.budgets == ()
    assert new.info.confidence_slope == old.info.confidence_slope
    assert "120 corrected digits" in (new.path / "README.md").read_text(encoding="utf-8")


def test_what_does_not_help_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    clean = load_mnist().test.slice(0, 40)
    with pytest.raises(AdaptationError, match=r"expected more right answers .* found 40 of 40 digits right before, 40"):
        adapt(clean, tmp_path / "none", model="fast")
    assert not (tmp_path / "none").exists()


def test_too_few_digits_and_other_graphs_are_refused(hand: LabeledFrames, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected 30 corrected digits or more to learn a hand, got 29"):
        adapt(hand.slice(0, 29), tmp_path / "none")
    with pytest.raises(BundleError, match="tiny: expected a network that ends in a dense layer and a softmax, found"):
        open_last_layer(build_tiny_graph(), "tiny")


def test_the_command(hand: LabeledFrames, tmp_path: Path) -> None:
    np.savez(tmp_path / "hand.npz", x=255 - hand.x, y=hand.y)
    out = tmp_path / "my-hand"
    words = ["adapt", "--data", tmp_path / "hand.npz", "--invert", "--model", "tutorial", "--out", out]
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    assert result.stdout == f"{out}\n"
    assert "(cross-validation)" in result.stderr
    assert Classifier(out).info.name == "my-hand"
