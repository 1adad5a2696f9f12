"""Rounds a graph's convolutions to eight bits: a quarter of the size, and about half of the time."""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from inkdigits.spec import UInt8Array

__all__ = ["MOST_LOST", "to_int8"]

MOST_LOST = 0.002  # share of the real numbers that eight bits may cost: one or two of 700

_BATCH = 4  # pictures that the graph answers at a time, while the ranges of its values are measured
_ROUNDED = ("Conv", "Relu", "Concat", "MaxPool")


def to_int8(graph: bytes, pictures: UInt8Array) -> bytes:
    """Return the graph with weights and values of its convolutions as 8-bit integers; from the last one on all is kept.

    What follows the last convolution are the answers themselves: in 8 bits, with sizes beside them, probabilities came
    in steps of 0.029.

    Args:
        graph: ONNX bytes, of one input that takes uint8 pictures `(N, H, W, 1)`.
        pictures: uint8, shape (n, H, W): typical ones, by which the ranges of the values are measured.

    Returns:
        ONNX bytes with the same names, metadata and shapes.
    """
    model = onnx.load_from_string(graph)
    quiet = logging.getLogger()
    level = quiet.level
    quiet.setLevel(logging.ERROR)  # it advises to do what is done here
    try:
        with tempfile.TemporaryDirectory() as folder:
            given, prepared, rounded = (Path(folder) / name for name in ("given.onnx", "prepared.onnx", "int8.onnx"))
            given.write_bytes(graph)
            quant_pre_process(given, prepared, skip_symbolic_shape=True)
            nodes = onnx.load(prepared).graph.node  # each after all that it takes values from
            last = max(place for place, node in enumerate(nodes) if node.op_type == "Conv")
            quantize_static(
                prepared,
                rounded,
                _Typical(model.graph.input[0].name, pictures),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(_ROUNDED),
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=[node.name for node in nodes[last:]],
            )
            result = onnx.load(rounded)
    finally:
        quiet.setLevel(level)
    del result.metadata_props[:]
    result.metadata_props.extend(model.metadata_props)
    return bytes(result.SerializeToString())


class _Typical(CalibrationDataReader):  # type: ignore[misc]  # a package without types
    """Hands out pictures in small batches."""

    def __init__(self, name: str, pictures: UInt8Array) -> None:
        """Keep the pictures for the input of that name."""
        self._batches: Iterator[UInt8Array] = iter(
            np.array_split(pictures[..., np.newaxis], max(1, len(pictures) // _BATCH))
        )
        self._name = name

    def get_next(self) -> dict[str, UInt8Array] | None:
        """Return the next batch; None after the last."""
        batch = next(self._batches, None)
        return None if batch is None else {self._name: batch}
