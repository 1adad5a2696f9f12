"""Fits the curve from the detector's scores of frames to the probability that they are digits at all.

Frames score otherwise than marks in pictures: nothing stands beside them, and their strokes are thick and soft.
"""

import numpy as np

from inkdigits.models.detector import Detector
from inkdigits.spec import LEAST_PROBABILITY, UInt8Array

__all__ = ["fit_frames"]

_ANSWERED = 0.99  # share of the digits that are to count as digits


def fit_frames(detector: Detector, frames: UInt8Array) -> tuple[float, float]:
    """Return the weights of `confidence.judge_frame_scores`.

    The slope is that of lone marks in pictures. The bias is such that 99 of 100 digits reach `doubt_below`.

    Args:
        detector: With its weights of lone marks and its limits.
        frames: uint8, shape (N, 28, 28, 1), digits that trained no network.
    """
    slope = detector.info.lone_digit_weights[0]
    scores = detector.judge_frames(frames).max(axis=1).astype(np.float64)
    lowest = float(np.quantile(scores, 1 - _ANSWERED))
    return slope, _logit(detector.info.doubt_below) - slope * _logit(lowest)


def _logit(share: float) -> float:
    held = min(max(share, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    return float(np.log(held / (1 - held)))
