"""Draws a contact sheet of digits with captions, as a figure or a PNG. Matplotlib objects, no pyplot."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from inkdigits.errors import DataError
from inkdigits.spec import FRAME_SIDE, UInt8Array
from inkdigits.system.atomic_files import write_in_place

__all__ = ["draw_digits"]

_DPI = 100
_POINTS_PER_PIXEL = 72 / _DPI
_CHARACTER_WIDTH = 0.62  # of the font size, DejaVu Sans, digits and capitals
_LINE_HEIGHT = 1.35  # of the font size
_PAPER = 255


def draw_digits(
    frames: UInt8Array, titles: Sequence[str], path: Path | None = None, *, columns: int, title: str | None = None
) -> Figure:
    """Draw frames row by row as they are stored, ink white on black, each under its caption.

    Args:
        frames: uint8, shape (n, 28, 28), 0 for paper to 255 for ink, n of 1 or more. Up to 4 are drawn at 8 dots per
            pixel, up to 25 at 5, more at 4.
        titles: n captions; a caption may have several lines, and the cells grow with the longest.
        path: The PNG to write, replaced if it is there; None writes none.
        columns: Digits per row, 1 or more.
        title: Heading of the sheet.

    Returns:
        The figure, which a notebook shows in place.

    Raises:
        DataError: No frames, another number of captions, another shape or dtype, or `columns` below 1.
        OutputError: The file cannot be written.
    """
    _check(frames, titles, columns)
    zoom = 8 if len(frames) <= 4 else 5 if len(frames) <= 25 else 4
    font = 8 + 1.2 * zoom  # dots
    lines = [line for text in titles for line in text.split("\n")]
    side = zoom * FRAME_SIDE
    caption = round(_LINE_HEIGHT * font * max(text.count("\n") + 1 for text in titles)) + zoom
    width = max(side, round(_CHARACTER_WIDTH * font * max(map(len, lines)))) + 3 * zoom
    height = side + caption + 2 * zoom
    rows = math.ceil(len(frames) / columns)
    heading = round(2.6 * font) if title else 0
    least = 0 if title is None else round(_CHARACTER_WIDTH * 1.15 * font * len(title)) + 4 * zoom
    sheet = np.full((heading + rows * height + zoom, max(columns * width, least)), _PAPER, np.uint8)
    margin = (sheet.shape[1] - columns * width) // 2
    figure = Figure(figsize=(sheet.shape[1] / _DPI, sheet.shape[0] / _DPI), dpi=_DPI)
    for index, (frame, text) in enumerate(zip(frames, titles, strict=True)):
        top = heading + index // columns * height + caption
        left = margin + index % columns * width + (width - side) // 2
        sheet[top : top + side, left : left + side] = frame.repeat(zoom, axis=0).repeat(zoom, axis=1)
        _write(figure, text, (left + side / 2, top - zoom), font)
    if title:
        _write(figure, title, (sheet.shape[1] / 2, heading - 0.8 * font), 1.15 * font)
    axes = figure.add_axes((0, 0, 1, 1))  # a notebook shows no figure without axes
    axes.set_axis_off()
    axes.imshow(np.stack([sheet] * 3, axis=2), interpolation="none", aspect="auto")  # a color map would round
    if path is not None:
        write_in_place(path, lambda fresh: figure.savefig(fresh, format="png", dpi=_DPI))
    return figure


def _write(figure: Figure, text: str, place: tuple[float, float], font: float) -> None:
    """Write text centered above `place`, dots (x, y) from the top left corner."""
    width, height = figure.get_size_inches() * _DPI
    x, y = place[0] / width, 1 - place[1] / height
    figure.text(x, y, text, ha="center", va="bottom", fontsize=font * _POINTS_PER_PIXEL, parse_math=False)


def _check(frames: UInt8Array, titles: Sequence[str], columns: int) -> None:
    if frames.dtype != np.uint8 or frames.shape[1:] != (FRAME_SIDE, FRAME_SIDE) or len(frames) == 0:
        found = f"{frames.dtype} of shape {frames.shape}"
        msg = f"expected one or more uint8 frames of shape (n, 28, 28), got {found}; choose others"
        raise DataError(msg)
    if len(titles) != len(frames) or columns < 1:
        msg = f"expected {len(frames)} captions in 1 column or more, got {len(titles)} captions and columns={columns}"
        raise DataError(msg)
