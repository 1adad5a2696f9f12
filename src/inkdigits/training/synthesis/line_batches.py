"""Composes the line recognizer's batches: real numbers and words, and lines of composed scenes, as gray strips."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from inkdigits.spec import CLASS_COUNT, STRIP_STEP, UInt8Array
from inkdigits.training.data.handwriting import Handwriting, load_handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.composing import BatchPlace, compose_ahead
from inkdigits.training.synthesis.labeled_strings import load_strings
from inkdigits.training.synthesis.lines import Line, cut_composed, cut_real
from inkdigits.training.synthesis.scenes.canvas import Box
from inkdigits.training.synthesis.scenes.composer import Composer, gather_supplies
from inkdigits.training.synthesis.scenes.draft import Supplies
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture, cut_digits

__all__ = ["GROUP", "Batch", "LineComposer", "LineMixture", "LineRecipe", "compose_batches", "stack_lines"]

Batch: TypeAlias = tuple[UInt8Array, UInt8Array]  # strips (n, 32, W, 1); labels (n, L), 1 + the digit, 0 after the last

GROUP = 4  # batches composed together, so that lines of like width share one and little is padded
_SHAPE = (64, 288)  # rows and columns of a scene: as many pixels as the detector's, but longer lines
_LONGEST = 512  # columns of a strip; longer ones are composed anew
_LINE_LAYOUTS: Mapping[str, int] = MappingProxyType(  # of the scenes that lines are cut from, in parts
    {
        "number": 32,
        "boxes": 20,
        "register": 12,
        "labeled": 10,
        "text": 14,
        "page": 8,
        "grid": 6,
        "single": 6,
        "things": 2,
        "empty": 2,
    }
)


@dataclass(frozen=True, slots=True)
class LineRecipe:
    """What batches are made of.

    Attributes:
        size: Lines a batch.
        handwriting: Folder of real handwriting; None composes of MNIST and code alone.
        strings: File of `labeled_strings.save_strings`, with the boxes of real numbers; None or a missing file is none.
        numbers: Share of real numbers.
        words: Share of real words and letters; the rest is composed.
    """

    size: int
    handwriting: Path | None = None
    strings: Path | None = None
    numbers: float = 0.5
    words: float = 0.07


class LineComposer:
    """Composes lines, the same for the same generator.

    Args:
        supplies: What their scenes are composed from.
    """

    def __init__(self, supplies: Supplies) -> None:
        """Keep the supplies."""
        self._composer = Composer(supplies, _SHAPE)
        parts = np.array(list(_LINE_LAYOUTS.values()))
        self._shares = parts / parts.sum()

    def compose(self, generator: Generator) -> Line:
        """Return a line of a scene; scenes that say nothing for sure are composed anew."""
        while True:
            layout = str(generator.choice(list(_LINE_LAYOUTS), p=self._shares))
            line = cut_composed(self._composer.compose(generator, layout), generator)
            if line is not None and _is_readable(line):
                return line


class LineMixture:
    """Lines of all kinds, in the shares that a recipe says.

    Args:
        recipe: What to mix.

    Raises:
        DataError: The handwriting or the strings cannot be loaded.
    """

    def __init__(self, recipe: LineRecipe) -> None:
        """Load everything."""
        handwriting = Handwriting() if recipe.handwriting is None else load_handwriting(recipe.handwriting)
        self._recipe = recipe
        strings = load_strings(recipe.strings)
        self._composer = LineComposer(gather_supplies(handwriting, load_mnist().train, cut_digits(strings)))
        known = {real.picture.tobytes(): real for real in strings}
        self._numbers = [
            (number.picture, number.text, _find_box(known.get(number.picture.tobytes())))
            for number in handwriting.numbers
        ]
        self._words = [word.picture for word in handwriting.words if not word.is_digit_like]

    def compose_group(self, place: BatchPlace) -> list[Batch]:
        """Return `GROUP` batches of a place, whose two numbers decide everything random in them."""
        generator, size = np.random.default_rng(place), self._recipe.size
        lines = sorted(
            (self.compose_line(generator) for _ in range(GROUP * size)), key=lambda line: line.strip.shape[1]
        )
        order = generator.permutation(GROUP)
        return [stack_lines(lines[size * number : size * (number + 1)]) for number in order]

    def compose_line(self, generator: Generator) -> Line:
        """Return a real line or a composed one; where there are none of a kind, composed ones take its share."""
        kind = float(generator.random())
        if kind < self._recipe.numbers and self._numbers:
            picture, text, box = self._numbers[int(generator.integers(len(self._numbers)))]
            line = cut_real(picture, text, box, generator)
        elif self._recipe.numbers <= kind < self._recipe.numbers + self._recipe.words and self._words:
            line = cut_real(self._words[int(generator.integers(len(self._words)))], "", None, generator)
        else:
            line = self._composer.compose(generator)
        return line if _is_readable(line) else self._composer.compose(generator)


def _find_box(real: RealPicture | None) -> Box | None:
    """Return the box of a number's digits, where it is known."""
    if real is None:
        return None
    digits = real.marks[real.marks[:, 0] < CLASS_COUNT]
    return Box(*map(float, (*digits[:, 1:3].min(axis=0), *digits[:, 3:5].max(axis=0))))


def _is_readable(line: Line) -> bool:
    """Tell whether there is a step for each digit and one between equal ones, as CTC needs, and the strip is short."""
    repeats = sum(one == two for one, two in zip(line.text, line.text[1:], strict=False))
    columns = int(line.strip.shape[1])
    return len(line.text) + repeats <= columns // STRIP_STEP and columns <= _LONGEST


def stack_lines(lines: Sequence[Line]) -> Batch:
    """Return lines as a batch: as wide as the widest, the others' right edges going on."""
    width = max(line.strip.shape[1] for line in lines)
    x = np.stack([np.pad(line.strip, ((0, 0), (0, width - line.strip.shape[1])), mode="edge") for line in lines])
    y = np.zeros((len(lines), max(1, *(len(line.text) for line in lines))), dtype=np.uint8)
    for row, line in zip(y, lines, strict=True):
        row[: len(line.text)] = [1 + int(digit) for digit in line.text]
    return x[..., np.newaxis], y


def compose_batches(places: Sequence[BatchPlace], recipe: LineRecipe, *, processes: int = 1) -> Iterator[Batch]:
    """Yield `GROUP` batches for each place, composed ahead in other processes.

    Args:
        places: Seed and number of each group.
        recipe: What they are made of; its files are read when a process starts.
        processes: How many compose, 1 or more.
    """
    return chain.from_iterable(compose_ahead(functools.partial(_compose, recipe), places, processes=processes))


def _compose(recipe: LineRecipe, place: BatchPlace) -> list[Batch]:
    return _open_mixture(recipe).compose_group(place)


@functools.lru_cache(maxsize=1)  # a composing process loads its handwriting once, for all of its batches
def _open_mixture(recipe: LineRecipe) -> LineMixture:
    return LineMixture(recipe)
