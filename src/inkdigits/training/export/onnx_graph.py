"""Converts a Keras network to an ONNX graph with our tensor names, and compares the two."""

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
import onnx

from inkdigits.errors import ExportError
from inkdigits.models.session import Network
from inkdigits.spec import FRAME_TENSORS, Float32Array, Tensors, UInt8Array
from inkdigits.training.evaluation.prediction import predict_network

__all__ = ["MAX_DIFFERENCE", "OPSET", "check_answers", "check_parity", "convert", "to_onnx"]

OPSET = 18  # tf2onnx's newest
_ANY_SIDE = 64  # pixels of a side that is free
MAX_DIFFERENCE = 1e-4  # of a probability
# names of one or two free axes; axes of one name would have to be of one length
_TAKEN_AXES = {0: (), 1: ("W",), 2: ("H", "W")}
_GIVEN_AXES = {0: (), 1: ("T",), 2: ("ROWS", "COLUMNS")}


def to_onnx(network: keras.Model, metadata: Mapping[str, str], tensors: Tensors = FRAME_TENSORS) -> bytes:
    """Convert a network.

    Args:
        network: Takes and gives what the tensors say.
        metadata: Written into the graph's `metadata_props`.
        tensors: What the graph is to take and give.

    Returns:
        The graph, with our names and N free.
    """
    graph = convert(network, [axis or _ANY_SIDE for axis in tensors.input_shape])
    _name_tensors(graph.graph, tensors)
    graph.graph.name = network.name
    onnx.helper.set_model_props(graph, dict(metadata))
    onnx.checker.check_model(graph, full_check=True)
    return bytes(graph.SerializeToString())


def convert(network: keras.Model, shape: Sequence[int], dtype: str = "uint8") -> onnx.ModelProto:
    """Return a network's graph as Keras exports it, with Keras' names.

    Args:
        network: Of one input.
        shape: Of one picture that it takes.
        dtype: Of its input.
    """
    network(np.zeros((1, *shape), dtype=dtype))  # Keras exports no network that was never called
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Keras asks NumPy for an alias that is gone
        path = Path(folder) / "model.onnx"
        network.export(path, format="onnx", opset_version=OPSET, verbose=False)
        return onnx.load(path)


def check_parity(graph: bytes, network: keras.Model, pictures: UInt8Array, tensors: Tensors = FRAME_TENSORS) -> float:
    """Compare what graph and network answer: one batch, its first 7 pictures, its first one, and none.

    Args:
        graph: The ONNX bytes.
        network: What it was made from.
        pictures: uint8, shape (n, H, W) as the tensors say, without their last axis; n of 7 or more.
        tensors: What the graph takes and gives.

    Returns:
        The largest difference of a value, a probability or a side of a box.

    Raises:
        ExportError: It is over 1e-4, or a value is no number.
        BundleError: The graph cannot be loaded.
    """
    return check_answers(graph, predict_network(network, pictures), pictures, tensors)


def check_answers(
    graph: bytes, expected: Float32Array, pictures: UInt8Array, tensors: Tensors = FRAME_TENSORS
) -> float:
    """Compare what a graph answers with what is expected, as `check_parity` does.

    Args:
        graph: The ONNX bytes.
        expected: float32, a row for each picture.
        pictures: uint8, shape (n, H, W) as the tensors say, without their last axis; n of 7 or more.
        tensors: What the graph takes and gives.

    Returns:
        The largest difference of a value.

    Raises:
        ExportError: It is over 1e-4, or a value is no number.
        BundleError: The graph cannot be loaded.
    """
    session = Network(graph, tensors)
    largest = 0.0
    for count in (len(pictures), 7, 1, 0):
        answer = session.predict_proba(pictures[:count, ..., np.newaxis])
        difference = np.abs(answer - expected[:count]).max(initial=0.0) if count else 0.0
        largest = max(largest, float(difference)) if np.isfinite(difference) else float("inf")
    if largest > MAX_DIFFERENCE:
        found = (
            f"expected ONNX and Keras to agree within {MAX_DIFFERENCE} on {len(pictures)} pictures, found {largest:.2g}"
        )
        msg = f"{found}; nothing was written, please report this with the run's environment.json"
        raise ExportError(msg)
    return largest


def _name_tensors(graph: onnx.GraphProto, tensors: Tensors) -> None:
    """Give the output and all free axes our names; the input already has its own from the Keras layer."""
    old = graph.output[0].name
    for node in graph.node:
        node.output[:] = [tensors.output_name if name == old else name for name in node.output]
        node.input[:] = [tensors.output_name if name == old else name for name in node.input]
    given, taken = _name_axes(tensors.output_shape, _GIVEN_AXES), _name_axes(tensors.input_shape, _TAKEN_AXES)
    graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info(tensors.output_name, onnx.TensorProto.FLOAT, given))
    graph.input[0].CopyFrom(onnx.helper.make_tensor_value_info(tensors.input_name, onnx.TensorProto.UINT8, taken))
    del graph.value_info[:]  # intermediate shapes under the old axis names


def _name_axes(shape: tuple[int | None, ...], names: Mapping[int, tuple[str, ...]]) -> list[int | str]:
    """Return a shape with N in front and a name for each free axis."""
    free = iter(names[shape.count(None)])
    return ["N", *(next(free) if axis is None else axis for axis in shape)]
