"""Draws what the detector saw: for each copy that was looked at, where it saw digits, signs and other ink."""

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.models.detector import Detector, fit_to_detector, scale_picture
from inkdigits.models.peaks import DetectedMark
from inkdigits.reading.detection.looks import Look
from inkdigits.reading.detection.page import Stage
from inkdigits.spec import CLASS_COUNT, DETECTOR_STEP, MARK_LABELS, OTHER_CHANNEL, Float32Array, UInt8Array

__all__ = ["draw_stages"]

_DIGITS, _SIGNS, _OTHER = (60, 160, 0), (220, 120, 0), (60, 60, 230)  # BGR of what is seen
_UNSEEN = 0.7  # of a copy's brightness where it was not looked at
_PALE, _GROUND = 0.5, 120.0  # of the copy's contrast, and the level that is black then, so that colors stand out
_SHOWN_SIDE = 640  # pixels: a smaller copy is enlarged to about this, its pixels as squares
_LEAST_WIDTH = 260  # pixels: room for the legend
_LEGEND = (("a digit", _DIGITS), ("a sign", _SIGNS), ("other ink", _OTHER))
_LEGEND_HEIGHT = 22  # pixels
_FONT, _TEXT = cv2.FONT_HERSHEY_SIMPLEX, (40, 40, 40)


def draw_stages(gray: UInt8Array, looks: Sequence[Look], network: Detector) -> tuple[Stage, ...]:
    """Return a picture for each look: colors for what the network sees, boxes for the marks it makes of that.

    Args:
        gray: uint8, shape (H, W): the picture that was looked at.
        looks: From `looks.find_marks`.
        network: The detector.
    """
    return tuple(Stage(f"heat at scale {look.scale:.3g}", _draw_look(gray, look, network)) for look in looks)


def _draw_look(gray: UInt8Array, look: Look, network: Detector) -> UInt8Array:
    heated = _draw_heat(scale_picture(gray, look.scale), look, network)
    factor = max(1, _SHOWN_SIDE // max(heated.shape[:2]))
    size = (heated.shape[1] * factor, heated.shape[0] * factor)
    drawn = np.asarray(cv2.resize(heated, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    for mark in look.marks:
        _draw_mark(drawn, mark, look.scale * factor)
    return _add_legend(drawn)


def _draw_heat(copy: UInt8Array, look: Look, network: Detector) -> UInt8Array:
    """Return a pale copy with a color where the network sees the middle of a digit or a sign, or other ink."""
    pale = np.repeat(copy[..., np.newaxis], 3, axis=2).astype(np.float32) * np.float32(_PALE) + np.float32(_GROUND)
    drawn = pale * np.float32(_UNSEEN)
    for left, top, right, bottom in look.tiles:
        fitted, (before, above) = fit_to_detector(copy[top:bottom, left:right])
        places = network.places(fitted)
        rows, columns = slice(above, above + bottom - top), slice(before, before + right - left)
        colored = pale[top:bottom, left:right]
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


def _draw_mark(drawn: UInt8Array, mark: DetectedMark, scale: float) -> None:
    """Draw the box of a mark and its label over its left upper corner."""
    color = _DIGITS if mark.label < CLASS_COUNT else _SIGNS
    left, right = (round((mark.x + side * mark.width / 2) * scale) for side in (-1, 1))
    top, bottom = (round((mark.y + side * mark.height / 2) * scale) for side in (-1, 1))
    cv2.rectangle(drawn, (left, top), (right, bottom), color, 1)
    cv2.putText(drawn, MARK_LABELS[mark.label], (left, max(12, top - 3)), _FONT, 0.5, color, 1, cv2.LINE_AA)


def _add_legend(drawn: UInt8Array) -> UInt8Array:
    """Return the picture with a strip under it that says what the colors mean."""
    wide = max(drawn.shape[1], _LEAST_WIDTH)
    canvas = np.full((drawn.shape[0] + _LEGEND_HEIGHT, wide, 3), 255, dtype=np.uint8)
    canvas[: drawn.shape[0], : drawn.shape[1]] = drawn
    baseline, left = canvas.shape[0] - 7, 4
    for word, color in _LEGEND:
        cv2.rectangle(canvas, (left, baseline - 9), (left + 10, baseline), color, -1)
        cv2.putText(canvas, word, (left + 15, baseline), _FONT, 0.42, _TEXT, 1, cv2.LINE_AA)
        left += 84
    return canvas
