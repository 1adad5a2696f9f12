"""A network's perfect answer to a scene, made of what is asked of it."""

import numpy as np

from inkdigits.spec import DETECTOR_CHANNELS, OTHER_CHANNEL, PRINTED_CHANNEL, PROBABILITY_CHANNELS, Float32Array
from inkdigits.training.synthesis.detector_targets import BOX, HEAT, OTHER, PRINTED, make_target
from inkdigits.training.synthesis.scenes.canvas import Scene

__all__ = ["answer_perfectly"]


def answer_perfectly(scene: Scene) -> Float32Array:
    """Return float32, shape (H / 4, W / 4, DETECTOR_CHANNELS)."""
    target = make_target(scene)
    places = np.zeros((*target.shape[:2], DETECTOR_CHANNELS), dtype=np.float32)
    places[..., :OTHER_CHANNEL] = target[..., HEAT]
    places[..., OTHER_CHANNEL] = target[..., OTHER]
    places[..., PRINTED_CHANNEL] = target[..., PRINTED]
    places[..., PROBABILITY_CHANNELS:] = target[..., BOX]
    return places
