"""Composes the detector's batches in processes of their own, the same for the same seed and place.

A batch is a mixture of composed scenes, real words, real single digits, and real strings whose boxes the detector
itself has found (see `fitting.own_labels`).
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.data.handwriting import Handwriting, WrittenPicture, load_handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.synthesis.canvas import Scene
from inkdigits.training.synthesis.detector_targets import make_target
from inkdigits.training.synthesis.digit_strokes import FORMS as DIGIT_FORMS
from inkdigits.training.synthesis.letter_strokes import FORMS as LETTER_FORMS
from inkdigits.training.synthesis.print_fonts import find_fonts
from inkdigits.training.synthesis.real_scenes import RealPicture, place_picture
from inkdigits.training.synthesis.scenes import SCENE_SHAPE, Composer
from inkdigits.training.synthesis.silhouettes import draw_silhouette
from inkdigits.training.synthesis.stamps import InkPool, crop_ink

__all__ = ["Batch", "Shares", "compose_batches", "load_strings", "make_composer", "save_strings"]

Batch: TypeAlias = tuple[UInt8Array, Float32Array]  # pictures (n, H, W, 1); targets (n, H / 4, W / 4, TARGET_CHANNELS)

_NICENESS = 5  # composing gives way to the training it feeds
_AHEAD = 6  # batches composed before they are asked for: some 40 MB
_FRAMES = 3_000  # of MNIST, shown as they are: as many as there are real crops of one digit
_FRAME_INK = 60  # of 255: what counts for the box of a frame's digit
_NO_MARKS = np.zeros((0, 7), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Shares:
    """What part of a batch is what; the rest is composed.

    Attributes:
        strings: Real numbers whose boxes are known; 0 of a batch as long as none are.
        words: Real words and letters.
        digits: Real pictures of one digit.
    """

    strings: float = 0.33
    words: float = 0.07
    digits: float = 0.05


@dataclass(frozen=True, slots=True)
class _Sources:
    composer: Composer
    words: tuple[RealPicture, ...]
    digits: tuple[RealPicture, ...]


def make_composer(handwriting: Handwriting) -> Composer:
    """Return a composer of MNIST, the given hands, forms in code and this machine's fonts."""
    mnist = load_mnist().train
    pool = InkPool(handwriting, (mnist.x, mnist.y), _as_arrays(DIGIT_FORMS), _as_arrays(LETTER_FORMS))
    masks = tuple(crop_ink(word.picture) for word in handwriting.words if not word.is_digit_like)
    return Composer(pool, find_fonts(), draw_silhouette, masks)


def compose_batches(
    places: Sequence[tuple[int, int]],
    *,
    batch_size: int,
    folder: Path | None,
    strings: Path | None,
    shares: Shares,
    processes: int = 1,
) -> Iterator[Batch]:
    """Yield a batch for each place, in their order, composed ahead in other processes.

    Args:
        places: Seed and number of each batch; together they decide everything random in it.
        batch_size: Scenes a batch.
        folder: Of real handwriting; None composes of MNIST and code alone.
        strings: File of `save_strings`, read when a process starts; None or a missing file is no strings.
        shares: The mixture.
        processes: How many compose.
    """
    context = get_context("spawn")  # a forked TensorFlow hangs
    with ProcessPoolExecutor(processes, context, _start, (folder, strings, shares)) as executor:
        waiting = iter(places)
        running: list[Future[Batch]] = [
            executor.submit(_compose, place, batch_size) for place in islice(waiting, _AHEAD)
        ]
        try:
            while running:
                batch = running.pop(0).result()
                running += [executor.submit(_compose, place, batch_size) for place in islice(waiting, 1)]
                yield batch
        finally:
            for future in running:
                future.cancel()


def save_strings(path: Path, strings: Sequence[RealPicture]) -> None:
    """Write pictures with their marks to a file that `compose_batches` reads."""
    shapes = np.array([picture.picture.shape for picture in strings], dtype=np.int64).reshape(-1, 2)
    counts = np.array([len(picture.marks) for picture in strings], dtype=np.int64)
    pixels = np.concatenate([np.zeros(0, np.uint8), *(picture.picture.ravel() for picture in strings)])
    marks = np.concatenate([_NO_MARKS, *(picture.marks for picture in strings)])
    with path.open("wb") as file:
        np.savez(file, shapes=shapes, counts=counts, pixels=pixels, marks=marks)


