"""Puts nodes before and behind another project's graph, so that it takes frames and gives probabilities as ours do."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkdigits.errors import BundleError
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME
from inkdigits.training.evaluation.input_forms import InputForm

__all__ = ["wrap_graph"]

_PREFIX = "own_"  # of all names of the other graph, so that none is one of ours
_IR_VERSION = 4  # from which on an initializer need not be an input, too


def wrap_graph(model: onnx.ModelProto, form: InputForm, metadata: Mapping[str, str], *, gives_logits: bool) -> bytes:
    """Return the graph with our tensors: uint8 frames (N, 28, 28, 1) in, float32 probabilities (N, 10) out.

    Args:
        model: Of one input, which takes any number of frames.
        form: What it takes.
        metadata: Written into the graph's `metadata_props`.
        gives_logits: Whether a softmax is put behind it.

    Raises:
        BundleError: It takes a fixed number of frames, or does not say which output has ten classes.
    """
    if form.batch is not None:
        found = f"a graph for {form.batch} a call"
        msg = f"expected a graph for any number of frames, found {found}; save it with a free first axis (dynamic_axes)"
        raise BundleError(msg)
    wrapped = onnx.compose.add_prefix(model, _PREFIX)
    wrapped.ir_version = max(wrapped.ir_version, _IR_VERSION)
    graph = wrapped.graph
    constants = {entry.name for entry in graph.initializer}
    (given,) = (entry.name for entry in graph.input if entry.name not in constants)
    result = _find_output(graph)
    before = _nodes_before(graph, form, given)
    last = helper.make_node("Softmax" if gives_logits else "Identity", [result], [OUTPUT_NAME])
    inner = list(graph.node)
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend([*before, *inner, last])
    frames: list[str | int | None] = ["N", FRAME_SIDE, FRAME_SIDE, 1]
    graph.input.append(helper.make_tensor_value_info(INPUT_NAME, TensorProto.UINT8, frames))
    graph.output.append(helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["N", CLASS_COUNT]))
    del wrapped.metadata_props[:]
    helper.set_model_props(wrapped, dict(metadata))
    onnx.checker.check_model(wrapped)
    return bytes(wrapped.SerializeToString())


def _nodes_before(graph: onnx.GraphProto, form: InputForm, given: str) -> list[onnx.NodeProto]:
    """Return nodes from our frames to the other graph's input; what they need is added to the initializers."""
    sign = -1.0 if form.inverted else 1.0
    start = 255.0 if form.inverted else 0.0
    deviation = 255 * form.scale.deviation
    constants: dict[str, npt.NDArray[Any]] = {
        "gain": np.array(sign / deviation, np.float32),
        "shift": np.array(start / deviation - form.scale.mean / form.scale.deviation, np.float32),
        "shape": np.array([-1, *form.frame_shape], np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    kind = TensorProto.UINT8 if form.dtype == "uint8" else TensorProto.FLOAT
    return [
        helper.make_node("Cast", [INPUT_NAME], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["levels", "gain"], ["gained"]),
        helper.make_node("Add", ["gained", "shift"], ["shifted"]),
        helper.make_node("Cast", ["shifted"], ["typed"], to=kind),
        helper.make_node("Reshape", ["typed", "shape"], [given]),
    ]


def _find_output(graph: onnx.GraphProto) -> str:
    """Return the only output, or the only one of shape (N, 10)."""
    if len(graph.output) == 1:
        return str(graph.output[0].name)
    shapes = {entry.name: [axis.dim_value for axis in entry.type.tensor_type.shape.dim] for entry in graph.output}
    fitting = [name for name, shape in shapes.items() if len(shape) == 2 and shape[1] == CLASS_COUNT]
    if len(fitting) != 1:
        msg = f"expected one output of shape (N, {CLASS_COUNT}), found {shapes}; save the graph with one output"
        raise BundleError(msg)
    return str(fitting[0])
