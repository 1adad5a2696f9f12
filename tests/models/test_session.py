"""The network takes frames of one form only, in any number, and answers the same alone as in a batch."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("onnx")
from inkdigits.errors import BundleError, FrameError
from inkdigits.models.session import Graph, Network
from inkdigits.spec import UInt8Array
from support.build_tiny_model import FLOAT, Tensors, build_tiny_graph, build_two_inputs

NETWORK = Network(build_tiny_graph())


def frames(count: int, seed: int = 0) -> UInt8Array:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28, 1), dtype=np.uint8)


@given(count=st.sampled_from([0, 1, 7, 255, 256, 257, 600]), seed=st.integers(0, 99))
def test_each_row_is_a_distribution_whatever_the_count(count: int, seed: int) -> None:
    probabilities = NETWORK.predict_proba(frames(count, seed))
    assert probabilities.shape == (count, 10)
    assert probabilities.dtype == np.float32
    assert np.all(probabilities >= 0)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_batch_over_several_runs_answers_as_one_by_one() -> None:
    batch = frames(300)
    alone = np.concatenate([NETWORK.predict_proba(batch[index : index + 1]) for index in range(300)])
    assert np.allclose(NETWORK.predict_proba(batch), alone, atol=1e-6)


def test_threads_do_not_change_the_answer() -> None:
    batch = frames(7)
    assert np.allclose(Network(build_tiny_graph(), threads=2).predict_proba(batch), NETWORK.predict_proba(batch))


def test_the_answer_is_the_callers_own() -> None:
    batch = frames(1)
    first = NETWORK.predict_proba(batch)
    first[:] = -1
    assert np.all(NETWORK.predict_proba(batch) >= 0)


@pytest.mark.parametrize(
    "wrong",
    [
        frames(2)[..., 0],
        frames(2)[0],
        frames(2).astype(np.float32),
        frames(2).astype(np.int64),
        frames(2)[:, :27],
        np.repeat(frames(2), 3, axis=3),
        np.uint8(3).reshape(()),
    ],
    ids=["no channel", "no batch", "float", "int64", "27 rows", "three channels", "no shape"],
)
def test_other_arrays_are_refused(wrong: npt.NDArray[np.generic]) -> None:
    with pytest.raises(FrameError, match=r"expected uint8 frames of shape \(N, 28, 28, 1\), got"):
        NETWORK.predict_proba(wrong)  # type: ignore[arg-type]


def test_a_file_is_loaded_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    path.write_bytes(build_tiny_graph())
    for source in (path, str(path)):
        assert np.array_equal(Network(source).predict_proba(frames(3)), NETWORK.predict_proba(frames(3)))


def test_what_is_no_graph_is_refused_by_name(tmp_path: Path) -> None:
    for data in (b"", b"nonsense", build_tiny_graph()[:-100]):
        with pytest.raises(BundleError, match="the graph: expected a graph that ONNX Runtime loads, got"):
            Network(data)
    with pytest.raises(BundleError, match=r"absent\.onnx: expected a graph that ONNX Runtime loads, got"):
        Network(tmp_path / "absent.onnx")


@pytest.mark.parametrize(
    "tensors",
    [
        Tensors(input_name="pictures"),
        Tensors(input_type=FLOAT),
        Tensors(output_name="logits_of_each"),
        Tensors(classes=11),
        Tensors(channels=3),
        Tensors(batch=1),
    ],
    ids=["input name", "input type", "output name", "classes", "channels", "fixed batch"],
)
def test_other_tensors_are_refused_when_loading(tensors: Tensors) -> None:
    with pytest.raises(BundleError, match="expected the tensors"):
        Network(build_tiny_graph(tensors))


def test_a_graph_of_other_names_is_run_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.onnx"
    path.write_bytes(build_tiny_graph(Tensors(input_name="pictures", output_name="scores", classes=11, batch=2)))
    graph = Graph(path)
    assert (graph.input_name, graph.input_shape, graph.input_type) == ("pictures", (2, 28, 28, 1), "tensor(uint8)")
    (answer,) = graph.run(frames(2))
    assert isinstance(answer, np.ndarray)
    assert answer.shape == (2, 11)
    with pytest.raises(
        BundleError, match=r"other\.onnx: ONNX Runtime cannot run it on uint8 of shape \(3, 28, 28, 1\)"
    ):
        graph.run(frames(3))


def test_a_free_axis_of_a_graph_is_none(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    path.write_bytes(build_tiny_graph())
    assert Graph(path).input_shape == (None, 28, 28, 1)


def test_a_graph_that_is_none_or_takes_two_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"nonsense")
    with pytest.raises(BundleError, match=r"bad\.onnx: expected a graph that ONNX Runtime loads"):
        Graph(path)
    path.write_bytes(build_two_inputs())
    with pytest.raises(BundleError, match=r"expected a graph of one input, found \['left', 'right'\]"):
        Graph(path)
