"""Records what becomes of marks that are drawn by code at known places, in `reference.npz`: lines, ink and frames.

Run it after a change that is meant to change the results, and look at the difference:

    python tests/golden/record.py

No network is asked, so that new weights change nothing here. Each picture has two entries: the line and the frame of
each mark.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from inkdigits.models.frames import to_frames
from inkdigits.reading.detection.ink_crops import cut_ink
from inkdigits.reading.detection.text_lines import group_lines
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import blank, draw, flat, write

__all__ = ["REFERENCE", "pictures", "process", "record"]

REFERENCE = Path(__file__).parent / "reference.npz"


def pictures() -> dict[str, tuple[UInt8Array, list[Box]]]:
    """Return the pictures with their marks, the same on every machine: no noise of a generator, no font, no codec."""
    lines = write(["0123456789", "31415"], 40, 5)
    page, boxes = lines.picture, flat(lines)
    large, hairline, brush = write(["257"], 150, 16), write(["2758"], 60, 1), write(["2758"], 60, 15)
    height, width = page.shape
    slope = np.linspace(0.45, 1, width)[None, :] * np.linspace(0.8, 1, height)[:, None]
    grain = (np.arange(height)[:, None] * 31 + np.arange(width)[None, :] * 17) % 9 - 4
    small = cv2.resize(large.picture, None, fx=0.1, fy=0.1, interpolation=cv2.INTER_AREA)
    cell = blank(130, 110)
    in_cell = [draw(cell, "8", (-25, 40), 60, 7), draw(cell, "5", (40, 40), 60, 7)]
    found: dict[str, tuple[npt.ArrayLike, list[Box]]] = {
        "page": (page, boxes),
        "light_on_dark": (255 - page, boxes),
        "shadow": (page * slope, boxes),
        "pencil": (np.where(page < 128, 150, 230), boxes),
        "grain": (np.clip(np.where(page < 128, 70, 220) + grain, 0, 255), boxes),
        "soft": (cv2.GaussianBlur(page, (0, 0), 1.5), boxes),
        "hairline": (hairline.picture, flat(hairline)),
        "brush": (brush.picture, flat(brush)),
        "large": (large.picture, flat(large)),
        "small": (small, [_shrink(box) for box in flat(large)]),
        "cell": (cell, in_cell),
        "blank": (blank(60, 80), []),
    }
    return {name: (np.asarray(picture, dtype=np.uint8), marks) for name, (picture, marks) in found.items()}


def process(picture: UInt8Array, boxes: Sequence[Box]) -> dict[str, npt.NDArray[np.generic]]:
    """Return what becomes of marks: their lines, int32 (N,), and their frames, uint8 (N, 28, 28)."""
    corners = [(float(box.x_min), float(box.y_min), float(box.x_max), float(box.y_max)) for box in boxes]
    crops = [cut_ink(picture, own, corners[:at] + corners[at + 1 :]) for at, own in enumerate(corners)]
    lines = np.zeros(len(boxes), dtype=np.int32)
    for line, places in enumerate(group_lines(boxes)):
        lines[places] = line
    return {"lines": lines, "frames": to_frames([crop.ink for crop in crops if crop is not None])[..., 0]}


def _shrink(box: Box) -> Box:
    """Return the box in a copy of a tenth of the size."""
    return Box(box.x_min // 10, box.y_min // 10, -(-box.x_max // 10), -(-box.y_max // 10))


def record(path: Path = REFERENCE) -> Path:
    """Process every picture and write the results."""
    entries = {
        f"{name}/{entry}": value for name, drawn in pictures().items() for entry, value in process(*drawn).items()
    }
    np.savez_compressed(path, **entries)  # type: ignore[arg-type] # numpy's stub takes `allow_pickle` for an entry
    return path


if __name__ == "__main__":
    print(f"recorded {record()}: {REFERENCE.stat().st_size:,} bytes")  # noqa: T201 - a script