def load_strings(path: Path | None) -> tuple[RealPicture, ...]:
    """Return what `save_strings` wrote; nothing where there is no file."""
    if path is None or not path.is_file():
        return ()
    with np.load(path, allow_pickle=False) as arrays:
        shapes, counts, pixels, marks = (arrays[name] for name in ("shapes", "counts", "pixels", "marks"))
    sizes = np.cumsum(shapes.prod(axis=1))[:-1] if len(shapes) else []
    pictures = np.split(pixels, sizes)
    found = np.split(marks, np.cumsum(counts)[:-1]) if len(counts) else []
    return tuple(
        RealPicture(picture.reshape(shape), own, is_word=False)
        for picture, shape, own in zip(pictures, shapes, found, strict=len(shapes) > 0)
    )


_state: dict[str, object] = {}  # of a composing process: what `_start` loaded, once


def _start(folder: Path | None, strings: Path | None, shares: Shares) -> None:
    os.nice(_NICENESS)
    cv2.setNumThreads(1)
    handwriting = Handwriting() if folder is None else load_handwriting(folder)
    words = tuple(
        RealPicture(word.picture, _NO_MARKS, is_word=True) for word in handwriting.words if not word.is_digit_like
    )
    digits = tuple(real for crop in handwriting.digit_crops if (real := _locate(crop)) is not None)
    digits += _real_frames()
    _state["sources"] = _Sources(make_composer(handwriting), words, digits)
    _state["strings"], _state["shares"] = load_strings(strings), shares


def _compose(place: tuple[int, int], size: int) -> Batch:
    generator = np.random.default_rng(place)
    scenes = [_compose_scene(generator) for _ in range(size)]
    pictures = np.stack([scene.picture for scene in scenes])[..., np.newaxis]
    # half the bytes between processes; targets are 0 to 1, or logarithms under 3
    return pictures, np.stack([make_target(scene).astype(np.float16) for scene in scenes])


def _compose_scene(generator: Generator) -> Scene:
    sources, strings, shares = _state["sources"], _state["strings"], _state["shares"]
    assert isinstance(sources, _Sources) and isinstance(strings, tuple) and isinstance(shares, Shares)  # noqa: S101, PT018 - for mypy
    chance = float(generator.random())
    for pictures, share in ((strings, shares.strings), (sources.words, shares.words), (sources.digits, shares.digits)):
        if chance < share and pictures:
            return place_picture(pictures[int(generator.integers(len(pictures)))], SCENE_SHAPE, generator)
        chance -= share if pictures else 0.0
    return sources.composer.compose(generator)


def _locate(crop: WrittenPicture) -> RealPicture | None:
    """Return a picture of one digit with the box of its ink; None where there is hardly any."""
    ink = crop_ink(crop.picture)
    if min(ink.shape) < 2 or ink.size < 30:  # noqa: PLR2004 - a speck
        return None
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(255 - crop.picture, ink, cv2.TM_CCOEFF))
    mark = [int(crop.text), x, y, x + ink.shape[1], y + ink.shape[0], 0, 0]
    return RealPicture(crop.picture, np.array([mark], dtype=np.float32), is_word=False)


def _real_frames() -> tuple[RealPicture, ...]:
    """Return MNIST's frames as pictures: blurred, with their black rim, as people enlarge them."""
    mnist = load_mnist().train
    pictures = []
    for frame, label in zip(mnist.x[:_FRAMES], mnist.y[:_FRAMES], strict=True):
        x, y, width, height = cv2.boundingRect((frame > _FRAME_INK).astype(np.uint8))
        mark = np.array([[label, x, y, x + width, y + height, 0, 0]], dtype=np.float32)
        pictures.append(RealPicture(255 - frame, mark, is_word=False))
    return tuple(pictures)


def _as_arrays(forms: object) -> dict[object, list[list[Float32Array]]]:
    return {
        name: [[np.asarray(stroke, dtype=np.float32) for stroke in form] for form in written]
        for name, written in dict(forms).items()  # type: ignore[call-overload]
    }
