"""Defines numbers and names that training and reading share: the frame, labels, tensors, and the bundle's files."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "BUNDLE_FORMAT",
    "CHECKSUMS_FILE",
    "CLASS_COUNT",
    "DETECTOR_CHANNELS",
    "DETECTOR_FORMAT",
    "DETECTOR_HEIGHTS",
    "DETECTOR_INPUT_NAME",
    "DETECTOR_OUTPUT_NAME",
    "DETECTOR_SIDE",
    "DETECTOR_STEP",
    "DETECTOR_TENSORS",
    "DETECTOR_USUAL_SIZE",
    "FRAME_CENTER",
    "FRAME_SIDE",
    "FRAME_TENSORS",
    "INK_SIDE",
    "INPUT_NAME",
    "LEAST_PROBABILITY",
    "LINE_RECOGNIZER_FORMAT",
    "MARK_LABELS",
    "MISTAKES_FILE",
    "MODEL_FILE",
    "ONNX_FILE",
    "OTHER_CHANNEL",
    "OUTPUT_NAME",
    "PRINTED_CHANNEL",
    "PROBABILITY_CHANNELS",
    "SIGNS",
    "STRIP_DIGIT_HEIGHT",
    "STRIP_HEIGHT",
    "STRIP_INPUT_NAME",
    "STRIP_MARGIN",
    "STRIP_MOST_COLUMNS",
    "STRIP_STEP",
    "STRIP_TENSORS",
    "STRIP_WIDTH_STEP",
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
LEAST_PROBABILITY = 1e-9  # that counts: its logarithm stays finite, also where a network rounded it to 0
FRAME_SIDE = 28  # pixels, height and width of a frame
INK_SIDE = 20  # pixels, long side of the ink: 20 in 69,984 of MNIST's 70,000 digits, 19 in the other 16 (docs/data.md)
FRAME_CENTER = 14.0  # pixel index of the center of mass on both axes; 13.48 to 14.50 in MNIST, not (28 - 1) / 2
STRIP_HEIGHT = 32  # pixels of a line's strip, paper above and below included
STRIP_DIGIT_HEIGHT = 22  # rows of it: the height of a digit of usual height
STRIP_MARGIN = 8  # columns of the picture left and right of the digits
STRIP_WIDTH_STEP = 16  # columns: a strip's width is a multiple of it, as local contrast is computed in such squares
STRIP_MOST_COLUMNS = 2048  # some 90 digits; a longer line is squeezed
STRIP_STEP = 4  # columns of a strip for each answer of the line recognizer
SIGNS = ".,-/:()%+=$€£¥₹"  # that the detector finds beside digits
MARK_LABELS = (*"0123456789", *SIGNS)  # what the detector's labels stand for, in their order
DETECTOR_STEP = 4  # pixels of a picture for each place of the detector's answer
DETECTOR_SIDE = 16  # both sides of a picture that it takes are multiples of this, in pixels
# what the detector answers for a place: for each label the probability that a mark's middle is here, then those of
# other ink and of print; then the box: x and y are places from here to its middle, width and height logarithms, 0 for
# the usual size
OTHER_CHANNEL = len(MARK_LABELS)
PRINTED_CHANNEL = OTHER_CHANNEL + 1
PROBABILITY_CHANNELS = PRINTED_CHANNEL + 1
DETECTOR_CHANNELS = PROBABILITY_CHANNELS + 4
DETECTOR_HEIGHTS = (12.0, 66.0)  # pixels of the digits that the detector learns from
DETECTOR_USUAL_SIZE = (16.0, 32.0)  # pixels, width and height of a usual digit

INPUT_NAME = "frames"  # uint8, (N, 28, 28, 1), 0 paper to 255 ink
OUTPUT_NAME = "probabilities"  # float32, (N, 10), rows sum to 1
DETECTOR_INPUT_NAME = "pictures"  # uint8, (N, H, W, 1), gray, 0 black to 255 white
DETECTOR_OUTPUT_NAME = "places"  # float32, (N, H / 4, W / 4, DETECTOR_CHANNELS)
STRIP_INPUT_NAME = "strips"  # uint8, (N, 32, W, 1), gray, 0 black to 255 white, W a multiple of 16


class Tensors(NamedTuple):
    """A graph's input, uint8, and output, float32; None is any size.

    Attributes:
        input_name: Name of the input in the graph; `frames` are 0 for paper to 255 for ink, `strips` and `pictures`
            are gray.
        input_shape: Without the batch axis.
        output_shape: Without the batch axis.
        output_name: Name of the output in the graph.
    """

    input_name: str
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    output_name: str = OUTPUT_NAME


FRAME_TENSORS = Tensors(INPUT_NAME, (FRAME_SIDE, FRAME_SIDE, 1), (CLASS_COUNT,))
STRIP_TENSORS = Tensors(STRIP_INPUT_NAME, (STRIP_HEIGHT, None, 1), (None, 1 + CLASS_COUNT))  # a step is 4 columns
DETECTOR_TENSORS = Tensors(DETECTOR_INPUT_NAME, (None, None, 1), (None, None, DETECTOR_CHANNELS), DETECTOR_OUTPUT_NAME)

BUNDLE_FORMAT = 2  # raised when a reader of the old format could misread a new bundle
LINE_RECOGNIZER_FORMAT = 1  # the same for the line recognizer's folder
DETECTOR_FORMAT = 3  # and for the detector's
ONNX_FILE = "model.onnx"
MODEL_FILE = "model.json"
MISTAKES_FILE = "mistakes.png"  # of a run and of a bundle
CHECKSUMS_FILE = "SHA256SUMS"  # in the form that `sha256sum -c` reads
