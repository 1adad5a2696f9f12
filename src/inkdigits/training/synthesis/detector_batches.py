"""Composes the detector's batches in processes of their own, the same for the same seed and place.

A batch is a mixture of composed scenes, real words, real single digits, and real strings whose boxes the detector
itself has found (see `fitting.own_labels`).
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inkdigits.spec import UInt8Array
from inkdigits.training.data.handwriting import Handwriting, load_handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.composing import BatchPlace, compose_ahead
from inkdigits.training.synthesis.detector_targets import make_target
from inkdigits.training.synthesis.labeled_strings import load_strings
from inkdigits.training.synthesis.scenes.canvas import Scene, to_rows
from inkdigits.training.synthesis.scenes.composer import SCENE_SHAPE, Composer, gather_supplies
from inkdigits.training.synthesis.scenes.real_pictures import (
    RealPicture,
    cut_digits,
    find_digit,
    place_picture,
    to_pictures,
)
from inkdigits.training.synthesis.scenes.rows_of_pictures import place_side_by_side

__all__ = ["Batch", "BatchRecipe", "SceneMixture", "Shares", "compose_batches", "open_mixture"]

# pictures (n, H, W, 1); targets (n, H / 4, W / 4, TARGET_CHANNELS), of half precision on the way between processes:
# they are 0 to 1, or logarithms under 3
Batch: TypeAlias = tuple[UInt8Array, npt.NDArray[np.float16]]

_ROW_PICTURES = (2, 7)  # at least and under so many words and numbers stand beside each other
_ROW_WORDS = 0.6  # of them are words
_FRAMES = 3_000  # of MNIST are shown as they are: about as many as there are real crops of one digit


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of a batch is what; the rest is composed.

    Attributes:
        rows: Words and real numbers beside each other; none as long as no number's boxes are known.
        strings: Real numbers whose boxes are known; likewise.
        words: Real words and letters.
        digits: Real pictures of one digit.
    """

    rows: float = 0.15
    strings: float = 0.25
    words: float = 0.17
    digits: float = 0.06


@dataclass(frozen=True, slots=True)
class BatchRecipe:
    """What batches are made of.

    Attributes:
        size: Scenes a batch.
        handwriting: Folder of real handwriting; None composes of MNIST and code alone.
        strings: File of `labeled_strings.save_strings`; None or a missing file is no strings.
        shares: The mixture.
    """

    size: int
    handwriting: Path | None = None
    strings: Path | None = None
    shares: Shares = Shares()


class SceneMixture:
    """Scenes of all kinds, in the shares that a recipe says.

    Args:
        recipe: What to mix.

    Raises:
        DataError: The handwriting or the strings cannot be loaded.
    """

    def __init__(self, recipe: BatchRecipe) -> None:
        """Load everything."""
        handwriting = Handwriting() if recipe.handwriting is None else load_handwriting(recipe.handwriting)
        self._recipe = recipe
        mnist = load_mnist().train
        strings = load_strings(recipe.strings)
        self._composer = Composer(gather_supplies(handwriting, mnist, cut_digits(strings)))
        digits = tuple(real for crop in handwriting.digit_crops if (real := find_digit(crop)) is not None)
        pictures = [word.picture for word in handwriting.words if not word.is_digit_like]
        words = tuple(RealPicture(picture, to_rows([]), is_word=True) for picture in pictures)
        shares = recipe.shares
        self._rows = (words, strings) if words and strings else ()
        self._real: tuple[tuple[float, tuple[RealPicture, ...]], ...] = (
            (shares.strings, strings),
            (shares.words, words),
            (shares.digits, digits + to_pictures(mnist.slice(0, _FRAMES))),
        )

    def compose_batch(self, place: BatchPlace) -> Batch:
        """Return the batch of a place, whose two numbers decide everything random in it."""
        generator = np.random.default_rng(place)
        scenes = [self.compose_scene(generator) for _ in range(self._recipe.size)]
        pictures = np.stack([scene.picture for scene in scenes])[..., np.newaxis]
        return pictures, np.stack([make_target(scene).astype(np.float16) for scene in scenes])

    def compose_scene(self, generator: Generator) -> Scene:
        """Return a composed scene or one of a real picture; where there are none of a kind, others take its share."""
        chance = float(generator.random())
        if self._rows:
            if chance < self._recipe.shares.rows:
                return place_side_by_side(self._choose_row(generator), SCENE_SHAPE, generator)
            chance -= self._recipe.shares.rows
        for share, pictures in self._real:
            if chance < share and pictures:
                return place_picture(pictures[int(generator.integers(len(pictures)))], SCENE_SHAPE, generator)
            chance -= share if pictures else 0.0
        return self._composer.compose(generator)

    def _choose_row(self, generator: Generator) -> list[RealPicture]:
        count = int(generator.integers(*_ROW_PICTURES))
        kinds = [self._rows[int(generator.random() > _ROW_WORDS)] for _ in range(count)]
        return [pictures[int(generator.integers(len(pictures)))] for pictures in kinds]


def compose_batches(places: Sequence[BatchPlace], recipe: BatchRecipe, *, processes: int = 1) -> Iterator[Batch]:
    """Yield a batch for each place, in their order, composed ahead in other processes.

    Args:
        places: Seed and number of each batch.
        recipe: What they are made of; its files are read when a process starts.
        processes: How many compose, 1 or more.
    """
    return compose_ahead(functools.partial(_compose, recipe), places, processes=processes)


def _compose(recipe: BatchRecipe, place: BatchPlace) -> Batch:
    return open_mixture(recipe).compose_batch(place)


@functools.lru_cache(maxsize=1)  # a composing process loads its handwriting once, for all of its batches
def open_mixture(recipe: BatchRecipe) -> SceneMixture:
    """Return the mixture of a recipe; the same one as long as this process asks for no other."""
    return SceneMixture(recipe)
