"""Draws what the detector saw: for each copy that was looked at, where it saw digits, signs and other ink."""

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.models.detector import Detector, fit_to_detector
from inkdigits.reading.detection.looks import Look, resize
from inkdigits.reading.detection.page import Stage
from inkdigits.spec import CLASS_COUNT, DETECTOR_STEP, OTHER_CHANNEL, Float32Array, UInt8Array

__all__ = ["draw_stages"]

_DIGITS, _SIGNS, _OTHER = (60, 140, 0), (200, 120, 0), (60, 60, 230)  # BGR of what is seen
_UNSEEN = 0.75  # of a copy's brightness where it was not looked at


def draw_stages(gray: UInt8Array, looks: Sequence[Look], network: Detector) -> tuple[Stage, ...]:
    """Return a picture for each look: green for digits, blue for signs, red for other ink.

    Args:
        gray: uint8, shape (H, W): the picture that was looked at.
        looks: From `looks.find_marks`.
        network: The detector.
    """
    return tuple(Stage(f"heat at scale {look.scale:.3g}", _draw_look(gray, look, network)) for look in looks)


def _draw_look(gray: UInt8Array, look: Look, network: Detector) -> UInt8Array:
    copy = resize(gray, look.scale)
    drawn = np.repeat(copy[..., np.newaxis], 3, axis=2).astype(np.float32) * np.float32(_UNSEEN)
    for left, top, right, bottom in look.tiles:
        tile = copy[top:bottom, left:right]
        fitted, (before, above) = fit_to_detector(tile)
        places = network.places(fitted)
        rows, columns = slice(above, above + tile.shape[0]), slice(before, before + tile.shape[1])
        colored = np.repeat(tile[..., np.newaxis], 3, axis=2).astype(np.float32)
        heats = (
            (places[..., OTHER_CHANNEL], _OTHER),
            (places[..., CLASS_COUNT:OTHER_CHANNEL].max(axis=-1), _SIGNS),
            (places[..., :CLASS_COUNT].max(axis=-1), _DIGITS),
        )
        for heat, color in heats:
            share = _enlarge(heat)[rows, columns, np.newaxis]
            colored += share * (np.array(color, dtype=np.float32) - colored)
        drawn[top:bottom, left:right] = colored
    return np.asarray(np.clip(drawn, 0, 255), dtype=np.uint8)


def _enlarge(heat: Float32Array) -> Float32Array:
    size = (heat.shape[1] * DETECTOR_STEP, heat.shape[0] * DETECTOR_STEP)
    return np.asarray(cv2.resize(heat, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)
