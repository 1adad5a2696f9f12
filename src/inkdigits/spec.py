"""Defines numbers and names that training and reading share: the frame, labels, tensors, and the bundle's files."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "BUNDLE_FORMAT",
    "CHECKSUMS_FILE",
    "CLASS_COUNT",
    "FRAME_CENTER",
    "FRAME_SIDE",
    "FRAME_TENSORS",
    "INK_SIDE",
    "INPUT_NAME",
    "LINE_RECOGNIZER_FORMAT",
    "MISTAKES_FILE",
    "MODEL_FILE",
    "ONNX_FILE",
    "OUTPUT_NAME",
    "REJECTOR_FORMAT",
    "REJECTOR_TENSORS",
    "STRIP_HEIGHT",
    "STRIP_INPUT_NAME",
    "STRIP_STEP",
    "STRIP_TENSORS",
    "BoolArray",
    "Float32Array",
    "Float64Array",
    "Int32Array",
    "Int64Array",
    "Tensors",
    "UInt8Array",
]

BoolArray: TypeAlias = npt.NDArray[np.bool_]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]
Int32Array: TypeAlias = npt.NDArray[np.int32]
Int64Array: TypeAlias = npt.NDArray[np.int64]
Float32Array: TypeAlias = npt.NDArray[np.float32]
Float64Array: TypeAlias = npt.NDArray[np.float64]

CLASS_COUNT = 10  # K: the labels 0 to 9
FRAME_SIDE = 28  # pixels, height and width of a frame
INK_SIDE = 20  # pixels, long side of the ink: 20 in 69,984 of MNIST's 70,000 digits, 19 in the other 16 (docs/data.md)
FRAME_CENTER = 14.0  # pixel index of the center of mass on both axes; 13.48 to 14.50 in MNIST, not (28 - 1) / 2
STRIP_HEIGHT = 32  # pixels of a line's strip, paper above and below included
STRIP_STEP = 4  # columns of a strip for each answer of the line recognizer

INPUT_NAME = "frames"  # uint8, (N, 28, 28, 1), 0 paper to 255 ink
OUTPUT_NAME = "probabilities"  # float32, (N, 10), rows sum to 1; the rejector's, (N, 1)
STRIP_INPUT_NAME = "strips"  # uint8, (N, 32, W, 1), 0 paper to 255 ink


class Tensors(NamedTuple):
    """A graph's input, uint8 from 0 for paper to 255 for ink, and output, float32 probabilities; None is any size.

    Attributes:
        input_name: Name of the input in the graph.
        input_shape: Without the batch axis.
        output_shape: Without the batch axis.
    """

    input_name: str
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]


FRAME_TENSORS = Tensors(INPUT_NAME, (FRAME_SIDE, FRAME_SIDE, 1), (CLASS_COUNT,))
REJECTOR_TENSORS = FRAME_TENSORS._replace(output_shape=(1,))
STRIP_TENSORS = Tensors(STRIP_INPUT_NAME, (STRIP_HEIGHT, None, 1), (None, 1 + CLASS_COUNT))  # a step is 4 columns

BUNDLE_FORMAT = 2  # raised when a reader of the old format could misread a new bundle
REJECTOR_FORMAT = 1  # the same for the rejector's folder
LINE_RECOGNIZER_FORMAT = 1  # and for the line recognizer's
ONNX_FILE = "model.onnx"
MODEL_FILE = "model.json"
MISTAKES_FILE = "mistakes.png"  # of a run and of a bundle
CHECKSUMS_FILE = "SHA256SUMS"  # in the form that `sha256sum -c` reads
