"""Composes small pictures with digits, boxes and kinds known: what the detector learns from."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.exposure import expose
from inkdigits.training.synthesis.marks.bitmaps import crop_ink
from inkdigits.training.synthesis.marks.ink_pool import InkPool
from inkdigits.training.synthesis.marks.print_fonts import find_fonts
from inkdigits.training.synthesis.papers import draw_paper
from inkdigits.training.synthesis.scenes.canvas import Box, Canvas, Scene
from inkdigits.training.synthesis.scenes.draft import Draft, Supplies
from inkdigits.training.synthesis.scenes.layouts.fields import put_boxes, put_grid, put_labeled
from inkdigits.training.synthesis.scenes.layouts.no_digits import put_nothing, put_things
from inkdigits.training.synthesis.scenes.layouts.numbers import put_number, put_page, put_register, put_single
from inkdigits.training.synthesis.scenes.layouts.prose import put_text

__all__ = ["LAYOUTS", "SCENE_SHAPE", "Composer", "gather_supplies"]

SCENE_SHAPE = (96, 192)  # rows and columns of a scene, pixels

# what scenes show, and in how many of 126
LAYOUTS: Mapping[str, tuple[int, Callable[[Draft], None]]] = MappingProxyType(
    {
        "number": (30, put_number),
        "page": (10, put_page),
        "single": (15, put_single),
        "boxes": (14, put_boxes),
        "grid": (7, put_grid),
        "register": (13, put_register),
        "labeled": (9, put_labeled),
        "text": (13, put_text),
        "things": (9, put_things),
        "empty": (6, put_nothing),
    }
)
_PRESSURE_SHARE = 0.3  # of scenes are written with a pressure that changes
# share of the pictures of a layout that end about their marks, and within how many of their heights at most
_TIGHT: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"single": (0.35, 0.6), "boxes": (0.4, 0.7), "register": (0.2, 1.0), "number": (0.2, 0.7), "labeled": (0.15, 0.8)}
)
_CUT_SHARE = 0.25  # of pictures end inside the scene
_MOST_CUT_COLUMNS, _MOST_CUT_ROWS = 3, 4  # a side is cut by less than a third of the columns, a fourth of the rows


def gather_supplies(
    handwriting: Handwriting, mnist: LabeledFrames, crops: Sequence[tuple[UInt8Array, int]] = ()
) -> Supplies:
    """Return what scenes are composed from: real hands, MNIST's digits, forms in code, and this machine's fonts.

    Args:
        handwriting: Real hands, or an empty `Handwriting`.
        mnist: Those of MNIST's digits that may be used.
        crops: Digits cut out of real strings, ink and label.
    """
    words = tuple(crop_ink(word.picture) for word in handwriting.words if not word.is_digit_like)
    letters = tuple((word.letters, crop_ink(word.picture)) for word in handwriting.words if len(word.letters) == 1)
    return Supplies(InkPool(handwriting, mnist, crops), find_fonts(), words, letters)


class Composer:
    """Composes scenes, the same for the same generator.

    Args:
        supplies: What they are composed from.
        shape: Rows and columns of a scene, pixels, multiples of 4.
    """

    def __init__(self, supplies: Supplies, shape: tuple[int, int] = SCENE_SHAPE) -> None:
        """Keep the supplies."""
        self._supplies, self._shape = supplies, shape
        parts = np.array([part for part, _ in LAYOUTS.values()])
        self._shares = parts / parts.sum()

    def compose(self, generator: Generator, layout: str | None = None) -> Scene:
        """Compose one scene.

        Args:
            generator: Where every choice comes from.
            layout: A name of `LAYOUTS`; None chooses by its shares.
        """
        paper = draw_paper(self._shape, generator)
        canvas = Canvas(self._shape)
        name = str(generator.choice(list(LAYOUTS), p=self._shares)) if layout is None else layout
        LAYOUTS[name][1](Draft(canvas, self._supplies, generator))
        if generator.random() < _PRESSURE_SHARE:
            canvas.vary_pressure(generator)
        picture = expose(paper, canvas.ink, generator)
        tight, most = _TIGHT.get(name, (0.0, 0.0))
        if generator.random() < tight:
            picture = _keep(picture, canvas, _draw_window(canvas, most, generator))
        elif generator.random() < _CUT_SHARE:
            picture = _keep(picture, canvas, _draw_cuts(canvas, generator))
        return canvas.finish(picture)


def _draw_cuts(canvas: Canvas, generator: Generator) -> Box:
    """Return a part of the scene, cut off at no side to all four."""
    left, right = (_draw_cut(canvas.columns // _MOST_CUT_COLUMNS, generator) for _ in range(2))
    top, bottom = (_draw_cut(canvas.rows // _MOST_CUT_ROWS, generator) for _ in range(2))
    return Box(left, top, canvas.columns - right, canvas.rows - bottom)


def _draw_cut(most: int, generator: Generator) -> int:
    return int(generator.integers(0, most)) if generator.random() < 0.5 else 0


def _draw_window(canvas: Canvas, most: float, generator: Generator) -> Box:
    """Return the box of all marks with a little paper around it, at most so many of its heights: a tight crop."""
    boxes = np.array([mark.box for mark in canvas.marks] or [Box(0, 0, canvas.columns, canvas.rows)])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    rims = generator.uniform(0, most, 4) * (high[1] - low[1])
    left, top = np.maximum(low - rims[:2], 0).astype(int).tolist()
    right, bottom = np.minimum(high + rims[2:] + 1, (canvas.columns, canvas.rows)).astype(int).tolist()
    return Box(left, top, right, bottom)


def _keep(picture: UInt8Array, canvas: Canvas, window: Box) -> UInt8Array:
    """Let the picture end at a window's sides; its edge pixels go on outside, as the reader continues them."""
    left, top, right, bottom = (int(side) for side in window)
    inner = picture[top:bottom, left:right]
    canvas.keep_inside(window)
    sides = (top, canvas.rows - bottom, left, canvas.columns - right)
    return np.asarray(cv2.copyMakeBorder(inner, *sides, cv2.BORDER_REPLICATE), dtype=np.uint8)
