"""Decodes HEIC pictures, as iPhones take them, with pillow-heif. The one home of that library."""

import importlib
import importlib.util
from typing import Any

import numpy as np

from inkdigits.errors import PictureFormatError
from inkdigits.spec import UInt8Array

__all__ = ["decode_heic"]


def decode_heic(data: bytes, name: str) -> UInt8Array:
    """Return the pixels of a HEIC file's main picture, upright.

    Args:
        data: The file, whose size was checked.
        name: For messages.

    Returns:
        uint8, shape (H, W), (H, W, 3) in the order red, green, blue, or (H, W, 4) with opacity.

    Raises:
        PictureFormatError: It is damaged, or pillow-heif is not installed.
    """
    if importlib.util.find_spec("pillow_heif") is None:
        cure = "run: pip install 'inkdigits[documents]', or save it as JPEG"
        msg = f"{name}: is a HEIC picture, and reading it needs pillow-heif, not installed here; {cure}"
        raise PictureFormatError(msg)
    library: Any = importlib.import_module("pillow_heif")
    try:
        picture = library.open_heif(data, convert_hdr_to_8bit=True)
        pixels: UInt8Array = np.asarray(picture, dtype=np.uint8)
    except Exception as error:  # libheif's faults come as several kinds
        msg = f"{name}: expected a whole HEIC picture, but it is damaged ({error}); copy it again"
        raise PictureFormatError(msg) from error
    return pixels
