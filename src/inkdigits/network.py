"""An ONNX graph in ONNX Runtime: uint8 frames in, probabilities out. The one home of onnxruntime."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# its builds for some systems queue usage data for their maker unless told not to before they are loaded
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

from inkdigits.errors import BundleError, FrameError
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME, Float32Array, UInt8Array

__all__ = ["Graph", "Network", "check_frames"]

_BATCH_SIZE = 256  # frames per run: larger batches were not faster and take memory in proportion
_SEVERITY_ERROR = 3  # ONNX Runtime's log levels: 2 warns about the machine on every start


class Network:
    """A session that is safe to share between threads; it keeps no state between calls.

    Args:
        onnx: The graph's bytes, or the path of an `.onnx` file.
        threads: Threads inside one run; 1 is fastest for single frames and leaves the other cores to other work.
        width: K, probabilities for each frame, 1 or more.

    Raises:
        BundleError: The graph cannot be loaded, or its tensors are not uint8 (N, 28, 28, 1) to float32 (N, K).
    """

    def __init__(self, onnx: bytes | str | os.PathLike[str], *, threads: int = 1, width: int = CLASS_COUNT) -> None:
        """Load the graph and check its tensors."""
        self._width = width
        name = "the graph" if isinstance(onnx, bytes) else str(onnx)
        self._session = _open_session(onnx if isinstance(onnx, bytes) else Path(onnx), name, threads)
        tensors = (*self._session.get_inputs(), *self._session.get_outputs())
        # a batch size that is free has a name or none
        found = [(t.name, t.type, [n if isinstance(n, int) else "N" for n in t.shape]) for t in tensors]
        expected = [
            (INPUT_NAME, "tensor(uint8)", ["N", FRAME_SIDE, FRAME_SIDE, 1]),
            (OUTPUT_NAME, "tensor(float)", ["N", width]),
        ]
        if found != expected:
            msg = f"{name}: expected the tensors {expected}, found {found}; export the model with `inkdigits export`"
            raise BundleError(msg)

    def predict_proba(self, frames: UInt8Array) -> Float32Array:
        """Return the K probabilities of each frame.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.

        Returns:
            float32, shape (N, K), a new array; of a network of labels, rows sum to 1.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        check_frames(frames)
        parts = [
            self._session.run([OUTPUT_NAME], {INPUT_NAME: frames[start : start + _BATCH_SIZE]})[0]
            for start in range(0, len(frames), _BATCH_SIZE)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self._width), dtype=np.float32)


def check_frames(frames: UInt8Array) -> None:
    """Refuse what is no batch of frames.

    Raises:
        FrameError: `frames` is not uint8 of shape (N, 28, 28, 1).
    """
    if frames.dtype != np.uint8 or frames.shape[1:] != (FRAME_SIDE, FRAME_SIDE, 1):
        found = f"{frames.dtype} of shape {frames.shape}"
        msg = f"expected uint8 frames of shape (N, 28, 28, 1), got {found}; make them with to_frames"
        raise FrameError(msg)


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
