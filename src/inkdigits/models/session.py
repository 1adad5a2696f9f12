"""Runs an ONNX graph in ONNX Runtime. The one home of onnxruntime."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# some of its builds send usage data to their maker unless this is set before they are loaded
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

from inkdigits.errors import BundleError, FrameError
from inkdigits.spec import (
    DETECTOR_INPUT_NAME,
    FRAME_TENSORS,
    INPUT_NAME,
    STRIP_INPUT_NAME,
    Float32Array,
    Tensors,
    UInt8Array,
)

__all__ = ["Graph", "Network"]

_BATCH_SIZE = 256  # frames per run: larger batches were not faster and take memory in proportion
_MAKERS = {INPUT_NAME: "to_frames", STRIP_INPUT_NAME: "to_strip", DETECTOR_INPUT_NAME: "fit_to_detector"}
_SEVERITY_ERROR = 3  # ONNX Runtime's log levels: 2 warns about the machine on every start


class Network:
    """A session that is safe to share between threads; it keeps no state between calls.

    Args:
        onnx: The graph's bytes, or the path of an `.onnx` file.
        tensors: What the graph takes and gives; frames and the probabilities of ten labels unless told otherwise.
        threads: Threads inside one run; 1 is fastest for single frames and leaves the other cores to other work.

    Raises:
        BundleError: The graph cannot be loaded, or its tensors are others.
    """

    def __init__(
        self, onnx: bytes | str | os.PathLike[str], tensors: Tensors = FRAME_TENSORS, *, threads: int = 1
    ) -> None:
        """Load the graph and check its tensors."""
        self._tensors = tensors
        name = "the graph" if isinstance(onnx, bytes) else str(onnx)
        self._session = _open_session(onnx if isinstance(onnx, bytes) else Path(onnx), name, threads)
        found = [_describe(tensor) for tensor in (*self._session.get_inputs(), *self._session.get_outputs())]
        expected = [
            (tensors.input_name, "tensor(uint8)", ["N", *tensors.input_shape]),
            (tensors.output_name, "tensor(float)", ["N", *tensors.output_shape]),
        ]
        if found != expected:
            msg = f"{name}: expected the tensors {expected}, found {found}; export the model with `inkdigits export`"
            raise BundleError(msg)

    def predict_proba(self, pictures: UInt8Array) -> Float32Array:
        """Return what the network answers for each picture.

        Args:
            pictures: uint8, shape (N, ...) as the tensors say; N may be 0.

        Returns:
            float32, shape (N, ...) as the tensors say, a new array; of a network of labels, rows sum to 1.

        Raises:
            FrameError: `pictures` has another dtype or shape.
        """
        shape = self._tensors.input_shape
        fits = pictures.ndim == 1 + len(shape) and all(
            axis in {None, found} for axis, found in zip(shape, pictures.shape[1:], strict=True)
        )
        if pictures.dtype != np.uint8 or not fits:
            taken, maker = self._tensors.input_name, _MAKERS[self._tensors.input_name]
            expected = _describe_shape(shape)
            found = f"{pictures.dtype} of shape {pictures.shape}"
            msg = f"expected uint8 {taken} of shape {expected}, got {found}; make them with {maker}"
            raise FrameError(msg)
        parts = [
            self._session.run(
                [self._tensors.output_name], {self._tensors.input_name: pictures[start : start + _BATCH_SIZE]}
            )[0]
            for start in range(0, len(pictures), _BATCH_SIZE)
        ]
        none = np.empty((0, *(axis or 0 for axis in self._tensors.output_shape)), dtype=np.float32)
        return np.concatenate(parts) if parts else none


class Graph:
    """Any graph of one input, whatever its tensors are called and shaped: how another project's model is run.

    Args:
        path: The `.onnx` file; weights that it keeps in files beside it are found there.
        threads: Threads inside one run.

    Attributes:
        input_name: Of its one input.
        input_shape: Of the input; None for an axis of free length.
        input_type: As ONNX Runtime calls it, "tensor(float)" for float32.

    Raises:
        BundleError: The graph cannot be loaded, or has another number of inputs.
    """

    def __init__(self, path: str | os.PathLike[str], *, threads: int = 1) -> None:
        """Load the graph and look at its input."""
        self._name = str(path)
        self._session = _open_session(Path(path), self._name, threads)
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            names = [tensor.name for tensor in inputs]
            msg = f"{path}: expected a graph of one input, found {names}; give it the picture as its only input"
            raise BundleError(msg)
        self.input_shape = tuple(axis if isinstance(axis, int) else None for axis in inputs[0].shape)
        self.input_type: str = inputs[0].type
        self.input_name: str = inputs[0].name

    def run(self, values: npt.NDArray[Any]) -> list[object]:
        """Return every output, in the graph's order: arrays, or lists where an output is a sequence.

        Args:
            values: Of the shape and dtype that `input_shape` and `input_type` say.

        Raises:
            BundleError: The graph does not take such an array after all.
        """
        try:
            return list(self._session.run(None, {self.input_name: values}))
        except Exception as error:  # as in _open_session
            found = f"{values.dtype} of shape {values.shape}"
            msg = f"{self._name}: ONNX Runtime cannot run it on {found}: {error}; state another layout"
            raise BundleError(msg) from error


def _open_session(source: bytes | Path, name: str, threads: int) -> onnxruntime.InferenceSession:
    """Load a graph; `name` is what an error calls it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _SEVERITY_ERROR
    graph = source if isinstance(source, bytes) else str(source)
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no public base class
        msg = f"{name}: expected a graph that ONNX Runtime loads, got {error}; export the model again"
        raise BundleError(msg) from error


def _describe_shape(shape: tuple[int | None, ...]) -> str:
    """Return a shape with a letter for each free axis: W, or H and W."""
    free = iter("HW"[2 - shape.count(None) :])
    return "(" + ", ".join(["N", *(next(free) if axis is None else str(axis) for axis in shape)]) + ")"


def _describe(tensor: onnxruntime.NodeArg) -> tuple[str, str, list[int | str | None]]:
    """Return name, type and shape; a free axis, which may have a name, is None, and "N" where it comes first."""
    axes = [axis if isinstance(axis, int) else None for axis in tensor.shape]
    return tensor.name, tensor.type, [axis if place or axis is not None else "N" for place, axis in enumerate(axes)]
