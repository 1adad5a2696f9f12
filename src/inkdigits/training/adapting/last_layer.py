"""Opens a bundle's graph before its last layer: what goes into that layer, its numbers, and a graph with other ones."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkdigits.errors import BundleError
from inkdigits.models.session import Graph
from inkdigits.spec import CLASS_COUNT, OUTPUT_NAME, Float64Array, UInt8Array

__all__ = ["LastLayer", "Weights", "open_last_layer"]

_BATCH_SIZE = 256  # frames a run, as when reading


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """The numbers of a last layer: float64, shapes (d, 10) and (10,)."""

    matrix: Float64Array
    bias: Float64Array

    def logits(self, features: Float64Array) -> Float64Array:
        """Return float64 of shape (n, 10) for features of shape (n, d)."""
        return features @ self.matrix + self.bias


@dataclass(frozen=True, eq=False, slots=True)
class LastLayer:
    """A graph that ends in a dense layer of ten outputs and a softmax.

    Attributes:
        weights: Of its last layer.
        model: The graph.
        input_name: Of the tensor that goes into the layer.
        names: Of the initializers that hold matrix and bias.
    """

    weights: Weights
    model: onnx.ModelProto
    input_name: str
    names: tuple[str, str]

    def features(self, frames: UInt8Array) -> Float64Array:
        """Return what goes into the layer.

        Args:
            frames: uint8, shape (n, 28, 28), n of 1 or more.

        Returns:
            float64, shape (n, d).
        """
        opened = onnx.ModelProto()
        opened.CopyFrom(self.model)
        width = self.weights.matrix.shape[0]
        opened.graph.output.append(helper.make_tensor_value_info(self.input_name, TensorProto.FLOAT, ["N", width]))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "opened.onnx"
            path.write_bytes(opened.SerializeToString())
            graph = Graph(path)
        parts = [
            graph.run(np.ascontiguousarray(frames[start : start + _BATCH_SIZE, ..., np.newaxis]))[1]
            for start in range(0, len(frames), _BATCH_SIZE)
        ]
        return np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])

    def replace(self, weights: Weights) -> bytes:
        """Return the graph with other numbers in its last layer."""
        changed = onnx.ModelProto()
        changed.CopyFrom(self.model)
        fresh = dict(zip(self.names, (weights.matrix, weights.bias), strict=True))
        for entry in changed.graph.initializer:
            if entry.name in fresh:
                entry.CopyFrom(numpy_helper.from_array(fresh[entry.name].astype(np.float32), entry.name))
        return bytes(changed.SerializeToString())


def open_last_layer(data: bytes, name: str) -> LastLayer:
    """Find the last layer of a bundle's graph.

    Args:
        data: Bytes of `model.onnx`.
        name: What the message calls the bundle.

    Raises:
        BundleError: The graph does not end in a dense layer and a softmax.
    """
    model = onnx.load_from_string(data)
    makers = {output: node for node in model.graph.node for output in node.output}
    numbers = {entry.name: entry for entry in model.graph.initializer}
    chain: list[onnx.NodeProto] = []
    tensor = OUTPUT_NAME
    while (node := makers.get(tensor)) is not None and len(chain) < 4:  # Identity, Softmax, Add, MatMul
        if node.op_type != "Identity":
            chain.append(node)
        tensor = node.input[0]
    if [node.op_type for node in chain[:3]] == ["Softmax", "Add", "MatMul"]:
        _, add, product = chain[:3]
        names = (product.input[1], add.input[1])
        if all(entry in numbers for entry in names):
            matrix, bias = (numpy_helper.to_array(numbers[entry]).astype(np.float64) for entry in names)
            if matrix.ndim == 2 and matrix.shape[1] == CLASS_COUNT and bias.shape == (CLASS_COUNT,):
                return LastLayer(Weights(matrix, bias), model, product.input[0], names)
    found = " after ".join(node.op_type for node in chain[:3]) or "none of them"
    msg = f"{name}: expected a network that ends in a dense layer and a softmax, found {found}; adapt another bundle"
    raise BundleError(msg)
