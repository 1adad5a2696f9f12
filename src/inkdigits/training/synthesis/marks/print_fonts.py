"""Draws printed digits, words and signs with the fonts of the machine that trains; none is shipped.

Matplotlib, which extra `train` brings, carries a few fonts of its own; Debian's font packages add more.
"""

import functools
from pathlib import Path

import cv2
import numpy as np
from matplotlib import font_manager
from numpy.random import Generator
from PIL import ImageFont

from inkdigits.training.synthesis.marks.stamps import Stamp, find_ink

__all__ = ["draw_text", "find_fonts"]

_NEEDED = "0123456789Aa%("  # a font without one of these is made for something else
_SIZE = 40  # pixels at which text is drawn before it is scaled; digits up to 64 high show no steps then
_BOLD_SHARE = 0.15  # of texts are a pixel bolder


@functools.cache
def find_fonts() -> tuple[Path, ...]:
    """Return the fonts that draw digits and Latin letters, in a fixed order."""
    found = sorted({Path(path) for path in font_manager.findSystemFonts()} | _own_fonts())
    return tuple(path for path in found if _is_usable(path))


def _own_fonts() -> set[Path]:
    return {Path(entry.fname) for entry in font_manager.fontManager.ttflist}


def _is_usable(path: Path) -> bool:
    if path.suffix.lower() not in (".ttf", ".otf") or "Emoji" in path.name or "Symbol" in path.name:
        return False
    try:
        font = _open(path)
        widths = {font.getmask(character).getbbox() for character in _NEEDED}
    except OSError:
        return False
    return None not in widths and len(widths) > len(_NEEDED) // 2


@functools.lru_cache(maxsize=256)
def _open(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), _SIZE)


def draw_text(text: str, height: float, font: Path, generator: Generator) -> Stamp:
    """Draw text in a font.

    Args:
        text: One or more characters.
        height: Pixels of the font's digit 8.
        font: One of `find_fonts()`.
        generator: Decides a little boldness.
    """
    face = _open(font)
    _, eight_top, _, eight_bottom = face.getbbox("8", anchor="ls")
    left, top, right, bottom = face.getbbox(text, anchor="ls")
    mask = face.getmask(text, anchor="ls")
    columns, rows = mask.size
    if columns == 0 or rows == 0:
        return Stamp(np.zeros((1, 1), dtype=np.uint8))
    ink = np.frombuffer(bytes(mask), dtype=np.uint8).reshape(rows, columns)
    if generator.random() < _BOLD_SHARE:
        ink = np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    scale = height / max(1.0, float(eight_bottom - eight_top))
    size = (max(1, round(max(1, int(right - left)) * scale)), max(1, round(max(1, int(bottom - top)) * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(ink, size, interpolation=way), dtype=np.uint8)
    trimmed, (x, y) = find_ink(scaled)
    return Stamp(trimmed, float(top - eight_top) * scale + y, left=x, columns=size[0])
