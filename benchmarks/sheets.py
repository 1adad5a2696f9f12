"""Draws empty sheets as people photograph them, for `emptiness.py`.

Nothing is written on them. They show printed lines, dust, staples, folds, shadows, the sheet's edge, and print from the
other side. No network here was trained with any of this code.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from camera import photograph
from inkdigits.spec import Float64Array, UInt8Array

Draw = Callable[[np.random.Generator, UInt8Array], None]
_SHIFT = 4  # fractional bits of OpenCV's coordinates
Point = tuple[float, float]


def draw_sheet(generator: np.random.Generator) -> tuple[str, UInt8Array]:
    """Return what disturbs a sheet, a key of `SHEETS`, and its picture: uint8, shape (H, W, 3), BGR, W 160 to 900."""
    width = int(generator.integers(160, 901))
    height = int(width * generator.uniform(0.4, 1.4))
    sheet = np.empty((height, width, 3), np.uint8)
    sheet[:] = np.clip(generator.uniform(185, 250) - generator.uniform(0, 25, 3), 0, 255)
    name = str(generator.choice(list(SHEETS)))
    SHEETS[name](generator, sheet)
    return name, photograph(sheet.astype(np.float64), generator, most_blur=1.5)


def _line(sheet: UInt8Array, start: Point, end: Point, color: float, thickness: int) -> None:
    first, last = ((round(x * 2**_SHIFT), round(y * 2**_SHIFT)) for x, y in (start, end))
    cv2.line(sheet, first, last, (color,) * 3, thickness, cv2.LINE_AA, _SHIFT)


def _print_lines(generator: np.random.Generator, sheet: UInt8Array, *, is_crossed: bool) -> None:
    height, width = sheet.shape[:2]
    pitch, lean = generator.uniform(12, 60), generator.normal(0, 0.02)
    color, thickness = generator.uniform(40, 190), int(generator.integers(1, 4))
    for y in np.arange(generator.uniform(0, pitch), height, pitch):
        _line(sheet, (0, y), (width, y + lean * width), color, thickness)
    if is_crossed:
        for x in np.arange(generator.uniform(0, pitch), width, pitch):
            _line(sheet, (x, 0), (x - lean * height, height), color, thickness)


def _ruled(generator: np.random.Generator, sheet: UInt8Array) -> None:
    _print_lines(generator, sheet, is_crossed=False)


def _squared(generator: np.random.Generator, sheet: UInt8Array) -> None:
    _print_lines(generator, sheet, is_crossed=True)


def _boxes(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Print a field of boxes, apart or side by side."""
    height, width = sheet.shape[:2]
    count, tall = int(generator.integers(2, 11)), generator.uniform(0.3, 0.7) * height
    step = min(0.9 * width / count, tall)
    gap = float(generator.choice([0, 0, 0.15])) * step
    color, thickness = generator.uniform(20, 160), int(generator.integers(1, 4))
    top, left = (height - tall) / 2, (width - count * step) / 2
    for index in range(count):
        x, right = left + index * step, left + (index + 1) * step - gap
        for start, end in (((x, top), (right, top)), ((x, top + tall), (right, top + tall))):
            _line(sheet, start, end, color, thickness)
        for at in (x, right):
            _line(sheet, (at, top), (at, top + tall), color, thickness)


