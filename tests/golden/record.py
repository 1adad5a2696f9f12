"""Records what detection and framing make of pictures that are drawn by code, in `reference.npz`.

Run it after a change that is meant to change the results, and look at the difference:

    python tests/golden/record.py

Each picture has four entries: the boxes of its marks, their lines, their frames, and the frame of its one digit.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from inkdigits.models.frames import to_frames
from inkdigits.reading.detection.rules.ink import find_ink
from inkdigits.reading.detection.rules.marks import find_digits, isolate_digit
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, write

__all__ = ["REFERENCE", "pictures", "process", "record"]

REFERENCE = Path(__file__).parent / "reference.npz"


def pictures() -> dict[str, UInt8Array]:
    """Return the pictures, the same on every machine: no noise of a generator, no font, no codec."""
    page = write(["0123456789", "31415"], 40, 5).picture
    large = write([["2", "bar-5", "7"]], 150, 16).picture
    height, width = page.shape
    slope = np.linspace(0.45, 1, width)[None, :] * np.linspace(0.8, 1, height)[:, None]
    grain = (np.arange(height)[:, None] * 31 + np.arange(width)[None, :] * 17) % 9 - 4
    framed = write(["3690"], 60, 7, margin=40).picture
    framed[5:7] = framed[-7:-5] = 0
    framed[:, 5:7] = framed[:, -7:-5] = 0
    cell = blank(130, 110)
    draw(cell, "8", (-25, 40), 60, 7)
    draw(cell, "5", (40, 40), 60, 7)
    found: dict[str, npt.ArrayLike] = {
        "page": page,
        "light_on_dark": 255 - page,
        "shadow": page * slope,
        "pencil": np.where(page < 128, 150, 230),
        "grain": np.clip(np.where(page < 128, 70, 220) + grain, 0, 255),
        "soft": cv2.GaussianBlur(page, (0, 0), 1.5),
        "hairline": write(["2758"], 60, 1).picture,
        "brush": write(["2758"], 60, 15).picture,
        "large": large,
        "small": cv2.resize(large, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA),
        "framed": framed,
        "cell": cell,
        "blank": blank(60, 80),
    }
    return {name: np.asarray(picture, dtype=np.uint8) for name, picture in found.items()}


def process(picture: UInt8Array) -> dict[str, npt.NDArray[np.generic]]:
    """Return what becomes of a picture: boxes int32 (N, 4), lines int32 (N,), frames and digit uint8 (N, 28, 28)."""
    ink = find_ink(picture)
    marks, single = find_digits(ink), isolate_digit(ink)
    corners = [(mark.box.x_min, mark.box.y_min, mark.box.x_max, mark.box.y_max) for mark in marks]
    return {
        "boxes": np.array(corners, dtype=np.int32).reshape(-1, 4),
        "lines": np.array([mark.line for mark in marks], dtype=np.int32),
        "frames": to_frames([mark.crop for mark in marks])[..., 0],
        "digit": to_frames([single.crop] if single else [])[..., 0],
    }


def record(path: Path = REFERENCE) -> Path:
    """Process every picture and write the results."""
    entries = {
        f"{name}/{entry}": value for name, picture in pictures().items() for entry, value in process(picture).items()
    }
    np.savez_compressed(path, **entries)  # type: ignore[arg-type] # numpy's stub takes `allow_pickle` for an entry
    return path


if __name__ == "__main__":
    print(f"recorded {record()}: {REFERENCE.stat().st_size:,} bytes")  # noqa: T201 - a script
