"""The curve of frames: 99 of 100 digits reach the limit, whatever the network's scores are."""

import numpy as np

from inkdigits.models.detector import Detector
from inkdigits.training.calibration.frame_scores import fit_frames
from inkdigits.training.data.mnist import load_mnist


def test_99_of_100_digits_count_as_digits() -> None:
    detector, frames = Detector(), load_mnist().validation.x[:500, ..., np.newaxis]
    slope, bias = fit_frames(detector, frames)
    scores = detector.judge_frames(frames).max(axis=1).astype(np.float64)
    likely = 1 / (1 + np.exp(-(slope * np.log(scores / (1 - scores)) + bias)))
    assert slope > 0
    assert np.mean(likely >= detector.info.doubt_below) == np.float64(0.99)
