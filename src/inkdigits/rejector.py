"""Frames go in, uint8 (N, 28, 28, 1); the probability that each is a digit at all comes out, float32 (N,).

A network of labels has to give one of ten answers to anything; this one was shown letters, scribbles and clothes, too.
"""

import json
import os
from dataclasses import fields
from pathlib import Path

import numpy as np

from inkdigits.bundle import REJECTOR_FOLDER, RejectorInfo, read_contents
from inkdigits.errors import BundleError
from inkdigits.network import Network
from inkdigits.spec import MODEL_FILE, ONNX_FILE, REJECTOR_FORMAT, Float32Array, UInt8Array

__all__ = ["Rejector"]


class Rejector:
    """The rejector's network and what its folder says of it; immutable and safe to share between threads.

    Args:
        folder: Where it lies; the shipped one unless told otherwise.
        threads: Threads inside one run of the network.

    Raises:
        BundleError: A file is missing or was changed, or the folder is of another version.
    """

    def __init__(self, folder: str | os.PathLike[str] = REJECTOR_FOLDER, *, threads: int = 1) -> None:
        """Read, verify and load the folder."""
        path = Path(folder)
        contents = read_contents(path)
        self._info = _parse_info(path / MODEL_FILE, contents[MODEL_FILE])
        self._network = Network(contents[ONNX_FILE], threads=threads, width=1)

    @property
    def info(self) -> RejectorInfo:
        """What the folder's `model.json` says."""
        return self._info

    def digit_shares(self, frames: UInt8Array) -> Float32Array:
        """Return the probability that each frame is a digit.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, from `normalization.to_frames`; N may be 0.

        Returns:
            float32, shape (N,), 0 to 1, a new array.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        return np.clip(self._network.predict_proba(frames)[:, 0], 0, 1)


def _parse_info(path: Path, data: bytes) -> RejectorInfo:
    try:
        values = json.loads(data)
    except ValueError as error:
        msg = f"{path}: expected a JSON object, {error}"
        raise BundleError(msg) from error
    names = sorted(entry.name for entry in fields(RejectorInfo))
    if not isinstance(values, dict) or sorted(values) != names or values["format"] != REJECTOR_FORMAT:
        msg = f"{path}: expected the keys {names} and format {REJECTOR_FORMAT}, found {values!r:.200}; train it again"
        raise BundleError(msg)
    limits = [values["reject_below"], values["doubt_below"], values["reject_below_in_clutter"]]
    are_numbers = all(isinstance(limit, int | float) for limit in limits)
    if not (are_numbers and 0 <= limits[0] <= limits[1] <= limits[2] <= 1):
        order = "limits from 0 to 1, doubt no less than rejection and clutter no less than doubt"
        msg = f"{path}: expected {order}, found {limits}; train it again"
        raise BundleError(msg)
    return RejectorInfo(**values)