def _comb(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Print a base line with short upright teeth between the places of digits."""
    height, width = sheet.shape[:2]
    count, base = int(generator.integers(3, 12)), generator.uniform(0.6, 0.85) * height
    color, thickness = generator.uniform(20, 160), int(generator.integers(1, 4))
    _line(sheet, (0.06 * width, base), (0.94 * width, base), color, thickness)
    tooth = generator.uniform(0.1, 0.3) * height
    for x in np.linspace(0.06 * width, 0.94 * width, count + 1):
        _line(sheet, (x, base - tooth), (x, base), color, thickness)


def _table(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Print a table with uneven columns, a thick frame and thin lines within."""
    height, width = sheet.shape[:2]
    color = generator.uniform(20, 120)
    rows = np.linspace(0.08 * height, 0.92 * height, int(generator.integers(3, 9)))
    inner = np.sort(generator.uniform(0.1, 0.9, int(generator.integers(1, 6)))) * width
    columns = np.array([0.05 * width, *inner, 0.95 * width])
    for index, y in enumerate(rows):
        _line(sheet, (columns[0], y), (columns[-1], y), color, 3 if index in {0, 1, len(rows) - 1} else 1)
    for index, x in enumerate(columns):
        _line(sheet, (x, rows[0]), (x, rows[-1]), color, 3 if index in {0, len(columns) - 1} else 1)


def _dust(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Scatter specks and short bent hairs."""
    height, width = sheet.shape[:2]
    for _ in range(int(generator.integers(5, 60))):
        center = generator.uniform(0, 1, 2) * (width, height)
        radius = generator.uniform(0.5, 2.2)
        middle = (round(center[0] * 2**_SHIFT), round(center[1] * 2**_SHIFT))
        color = (float(generator.uniform(30, 150)),) * 3
        cv2.circle(sheet, middle, round(radius * 2**_SHIFT), color, -1, cv2.LINE_AA, _SHIFT)
    for _ in range(int(generator.integers(0, 4))):
        steps = generator.normal(0, 1, 2) * 2 + generator.normal(0, 1, (12, 2)).cumsum(axis=0) * 0.4
        points = generator.uniform(0, 1, 2) * (width, height) + steps.cumsum(axis=0)
        bent = (points * 2**_SHIFT).round().astype(np.int32)
        cv2.polylines(sheet, [bent], isClosed=False, color=(110,) * 3, thickness=1, lineType=cv2.LINE_AA, shift=_SHIFT)


def _staple(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Lay a bright wire with its shadow into a corner, its bent ends seen as dots."""
    height, width = sheet.shape[:2]
    middle = np.array([generator.uniform(0.1, 0.3) * width, generator.uniform(0.08, 0.25) * height])
    angle, half = generator.uniform(-1, 1), generator.uniform(10, 30)
    arm = half * np.array([np.cos(angle), np.sin(angle)])
    for shift, color in ((2.0, 110.0), (0.0, 160.0)):
        start, end = (tuple((middle + side * arm + shift).tolist()) for side in (-1, 1))
        _line(sheet, start, end, color, 3)
    for side in (-1, 1):
        x, y = (middle + side * arm).round().astype(int).tolist()
        cv2.circle(sheet, (x, y), 3, (70,) * 3, -1, cv2.LINE_AA)


def _edge(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Let the sheet lie on a table, whose tone shows along two sides, with a shadow between."""
    height, width = sheet.shape[:2]
    table = generator.uniform(20, 150)
    x, y, lean = generator.uniform(0.03, 0.2) * width, generator.uniform(0.03, 0.2) * height, generator.normal(0, 0.04)
    beside = np.array([(0, 0), (x, 0), (x + lean * height, height), (0, height)])
    above = np.array([(0, 0), (width, 0), (width, y - lean * width), (0, y)])
    for area in (beside, above):
        cv2.fillPoly(sheet, [area.round().astype(np.int32)], (table,) * 3, cv2.LINE_AA)
    _line(sheet, (x + 1, 0), (x + 1 + lean * height, height), table * 0.6, 2)


def _thumb(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Put a thumb over the lower edge, and its shadow beside it."""
    height, width = sheet.shape[:2]
    middle = (int(generator.uniform(0.1, 0.9) * width), int(generator.uniform(0.92, 1.05) * height))
    axes = (max(2, int(0.09 * width)), max(2, int(generator.uniform(0.2, 0.4) * height)))
    lean = float(generator.uniform(-30, 30))
    shade = np.ones(sheet.shape[:2], np.float32)
    cv2.ellipse(shade, (middle[0] + axes[0] // 2, middle[1]), axes, lean, 0, 360, 0.6, -1)
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), 0.03 * width), dtype=np.float32)
    sheet[:] = (sheet * shade[..., None]).astype(np.uint8)
    skin = (generator.uniform(0.4, 1) * np.array([140, 170, 225])).tolist()
    cv2.ellipse(sheet, middle, axes, lean, 0, 360, skin, -1, cv2.LINE_AA)


def _shadow(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Let a straight-edged shadow fall across."""
    rows, columns = np.mgrid[0 : sheet.shape[0], 0 : sheet.shape[1]].astype(np.float32)
    angle, softness = generator.uniform(0, 2 * np.pi), generator.uniform(0.5, 25)
    across = (columns - sheet.shape[1] / 2) * np.cos(angle) + (rows - sheet.shape[0] / 2) * np.sin(angle)
    shade = 1 - generator.uniform(0.2, 0.6) / (1 + np.exp(np.clip(across / softness, -30, 30)))
    sheet[:] = (sheet * shade[..., None]).astype(np.uint8)


def _fold(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Fold the sheet once or twice: a light and a dark line side by side, one face darker."""
    height, width = sheet.shape[:2]
    for _ in range(int(generator.integers(1, 3))):
        x, lean = generator.uniform(0.2, 0.8) * width, generator.normal(0, 0.05)
        face = np.array([(0, 0), (x, 0), (x + lean * height, height), (0, height)]).round().astype(np.int32)
        shade = np.ones(sheet.shape[:2], np.float32)
        cv2.fillPoly(shade, [face], float(generator.uniform(0.88, 0.97)))
        sheet[:] = (sheet * shade[..., None]).astype(np.uint8)
        _line(sheet, (x, 0), (x + lean * height, height), float(generator.uniform(120, 190)), 1)
        _line(sheet, (x + 2, 0), (x + 2 + lean * height, height), 250, 1)


def _show_through(generator: np.random.Generator, sheet: UInt8Array) -> None:
    """Let the writing of the other side show through: blurred strokes of 3 to 7 percent of the paper's brightness."""
    height, width = sheet.shape[:2]
    ink = np.zeros((height, width), np.float32)
    size = generator.uniform(15, 50)
    for y in np.arange(size, height, 1.6 * size):
        for x in np.arange(0.5 * size, width - size, 0.8 * size):
            start, end = sorted(generator.uniform(0, 360, 2).tolist())
            middle = (int(x), int(y + generator.normal(0, 2)))
            axes = (max(1, int(0.3 * size)), max(1, int(generator.uniform(0.3, 0.5) * size)))
            tilt = float(generator.uniform(0, 180))
            cv2.ellipse(ink, middle, axes, tilt, start, end, 1, max(1, int(size / 10)), cv2.LINE_AA)
    soft: Float64Array = np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), dtype=np.float64)
    sheet[:] = (sheet * (1 - generator.uniform(0.03, 0.07) * soft[..., None])).astype(np.uint8)


SHEETS: Mapping[str, Draw] = {
    "ruled": _ruled,
    "squared": _squared,
    "boxes": _boxes,
    "comb": _comb,
    "table": _table,
    "dust": _dust,
    "staple": _staple,
    "edge": _edge,
    "thumb": _thumb,
    "shadow": _shadow,
    "fold": _fold,
    "show-through": _show_through,
}
