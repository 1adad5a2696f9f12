"""The network that names single digits: frames to label probabilities."""

import os

from inkdigits.models.bundle import DEFAULT_BUNDLE, find_bundle
from inkdigits.models.metadata import BundleInfo, parse_bundle_info
from inkdigits.models.opening import open_model
from inkdigits.spec import FRAME_TENSORS, Float32Array, UInt8Array

__all__ = ["Classifier"]


class Classifier:
    """A bundle's network and what its folder says of it; immutable and safe to share between threads.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        threads: Threads inside one run of the network.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
    """

    def __init__(self, model: str | os.PathLike[str] = DEFAULT_BUNDLE, *, threads: int = 1) -> None:
        """Read, verify and load the bundle."""
        folder = find_bundle(model)
        self._info, self._network = open_model(folder, FRAME_TENSORS, parse_bundle_info, threads=threads)

    @property
    def info(self) -> BundleInfo:
        """What the bundle's `model.json` says."""
        return self._info

    def predict_proba(self, frames: UInt8Array) -> Float32Array:
        """Return the probability of each label for each frame.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, from `frames.to_frames`; N may be 0.

        Returns:
            float32, shape (N, 10), a new array; rows sum to 1.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        return self._network.predict_proba(frames)
