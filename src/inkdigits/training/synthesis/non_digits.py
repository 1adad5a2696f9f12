"""Draws frames of what is no digit, each with its kind: letters, scribbles, clothes, blots.

All of it is drawn by code, or is one of MNIST's training digits turned or mirrored into something that is no digit.
What is drawn as a picture goes the way of a picture (`framing.frame_digit`), so that the rejector sees what the reader
will show it, whichever side of the gray scale was taken for ink.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import cv2
import numpy as np

from inkdigits.errors import EmptyDigitError
from inkdigits.reading.framing import frame_digit, frame_small_marks
from inkdigits.spec import FRAME_SIDE, Float64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.digit_strokes import Form, draw_form
from inkdigits.training.synthesis.letter_strokes import FORMS
from inkdigits.training.synthesis.silhouettes import draw_silhouette

__all__ = ["KINDS", "draw_no_digits", "turn_digits"]

Draw = Callable[[np.random.Generator], UInt8Array]

_LETTERS = tuple(FORMS)
_PICTURES_TRIED = 20  # a picture in which nothing is found is drawn anew


def draw_no_digits(n: int, generator: np.random.Generator) -> tuple[UInt8Array, UInt8Array]:
    """Return frames of letters and signs, nearly half of them, and of the other things that are drawn.

    Args:
        n: How many, 0 or more.
        generator: Where every choice comes from: the same state gives the same frames.

    Returns:
        uint8, shape (n, 28, 28), 0 for paper to 255 for ink; and uint8, shape (n,), indices into `KINDS`.
    """
    frames = np.empty((n, FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    kinds = np.empty(n, dtype=np.uint8)
    names = list(_DRAWN)
    shares = np.array([share for _, share in _DRAWN.values()])
    for index, name in enumerate(generator.choice(names, n, p=shares / shares.sum())):
        if name == "letter":
            letter = str(generator.choice(_LETTERS))
            frames[index], kinds[index] = _draw_letter(letter, generator), KINDS.index(letter)
        else:
            frames[index], kinds[index] = _DRAWN[str(name)][0](generator), KINDS.index(str(name))
    return frames, kinds


def turn_digits(digits: LabeledFrames) -> tuple[UInt8Array, UInt8Array]:
    """Return real digits turned or mirrored into what is none, as a mirrored 9 is a P and a 7 on its head an L.

    Args:
        digits: MNIST's training digits.

    Returns:
        uint8, shape (N, 28, 28), a new array; and their kind, uint8, shape (N,).
    """
    parts = [
        np.roll(change(digits.x[digits.y == label]), (1, 1), (1, 2))
        for label, change in _TURNS
        if np.any(digits.y == label)
    ]
    frames = np.concatenate(parts) if parts else np.empty((0, FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    return frames, np.full(len(frames), KINDS.index("turned"), dtype=np.uint8)


def _mirror(frames: UInt8Array) -> UInt8Array:
    return frames[:, :, ::-1]


def _upend(frames: UInt8Array) -> UInt8Array:
    return frames[:, ::-1, ::-1]


def _lay(frames: UInt8Array) -> UInt8Array:
    return np.rot90(frames, 1, (1, 2))


def _lay_right(frames: UInt8Array) -> UInt8Array:
    return np.rot90(frames, -1, (1, 2))


# left out, since a digit comes out again: 0, 1 and 8; mirrored 2 and 5; 6 and 9 turned on their heads
_TURNS: Sequence[tuple[int, Callable[[UInt8Array], UInt8Array]]] = (
    (1, _lay),
    (2, _lay),
    (2, _lay_right),
    (3, _mirror),
    (3, _lay),
    (3, _lay_right),
    (4, _upend),
    (4, _lay),
    (4, _lay_right),
    (5, _lay),
    (6, _mirror),
    (7, _upend),
    (7, _mirror),
    (7, _lay),
    (7, _lay_right),
    (9, _mirror),
)


def _draw_letter(name: str, generator: np.random.Generator) -> UInt8Array:
    forms = FORMS[name]
    return draw_form(_vary(forms[generator.integers(len(forms))], generator), generator)


def _vary(form: Form, generator: np.random.Generator) -> Form:
    """Return the form bent along slow waves, so that its proportions differ from writer to writer."""
    strength, phase = generator.uniform(0, 0.09), generator.uniform(0, 2 * np.pi, 4)
    stretch = generator.uniform(0.75, 1.3)

    def move(x: float, y: float) -> tuple[float, float]:
        right = strength * (np.sin(5 * y + phase[0]) + np.sin(5 * x + phase[1]))
        down = strength * (np.sin(5 * y + phase[2]) + np.sin(5 * x + phase[3]))
        return float(stretch * x + right), float(y + down)

    return [[move(x, y) for x, y in stroke] for stroke in form]


def _scribble(generator: np.random.Generator) -> UInt8Array:
    """Draw a pen that wanders: one to three strokes of random points, seldom few enough to hit upon a digit."""
    strokes = []
    for _ in range(int(generator.integers(1, 4))):
        count = int(generator.integers(6, 22))
        if generator.random() < 0.5:
            points = generator.uniform(0, 1, (count, 2))
        else:
            points = np.cumsum(generator.normal(0, 0.35, (count, 2)), axis=0)
            points = (points - points.min(axis=0)) / max(1e-6, float(np.ptp(points, axis=0).max()))
        strokes.append([(float(x), float(y)) for x, y in points * [generator.uniform(0.5, 1.0), 1.0]])
    return draw_form(strokes, generator)


def _hatching(generator: np.random.Generator) -> UInt8Array:
    """Draw a zigzag, as one strikes a word out or fills a shape."""
    count = int(generator.integers(5, 14))
    across = np.linspace(0, 1, count) + generator.normal(0, 0.03, count)
    ends = np.where(np.arange(count) % 2 == 0, 0.0, 1.0) + generator.normal(0, 0.08, count)
    points = np.stack([across, ends * generator.uniform(0.3, 1.0)], axis=1)
    if generator.random() < 0.5:
        points = points[:, ::-1]
    doubled = np.repeat(points, 2 if generator.random() < 0.5 else 1, axis=0)
    return draw_form([[(float(x), float(y)) for x, y in doubled]], generator)


def _picture(draw: Draw) -> Draw:
    """Return a function that frames a drawn picture as the reader does."""

    def draw_frame(generator: np.random.Generator) -> UInt8Array:
        for _ in range(_PICTURES_TRIED):
            try:
                return frame_digit(draw(generator))
            except EmptyDigitError:
                continue
        return _scribble(generator)

    return draw_frame


def _piece(generator: np.random.Generator) -> UInt8Array:
    """Frame one of the marks that the reader would find in a larger texture."""
    for _ in range(_PICTURES_TRIED):
        frames = frame_small_marks(_texture(generator, int(generator.integers(56, 100))))
        if len(frames):
            return np.asarray(frames[int(generator.integers(len(frames)))])
    return _scribble(generator)


def _small_texture(generator: np.random.Generator) -> UInt8Array:
    return _texture(generator, int(generator.choice([28, 28, 40, 64])))


def _texture(generator: np.random.Generator, side: int) -> UInt8Array:
    """Draw noise, coarse or fine, stretched or not, as gray levels or in two."""
    field = _smooth_noise(side, generator)
    if generator.random() < 0.5:
        field = np.where(field > np.quantile(field, generator.uniform(0.3, 0.9)), field, field.min())
    if generator.random() < 0.3:
        field = np.where(field > np.median(field), 1.0, 0.0)
    return _gray(field, generator)


def _blot(generator: np.random.Generator) -> UInt8Array:
    """Draw a bar, a blot or a torn patch: what is left of a frame, a stain or a shadow."""
    side = 48
    rows, columns = np.mgrid[0:side, 0:side] - (side - 1) / 2
    angle = generator.normal(0, 0.15)
    x, y = columns * np.cos(angle) + rows * np.sin(angle), rows * np.cos(angle) - columns * np.sin(angle)
    height = generator.uniform(6, 22)
    width = height * generator.uniform(0.55, 1.0)  # what is slimmer may be a bold 1
    if generator.random() < 0.4:
        width, height = height, width * generator.uniform(0.5, 1)
    power = float(generator.choice([2.0, 4.0, 8.0]))
    inside = 1 - (np.abs(x / width) ** power + np.abs(y / height) ** power)
    ragged = inside + generator.choice([0.0, 0.5, 1.5]) * _smooth_noise(side, generator)
    field = np.clip(ragged * generator.uniform(1, 8), 0, 1)
    return _gray(field * (1 - generator.uniform(0, 0.5) * generator.random((side, side))), generator)


def _smooth_noise(side: int, generator: np.random.Generator) -> Float64Array:
    noise = generator.normal(0, 1, (side, side))
    if generator.random() < 0.2:
        return noise
    sigma = float(np.exp(generator.uniform(np.log(0.6), np.log(side / 6))))
    stretch = float(np.exp(generator.normal(0, 0.5)))
    smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=sigma * stretch, sigmaY=sigma / stretch)
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), dtype=np.float64)


def _gray(field: Float64Array, generator: np.random.Generator) -> UInt8Array:
    """Return gray levels, either side of the scale being ink."""
    low, high = np.percentile(field, [1, 99])
    levels = np.clip((field - low) / max(high - low, 1e-6), 0, 1)
    if generator.random() < 0.5:
        levels = 1 - levels
    return np.asarray(255 * levels, dtype=np.uint8)


# what is drawn, and how often
_DRAWN: Mapping[str, tuple[Draw, float]] = MappingProxyType(
    {
        "letter": (_scribble, 0.45),
        "scribble": (_scribble, 0.05),
        "hatching": (_hatching, 0.03),
        "silhouette": (_picture(draw_silhouette), 0.25),
        "texture": (_picture(_small_texture), 0.05),
        "piece": (_piece, 0.12),
        "blot": (_picture(_blot), 0.05),
    }
)
KINDS: Sequence[str] = (*_LETTERS, *(name for name in _DRAWN if name != "letter"), "turned")
