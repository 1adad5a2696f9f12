"""A scene in the making: its canvas, what it is composed from, and where every choice comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.random import Generator

from inkdigits.spec import DETECTOR_HEIGHTS, UInt8Array
from inkdigits.training.synthesis.marks.ink_pool import InkPool
from inkdigits.training.synthesis.scenes.canvas import Canvas

__all__ = ["Draft", "Place", "Supplies"]


ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Supplies:
    """What scenes are composed from.

    Attributes:
        pool: What digits, signs and letters are drawn from.
        fonts: For print; with none, all is written by hand.
        words: Masks of handwritten words and letters, uint8, 255 for full ink; may be empty.
        letters: Letters to spell words with, each with its mask; those that look like a digit alone are among them.
    """

    pool: InkPool
    fonts: tuple[Path, ...]
    words: tuple[UInt8Array, ...]
    letters: tuple[tuple[str, UInt8Array], ...] = ()


class Place(NamedTuple):
    """Where a line is written.

    Attributes:
        x: Column of its left end, pixels.
        top: Row of the top of its digits.
        height: Pixels of its digits.
    """

    x: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A scene in the making.

    Attributes:
        canvas: What was put down so far.
        supplies: What it is composed from.
        generator: Where every choice comes from.
    """

    canvas: Canvas
    supplies: Supplies
    generator: Generator

    def chance(self, share: float) -> bool:
        """Return True in `share` of all cases, 0 to 1."""
        return float(self.generator.random()) < share

    def draw(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, all alike."""
        return float(self.generator.uniform(low, high))

    def choose(self, items: Sequence[ItemT]) -> ItemT:
        """Return one of the items, all alike."""
        return items[int(self.generator.integers(len(items)))]

    def draw_height(self, low: float = DETECTOR_HEIGHTS[0], high: float = DETECTOR_HEIGHTS[1]) -> float:
        """Return a digit's height in pixels: as many from 12 to 24 as from 24 to 48."""
        return float(np.exp(self.draw(float(np.log(low)), float(np.log(high)))))

    def draw_top(self, height: float) -> float:
        """Return a row at which digits of a height lie inside, or a little above the picture's edge."""
        return self.draw(-0.05 * height, max(1.0, self.canvas.rows - height))
