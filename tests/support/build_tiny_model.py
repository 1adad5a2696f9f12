"""Writes a bundle with a fixed, untrained network of 3 kB, the same on every machine.

The network takes the mean of each of the 7 x 7 squares of 4 x 4 pixels and mixes them by fixed weights. It reads no
digits, but it obeys the bundle's contract: input uint8 (N, 28, 28, 1), output probabilities float32 (N, 10).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from inkdigits.models.metadata import BundleInfo
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME
from inkdigits.training.export.bundle_writing import write_bundle

FLOAT, UINT8 = int(TensorProto.FLOAT), int(TensorProto.UINT8)
_SQUARE = 4  # pixels
_COUNT = FRAME_SIDE // _SQUARE  # squares across
TINY_INFO = BundleInfo(name="tiny", version="1.2.3", parameters=_COUNT**2 * CLASS_COUNT, unsure_below=0.5)


@dataclass(frozen=True)
class Tensors:
    """How the graph's tensors are called and shaped; a test changes one and expects a refusal."""

    input_name: str = INPUT_NAME
    input_type: int = UINT8
    output_name: str = OUTPUT_NAME
    classes: int = CLASS_COUNT
    batch: str | int = "N"
    channels: int = 1


def build_tiny_graph(tensors: Tensors | None = None) -> bytes:
    """Return the graph as the bytes of an `.onnx` file."""
    form = tensors or Tensors()
    weights = np.random.default_rng(7).normal(0, 4 / 255, (_COUNT**2, form.classes)).astype(np.float32)
    squares = np.array([-1, _COUNT, _SQUARE, _COUNT, _SQUARE * form.channels], dtype=np.int64)
    nodes = [
        helper.make_node("Cast", [form.input_name], ["pixels"], to=FLOAT),
        helper.make_node("Reshape", ["pixels", "squares"], ["divided"]),
        helper.make_node("ReduceMean", ["divided"], ["means"], axes=[2, 4], keepdims=0),
        helper.make_node("Flatten", ["means"], ["row"], axis=1),
        helper.make_node("MatMul", ["row", "weights"], ["logits"]),
        helper.make_node("Softmax", ["logits"], [form.output_name], axis=1),
    ]
    shape = [form.batch, FRAME_SIDE, FRAME_SIDE, form.channels]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(form.input_name, form.input_type, shape)],
        [helper.make_tensor_value_info(form.output_name, FLOAT, [form.batch, form.classes])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(squares, "squares")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return bytes(model.SerializeToString())


def build_two_inputs() -> bytes:
    """Return a graph that adds two pictures: a model, but not of one picture."""
    left, right = (
        helper.make_tensor_value_info(name, FLOAT, ["N", FRAME_SIDE, FRAME_SIDE, 1]) for name in ("left", "right")
    )
    total = helper.make_tensor_value_info("sum", FLOAT, ["N", FRAME_SIDE, FRAME_SIDE, 1])
    graph = helper.make_graph([helper.make_node("Add", ["left", "right"], ["sum"])], "two", [left, right], [total])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def build_tiny_bundle(folder: Path, info: BundleInfo = TINY_INFO) -> Path:
    """Write the bundle and return its folder."""
    return write_bundle(folder, build_tiny_graph(), info, "# A network for tests\n")
