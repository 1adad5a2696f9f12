"""Reads from EXIF how the camera was held, and turns pictures upright."""

import struct

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

__all__ = ["ORIENTATION_TAG", "read_orientation", "turn_upright"]

ORIENTATION_TAG = 274
# EXIF orientation -> what makes the picture upright; CIPA DC-008, section 4.6.4
_TURNS: dict[int, tuple[int | None, int | None]] = {  # (cv2.flip code, cv2.rotate code), flip first
    2: (1, None),
    3: (None, cv2.ROTATE_180),
    4: (0, None),
    5: (1, cv2.ROTATE_90_COUNTERCLOCKWISE),
    6: (None, cv2.ROTATE_90_CLOCKWISE),
    7: (1, cv2.ROTATE_90_CLOCKWISE),
    8: (None, cv2.ROTATE_90_COUNTERCLOCKWISE),
}


def turn_upright(pixels: UInt8Array, orientation: int) -> UInt8Array:
    """Return a picture as its camera was held.

    Args:
        pixels: uint8, shape (H, W) or (H, W, C).
        orientation: By EXIF, 1 to 8; any other number leaves the picture as it is.

    Returns:
        uint8, of the same shape or with rows and columns exchanged.
    """
    flip, turn = _TURNS.get(orientation, (None, None))
    upright = pixels if flip is None else cv2.flip(pixels, flip)
    return np.asarray(upright if turn is None else cv2.rotate(upright, turn), dtype=np.uint8)


def read_orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, from a block of EXIF; 1 when it has none or is damaged.

    Args:
        exif: With or without the six bytes that say so.
    """
    exif = exif.removeprefix(b"Exif\x00\x00")
    order = "<" if exif.startswith(b"II") else ">"
    try:
        (start,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, start)
        for index in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHIH", exif, start + 2 + 12 * index)
            if tag == ORIENTATION_TAG:
                return int(value)
    except struct.error:
        return 1
    return 1
