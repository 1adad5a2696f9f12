"""An ONNX graph in ONNX Runtime: uint8 frames in, probabilities out. The one home of onnxruntime."""

import os
from pathlib import Path

import numpy as np

# its builds for some systems queue usage data for their maker unless told not to before they are loaded
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime

from inkdigits.errors import BundleError, FrameError
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, OUTPUT_NAME, Float32Array, UInt8Array

__all__ = ["Network"]

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
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _SEVERITY_ERROR
        source = onnx if isinstance(onnx, bytes) else Path(onnx)
        name = "the graph" if isinstance(onnx, bytes) else str(onnx)
        try:
            graph = source if isinstance(source, bytes) else source.read_bytes()
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors share no public base class
            msg = f"{name}: ONNX Runtime cannot load it: {error}"
            raise BundleError(msg) from error
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
        if frames.dtype != np.uint8 or frames.shape[1:] != (FRAME_SIDE, FRAME_SIDE, 1):
            msg = f"expected uint8 frames of shape (N, 28, 28, 1), got {frames.dtype} of shape {frames.shape}"
            raise FrameError(msg)
        parts = [
            self._session.run([OUTPUT_NAME], {INPUT_NAME: frames[start : start + _BATCH_SIZE]})[0]
            for start in range(0, len(frames), _BATCH_SIZE)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self._width), dtype=np.float32)
