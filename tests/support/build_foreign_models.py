"""Writes the graph of a shipped bundle as other projects would have saved it, as `.onnx`.

A few nodes in front of the graph convert another form of input to uint8 (N, 28, 28, 1), and the output is logits on
request. So each copy must give the bundle's answers, whatever input it takes.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from inkdigits.models.bundle import read_bundle
from inkdigits.spec import INPUT_NAME, OUTPUT_NAME

SHAPES = {"nhwc": [28, 28, 1], "nchw": [1, 28, 28], "nhw": [28, 28], "flat": [784]}


@dataclass(frozen=True)
class Foreign:
    """What the copy takes and gives."""

    layout: str = "nchw"
    mean: float = 0.0
    deviation: float = 1.0
    inverted: bool = False
    batch: int | str = "batch"
    gives_logits: bool = False
    is_uint8: bool = False
    shape: tuple[int | str, ...] | None = None  # of one frame, when the file is to say something else


def build_foreign_onnx(path: Path, form: Foreign, bundle: str = "tutorial") -> Path:
    """Write the copy and return its path."""
    model = onnx.load_from_string(read_bundle(bundle).onnx)
    graph = model.graph
    for node in graph.node:
        node.input[:] = ["frames_back" if name == INPUT_NAME else name for name in node.input]
    given = TensorProto.UINT8 if form.is_uint8 else TensorProto.FLOAT
    sign, start = (-255.0, 255.0) if form.inverted else (255.0, 0.0)
    constants: dict[str, npt.NDArray[Any]] = {
        "back_scale": np.array(sign / 255 if form.is_uint8 else sign * form.deviation, dtype=np.float32),
        "back_shift": np.array(start if form.is_uint8 else start + sign * form.mean, dtype=np.float32),
        "back_shape": np.array([-1, 28, 28, 1], dtype=np.int64),
    }
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    nodes = [
        helper.make_node("Cast", ["image"], ["image_float"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["image_float", "back_scale"], ["image_scaled"]),
        helper.make_node("Add", ["image_scaled", "back_shift"], ["image_shifted"]),
        helper.make_node("Round", ["image_shifted"], ["image_round"]),
        helper.make_node("Cast", ["image_round"], ["image_uint8"], to=TensorProto.UINT8),
        helper.make_node("Reshape", ["image_uint8", "back_shape"], ["frames_back"]),
    ]
    output = OUTPUT_NAME
    after = []
    if form.gives_logits:  # log-probabilities plus a number: softmax gives the probabilities back
        output = "scores"
        graph.initializer.append(numpy_helper.from_array(np.array(3, dtype=np.float32), "three"))
        after = [
            helper.make_node("Log", [OUTPUT_NAME], ["log_probabilities"]),
            helper.make_node("Add", ["log_probabilities", "three"], [output]),
        ]
    old = list(graph.node)
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend([*nodes, *old, *after])
    frame = SHAPES[form.layout] if form.shape is None else form.shape
    graph.input.append(helper.make_tensor_value_info("image", given, [form.batch, *frame]))
    graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, [form.batch, 10]))
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path
