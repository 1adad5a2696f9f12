"""Cuts out a reading's unsure digits, each as a small PNG in a line of JSON."""

import base64
import json

import cv2
import numpy as np

from inkdigits.batch.inputs.loading import Item
from inkdigits.batch.outputs.rows import printable
from inkdigits.errors import InkdigitsError
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.pictures.decoding import decode
from inkdigits.results import Box, Reading
from inkdigits.spec import UInt8Array

__all__ = ["cut_crops"]

_MARGIN = 0.5  # of the digit's longer side, so that its neighbors are seen
_HEIGHT = 96  # pixels of a crop
_MOST_WIDTH = 192


def cut_crops(item: Item, answer: Reading | InkdigitsError) -> bytes:
    """Return a line for each unsure digit; nothing for a picture without one, or one that is gone or another meanwhile.

    Args:
        item: The picture, which is decoded once more when it has an unsure digit.
        answer: What was read of it.
    """
    if isinstance(answer, InkdigitsError) or all(digit.outcome != "unsure" for digit in answer.digits):
        return b""
    try:
        gray = decode(item.load())
    except Exception:  # noqa: BLE001 - whatever a file system raises: its row, read a moment ago, stays as it is
        return b""
    if gray.shape != (answer.height, answer.width):
        return b""
    lines = []
    for place, digit in enumerate(answer.digits):
        if digit.outcome != "unsure":
            continue
        png = base64.b64encode(encode_picture(_cut(gray, digit.box), ".png")).decode()
        values = {
            "path": printable(str(item.title)),
            "digit": place,
            "label": digit.label,
            "confidence": round(digit.confidence, 4),
            "band": digit.band,
            "reason": digit.reason,
            "text": answer.text,
            "png": png,
        }
        lines.append(json.dumps(values, separators=(",", ":")).encode() + b"\n")
    return b"".join(lines)


def _cut(gray: UInt8Array, box: Box) -> UInt8Array:
    """Return the digit with its surroundings, at most 96 pixels high and 192 wide."""
    margin = round(_MARGIN * max(box.width, box.height))
    crop = gray[max(0, box.y_min - margin) : box.y_max + margin, max(0, box.x_min - margin) : box.x_max + margin]
    scale = min(_HEIGHT / crop.shape[0], _MOST_WIDTH / crop.shape[1])
    size = max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=method), dtype=np.uint8)
