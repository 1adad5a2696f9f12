"""The test network obeys the bundle's contract, is small, and is the same each time."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
from inkdigits.models.bundle import read_bundle
from inkdigits.models.session import Network
from support.build_tiny_model import TINY_INFO, Tensors, build_tiny_bundle, build_tiny_graph


def test_the_graph_is_small_and_the_same_each_time() -> None:
    graph = build_tiny_graph()
    assert graph == build_tiny_graph()
    assert len(graph) < 5_000


def test_the_bundle_can_be_read_back(tmp_path: Path) -> None:
    bundle = read_bundle(build_tiny_bundle(tmp_path / "tiny"))
    assert bundle.info == TINY_INFO
    assert bundle.onnx == build_tiny_graph()


def test_the_answer_depends_on_where_the_ink_is() -> None:
    one_square_each = np.kron(np.eye(49, dtype=np.uint8).reshape(49, 7, 7), np.full((4, 4), 255, dtype=np.uint8))
    labels = Network(build_tiny_graph()).predict_proba(one_square_each[..., np.newaxis]).argmax(axis=1)
    assert len(set(labels.tolist())) >= 8


def test_a_changed_tensor_changes_the_graph() -> None:
    assert build_tiny_graph(Tensors(classes=11)) != build_tiny_graph()
