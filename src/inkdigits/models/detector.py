"""The detector: gray pixels to the digits and signs that stand there, with boxes. `spec` says what its answer means."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from inkdigits.errors import FrameError
from inkdigits.models.bundle import DETECTOR_FOLDER
from inkdigits.models.confidence import judge_frame_scores
from inkdigits.models.metadata import DetectorInfo, parse_detector_info
from inkdigits.models.opening import open_model
from inkdigits.models.peaks import Corners, DetectedMark, find_other_ink, find_peaks
from inkdigits.models.session import Network
from inkdigits.spec import CLASS_COUNT, DETECTOR_SIDE, DETECTOR_TENSORS, FRAME_SIDE, Float32Array, UInt8Array

__all__ = ["LEAST_SCORE", "Detector", "detect_marks", "find_places", "fit_to_detector", "scale_picture"]

LEAST_SCORE = 0.25  # probability of a label from which a peak is looked at as a mark
# of frames: their digits are 40 pixels high then. At scale 1, in a quarter of the time, 23 % of the letters of held-out
# writers score as high as all but 1 % of MNIST's validation digits; at scale 2 it is 10 %
_FRAME_SCALE = 2
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
        self._info, self._network = open_model(Path(folder), DETECTOR_TENSORS, parse_detector_info, threads=threads)

    @classmethod
    def from_network(cls, network: Network, info: DetectorInfo) -> Self:
        """Return a detector of a network that has no folder yet.

        Args:
            network: Of `spec.DETECTOR_TENSORS`.
            info: What its folder is to say.
        """
        detector = cls.__new__(cls)
        detector._info, detector._network = info, network  # noqa: SLF001 - of this class
        return detector

    @property
    def info(self) -> DetectorInfo:
        """What the folder's `model.json` says."""
        return self._info

    def detect(self, gray: UInt8Array, *, scale: float = 1.0, least: float = LEAST_SCORE) -> list[DetectedMark]:
        """Return the marks of a picture, looked at in one scale, surest first.

        Args:
            gray: uint8, shape (H, W), 0 for black to 255 for white.
            scale: Of the copy that is looked at: digits are found where they are 12 to 66 pixels high in it.
            least: Score, 0 to 1, from which a mark counts.
        """
        return detect_marks(self.places, gray, scale=scale, least=least)

    def see(self, gray: UInt8Array) -> tuple[list[DetectedMark], list[Corners]]:
        """Return the marks of a picture, surest first, and the boxes of ink that is no digit and no sign.

        Args:
            gray: uint8, shape (H, W), 0 for black to 255 for white.
        """
        fitted, (left, top) = fit_to_detector(gray)
        places, offset = self.places(fitted), (-left, -top)
        return find_peaks(places, LEAST_SCORE, 1.0, offset), find_other_ink(places, 1.0, offset)

    def judge_frames(self, frames: UInt8Array) -> Float32Array:
        """Return the probability of each digit in frames, wherever in the frame its middle is.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made like MNIST's; N may be 0.

        Returns:
            float32, shape (N, 10), 0 to 1; rows need not sum to 1.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        if frames.dtype != np.uint8 or frames.shape[1:] != (FRAME_SIDE, FRAME_SIDE, 1):
            msg = f"expected uint8 frames of shape (N, 28, 28, 1), got {frames.dtype} of shape {frames.shape}"
            raise FrameError(msg)
        side = _FRAME_SCALE * FRAME_SIDE
        rim = (_LEAST_SIDE - side) // 2
        pictures = np.empty((len(frames), side + 2 * rim, side + 2 * rim, 1), dtype=np.uint8)
        for picture, frame in zip(pictures, 255 - frames[..., 0], strict=True):
            large = cv2.resize(frame, (side, side), interpolation=cv2.INTER_CUBIC)
            picture[..., 0] = cv2.copyMakeBorder(large, rim, rim, rim, rim, cv2.BORDER_REPLICATE)
        places = self._network.predict_proba(pictures)[..., :CLASS_COUNT]
        return np.asarray(places.max(axis=(1, 2), initial=0.0), dtype=np.float32)

    def digit_probabilities(self, frames: UInt8Array) -> Float32Array:
        """Return the probability that each frame is a digit at all, as `DigitReader.read_frames` gives it.

        Args:
            frames: As `judge_frames` takes them.

        Returns:
            float32, shape (N,), 0 to 1; from `info.doubt_below` on, a frame is taken for a digit.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        scores = self.judge_frames(frames).max(axis=1, initial=0.0).astype(np.float64)
        return judge_frame_scores(scores, self.info.frame_weights)

    def places_of(self, pictures: UInt8Array) -> Float32Array:
        """Return the network's answer for pictures of one size, float32 (N, H / 4, W / 4, DETECTOR_CHANNELS).

        Args:
            pictures: uint8, shape (N, H, W), both sides multiples of 16; N is 1 or more.
        """
        answer: Float32Array = self._network.predict_proba(pictures[..., np.newaxis])
        return answer

    def places(self, fitted: UInt8Array) -> Float32Array:
        """Return the network's answer for a picture whose sides are multiples of 16, float32 (H / 4, W / 4, C)."""
        return find_places(self._network, fitted)


def find_places(network: Network, fitted: UInt8Array) -> Float32Array:
    """Return a network's answer for a picture of `fit_to_detector`: float32, shape (H / 4, W / 4, DETECTOR_CHANNELS).

    Args:
        network: Of `spec.DETECTOR_TENSORS`.
        fitted: uint8, shape (H, W), both multiples of 16.
    """
    answer: Float32Array = network.predict_proba(fitted[np.newaxis, ..., np.newaxis])[0]
    return answer


def detect_marks(
    answer: Callable[[UInt8Array], Float32Array], gray: UInt8Array, *, scale: float = 1.0, least: float = LEAST_SCORE
) -> list[DetectedMark]:
    """Return the marks that a network sees in a picture, surest first.

    Args:
        answer: Gives the network's answer for a picture of `fit_to_detector`.
        gray: uint8, shape (H, W), 0 for black to 255 for white.
        scale: Of the copy that is looked at, above 0.
        least: Score, 0 to 1, from which a mark counts.
    """
    fitted, (left, top) = fit_to_detector(scale_picture(gray, scale))
    return find_peaks(answer(fitted), least, scale, (-left, -top))


def scale_picture(gray: UInt8Array, scale: float) -> UInt8Array:
    """Return a copy of a picture as the detector looks at it; at scale 1 the picture itself."""
    if scale == 1:
        return gray
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, size, interpolation=way), dtype=np.uint8)


def fit_to_detector(gray: UInt8Array) -> tuple[UInt8Array, tuple[int, int]]:
    """Continue a picture's edges until its sides are multiples of 16 and at least 64 pixels.

    Args:
        gray: uint8, shape (H, W).

    Returns:
        A new picture, uint8; and how many columns and rows stand before the old one.
    """
    height, width = gray.shape
    rows, columns = (max(_LEAST_SIDE, -(-side // DETECTOR_SIDE) * DETECTOR_SIDE) for side in (height, width))
    top, left = (rows - height) // 2, (columns - width) // 2
    sides = (top, rows - height - top, left, columns - width - left)
    return np.asarray(cv2.copyMakeBorder(gray, *sides, cv2.BORDER_REPLICATE), dtype=np.uint8), (left, top)
