"""Draws scenes with what is known of them into one picture, to be looked at beside real ones."""

import math
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from inkdigits.errors import DataError
from inkdigits.spec import DETECTOR_STEP, MARK_LABELS, UInt8Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, Scene

__all__ = ["draw_sheet"]

_ZOOM = 2  # pixels of the sheet for each of a scene
_GAP = 6  # pixels between scenes
_WRITTEN, _PRINTED, _OTHER, _IGNORED = (60, 160, 0), (200, 90, 0), (0, 0, 255), (160, 160, 160)  # BGR
_TINT = 0.35  # of the color over a place of other ink, or of one that is ignored
_FONT, _FONT_SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.4
_NAMES = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}  # OpenCV's font has ASCII only


def draw_sheet(scenes: Sequence[Scene], path: Path, *, columns: int) -> None:
    """Draw scenes row by row and write a PNG.

    Handwritten marks have a green box, printed ones a blue one, each with its label; places of other ink are red,
    places where nothing is asked are gray.

    Args:
        scenes: One or more, all of one shape.
        path: The file to write, replaced if it is there.
        columns: Scenes in a row, 1 or more.

    Raises:
        DataError: There is no scene, or `columns` is below 1.
        OutputError: The file cannot be written.
    """
    if not scenes or columns < 1:
        msg = f"expected one or more scenes in 1 column or more, got {len(scenes)} scenes and columns={columns}"
        raise DataError(msg)
    height, width = (_ZOOM * side + _GAP for side in scenes[0].picture.shape)
    rows = math.ceil(len(scenes) / columns)
    sheet = np.full((rows * height + _GAP, columns * width + _GAP, 3), 255, dtype=np.uint8)
    for place, scene in enumerate(scenes):
        top, left = _GAP + place // columns * height, _GAP + place % columns * width
        sheet[top : top + height - _GAP, left : left + width - _GAP] = _draw_scene(scene)
    data = cv2.imencode(".png", sheet)[1].tobytes()
    write_in_place(path, lambda fresh: fresh.write_bytes(data))


def _draw_scene(scene: Scene) -> UInt8Array:
    """Return a scene in color, twice as large."""
    picture = np.repeat(np.repeat(scene.picture, _ZOOM, axis=0), _ZOOM, axis=1)
    colored = np.repeat(picture[..., np.newaxis], 3, axis=2).astype(np.float32)
    side = _ZOOM * DETECTOR_STEP
    for value, color in ((1, _OTHER), (IGNORED, _IGNORED)):
        is_here = np.repeat(np.repeat(scene.other == value, side, axis=0), side, axis=1)
        colored[is_here] += _TINT * (np.array(color, dtype=np.float32) - colored[is_here])
    drawn = np.ascontiguousarray(colored.astype(np.uint8))
    for mark in (MarkRow(*row.tolist()) for row in scene.marks):
        color = _PRINTED if mark.printed else _WRITTEN
        left, top, right, bottom = (round(_ZOOM * value) for value in mark.box)
        cv2.rectangle(drawn, (left, top), (right - 1, bottom - 1), color, 1)
        label = MARK_LABELS[int(mark.label)]
        at = (left, top - 3) if top > 12 else (left, bottom + 11)
        cv2.putText(drawn, _NAMES.get(label, label), at, _FONT, _FONT_SIZE, color, 1, cv2.LINE_AA)
    return drawn
