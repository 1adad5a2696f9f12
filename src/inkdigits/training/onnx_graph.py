"""A Keras network goes in; an ONNX graph, under our tensor names and compared with the network, comes out as bytes."""

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
import onnx

from inkdigits.errors import ExportError
from inkdigits.network import Network
from inkdigits.spec import FRAME_SIDE, INPUT_NAME, OUTPUT_NAME, UInt8Array
from inkdigits.training.prediction import predict_network

__all__ = ["MAX_DIFFERENCE", "OPSET", "check_parity", "to_onnx"]

OPSET = 18  # tf2onnx's newest
MAX_DIFFERENCE = 1e-4  # of a probability


def to_onnx(network: keras.Model, metadata: Mapping[str, str]) -> bytes:
    """Convert a network.

    Args:
        network: Takes uint8 (N, 28, 28, 1), gives (N, 10), or (N, 1) as the rejector.
        metadata: Written into the graph's `metadata_props`.

    Returns:
        The graph, with input `frames`, output `probabilities`, and N free.
    """
    network(np.zeros((1, FRAME_SIDE, FRAME_SIDE, 1), dtype=np.uint8))  # Keras exports no network that was never called
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # Keras asks NumPy for an alias that is gone
        path = Path(folder) / "model.onnx"
        network.export(path, format="onnx", opset_version=OPSET, verbose=False)
        graph = onnx.load(path)
    _name_tensors(graph.graph, network.output_shape[1])
    graph.graph.name = network.name
    onnx.helper.set_model_props(graph, dict(metadata))
    onnx.checker.check_model(graph, full_check=True)
    return bytes(graph.SerializeToString())


def check_parity(graph: bytes, network: keras.Model, frames: UInt8Array) -> float:
    """Compare what graph and network answer: one batch, its first 7 frames, its first one, and none.

    Args:
        graph: The ONNX bytes.
        network: What it was made from.
        frames: uint8, shape (n, 28, 28), n of 7 or more.

    Returns:
        The largest difference of a probability.

    Raises:
        ExportError: It is over 1e-4, or a value is no number.
        BundleError: The graph cannot be loaded.
    """
    session = Network(graph, width=network.output_shape[1])
    expected = predict_network(network, frames)
    largest = 0.0
    for count in (len(frames), 7, 1, 0):
        answer = session.predict_proba(frames[:count, ..., np.newaxis])
        difference = np.abs(answer - expected[:count]).max(initial=0.0)
        largest = max(largest, float(difference)) if np.isfinite(difference) else float("inf")
    if largest > MAX_DIFFERENCE:
        found = f"expected ONNX and Keras to agree within {MAX_DIFFERENCE} on {len(frames)} digits, found {largest:.2g}"
        msg = f"{found}; nothing was written, please report this with the run's environment.json"
        raise ExportError(msg)
    return largest


def _name_tensors(graph: onnx.GraphProto, width: int) -> None:
    """Give the output and both batch axes our names; the input already has its own from the Keras layer."""
    old = graph.output[0].name
    for node in graph.node:
        node.output[:] = [OUTPUT_NAME if name == old else name for name in node.output]
        node.input[:] = [OUTPUT_NAME if name == old else name for name in node.input]
    graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info(OUTPUT_NAME, onnx.TensorProto.FLOAT, ["N", width]))
    shape: list[str | int | None] = ["N", FRAME_SIDE, FRAME_SIDE, 1]
    graph.input[0].CopyFrom(onnx.helper.make_tensor_value_info(INPUT_NAME, onnx.TensorProto.UINT8, shape))
    del graph.value_info[:]  # intermediate shapes under the old axis name
