"""Makes sheets of small pictures with captions, for looking through mistakes."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from inkdigits.spec import UInt8Array

ROWS = 8  # shown at most
WIDE_PICTURES = 60  # shown at most
CHARACTER = 7  # pixels of a caption's character: what is longer than its cell is cut off


def contact_sheet(samples: Sequence[tuple[bytes, str]], *, cell: int = 120, columns: int = 10) -> UInt8Array:
    """Return the first pictures, at most `ROWS` rows of them, with their captions.

    Args:
        samples: Encoded pictures with their captions.
        cell: Pixels of a picture's cell.
        columns: Pictures in a row.

    Returns:
        uint8, shape (H, W, 3), BGR.
    """
    shown = samples[: ROWS * columns]
    sheet = np.full((-(-max(1, len(shown)) // columns) * cell, columns * cell, 3), 230, np.uint8)
    for index, (data, caption) in enumerate(shown):
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if picture is None:
            continue
        scale = (cell - 22) / max(picture.shape[:2])
        size = [max(1, round(scale * side)) for side in (picture.shape[1], picture.shape[0])]
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        top, left = index // columns * cell, index % columns * cell
        sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
        place = (left + 2, top + cell - 6)
        cv2.putText(sheet, caption[: cell // CHARACTER], place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (40, 40, 40), 1)
    return sheet


def wide_contact_sheet(
    samples: Sequence[tuple[UInt8Array, str]], *, cell: tuple[int, int] = (480, 100), columns: int = 3
) -> UInt8Array:
    """Return the first 60 wide pictures, such as lines and fields, each over its caption.

    Args:
        samples: Pictures with their captions, uint8, shape (h, w, 3), BGR.
        cell: Width and height of a picture's cell, pixels.
        columns: Pictures in a row.

    Returns:
        uint8, shape (H, W, 3), BGR.
    """
    (width, height), shown = cell, samples[:WIDE_PICTURES]
    sheet = np.full((-(-max(1, len(shown)) // columns) * height, columns * width, 3), 230, np.uint8)
    for index, (picture, caption) in enumerate(shown):
        scale = min((width - 10) / picture.shape[1], (height - 24) / picture.shape[0])
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        top, left = index // columns * height, index % columns * width
        sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
        place = (left + 2, top + height - 8)
        cv2.putText(sheet, caption.replace("\n", "|"), place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, (40, 40, 40), 1)
    return sheet


def write_sheet(path: Path, samples: Sequence[tuple[bytes, str]]) -> None:
    """Write the sheet of the samples; without any, remove that of an older run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if samples:
        cv2.imwrite(str(path), contact_sheet(samples))
