"""The detector: gray pixels to the digits and signs that stand there, with boxes. See `spec` for its tensors."""

import os
from pathlib import Path

import cv2
import numpy as np

from inkdigits.models.bundle import DETECTOR_FOLDER, read_contents
from inkdigits.models.metadata import DetectorInfo, parse_detector_info
from inkdigits.models.peaks import DetectedMark, find_peaks
from inkdigits.models.session import Network
from inkdigits.spec import DETECTOR_SIDE, DETECTOR_TENSORS, MODEL_FILE, ONNX_FILE, Float32Array, UInt8Array

__all__ = ["Detector", "fit_to_detector"]

_LEAST_SIDE = 4 * DETECTOR_SIDE  # pixels: smaller pictures are continued, so that the network sees paper around ink


class Detector:
    """The detector's network and what its folder says of it; immutable and safe to share between threads.

    Args:
        folder: Where it lies; the shipped one unless told otherwise.
        threads: Threads inside one run of the network.

    Raises:
        BundleError: A file is missing or was changed, or the folder is of another version.
    """

    def __init__(self, folder: str | os.PathLike[str] = DETECTOR_FOLDER, *, threads: int = 1) -> None:
        """Read, verify and load the folder."""
        path = Path(folder)
        contents = read_contents(path)
        self._info = parse_detector_info(path / MODEL_FILE, contents[MODEL_FILE])
        self._network = Network(contents[ONNX_FILE], DETECTOR_TENSORS, threads=threads)

    @property
    def info(self) -> DetectorInfo:
        """What the folder's `model.json` says."""
        return self._info

    def detect(self, gray: UInt8Array, *, scale: float = 1.0, least: float = 0.25) -> list[DetectedMark]:
        """Return the marks of a picture, looked at in one scale, surest first.

        Args:
            gray: uint8, shape (H, W), 0 for black to 255 for white.
            scale: Of the copy that is looked at: digits are found where they are 12 to 66 pixels high in it.
            least: Score, 0 to 1, from which a mark counts.
        """
        copy = gray
        if scale != 1:
            size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
            way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            copy = np.asarray(cv2.resize(gray, size, interpolation=way), dtype=np.uint8)
        fitted, (left, top) = fit_to_detector(copy)
        return find_peaks(self.places(fitted), least, scale, (-left, -top))

    def places(self, fitted: UInt8Array) -> Float32Array:
        """Return the network's answer for a picture whose sides are multiples of 16, float32 (H / 4, W / 4, C)."""
        answer: Float32Array = self._network.predict_proba(fitted[np.newaxis, ..., np.newaxis])[0]
        return answer


def fit_to_detector(gray: UInt8Array) -> tuple[UInt8Array, tuple[int, int]]:
    """Continue a picture's edges until its sides are multiples of 16 and at least 64 pixels.

    Returns:
        A new picture, uint8; and how many columns and rows stand before the old one.
    """
    height, width = gray.shape
    rows, columns = (max(_LEAST_SIDE, -(-side // DETECTOR_SIDE) * DETECTOR_SIDE) for side in (height, width))
    top, left = (rows - height) // 2, (columns - width) // 2
    sides = (top, rows - height - top, left, columns - width - left)
    return np.asarray(cv2.copyMakeBorder(gray, *sides, cv2.BORDER_REPLICATE), dtype=np.uint8), (left, top)
