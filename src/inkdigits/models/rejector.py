"""The network that tells digits from everything else: frames to the probability of being a digit.

The classifier gives one of ten labels to anything it is shown; this network has also learned from letters, scribbles
and clothes.
"""

import os
from pathlib import Path

import numpy as np

from inkdigits.models.bundle import REJECTOR_FOLDER
from inkdigits.models.metadata import RejectorInfo, parse_rejector_info
from inkdigits.models.opening import open_model
from inkdigits.spec import REJECTOR_TENSORS, Float32Array, UInt8Array

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
        self._info, self._network = open_model(Path(folder), REJECTOR_TENSORS, parse_rejector_info, threads=threads)

    @property
    def info(self) -> RejectorInfo:
        """What the folder's `model.json` says."""
        return self._info

    def digit_probabilities(self, frames: UInt8Array) -> Float32Array:
        """Return the probability that each frame is a digit.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, from `frames.to_frames`; N may be 0.

        Returns:
            float32, shape (N,), 0 to 1, a new array.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        return np.clip(self._network.predict_proba(frames)[:, 0], 0, 1)
