"""Spoils digits in one of ten ways, at one of five strengths, to measure how robust a model is.

Nothing is trained with these. Where `augmentation` and `degradation` draw a strength at random, here each digit gets
exactly the strength asked for, the same on every machine.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

from inkdigits.spec import FRAME_CENTER, FRAME_SIDE, INK_SIDE, Float64Array, UInt8Array

__all__ = ["CORRUPTIONS", "STRENGTHS", "corrupt"]

STRENGTHS = (1, 2, 3, 4, 5)

_SEED = 20_261_125  # of every choice below, with the kind and the strength
_SIZE = (FRAME_SIDE, FRAME_SIDE)
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))

Harm = Callable[[UInt8Array, float, np.random.Generator], UInt8Array]


def corrupt(frames: UInt8Array, kind: str, strength: int) -> UInt8Array:
    """Return a harmed copy of each digit.

    Args:
        frames: uint8, shape (N, 28, 28), 0 for paper to 255 for ink; N may be 0.
        kind: A name in `CORRUPTIONS`.
        strength: 1 to 5.

    Returns:
        uint8, shape (N, 28, 28), a new array; the same frames give the same array.

    >>> corrupt(np.zeros((2, 28, 28), np.uint8), "blur", 5).shape
    (2, 28, 28)
    """
    harm, amounts = CORRUPTIONS[kind]
    generator = np.random.default_rng([_SEED, list(CORRUPTIONS).index(kind), strength])
    amount = amounts[strength - 1]
    return np.array([harm(frame, amount, generator) for frame in frames], np.uint8).reshape(frames.shape)


def _add_noise(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Add gray noise, `amount` levels of standard deviation."""
    return _clip(frame + generator.normal(0, amount, frame.shape))


def _blur(frame: UInt8Array, amount: float, _: np.random.Generator) -> UInt8Array:
    """Blur by a Gaussian of `amount` pixels."""
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), amount), np.uint8)


def _lower_contrast(frame: UInt8Array, amount: float, _: np.random.Generator) -> UInt8Array:
    """Pull paper and ink toward the middle gray: `amount` is the share of the contrast that is lost."""
    return _clip(127.5 + (1 - amount) * (frame - 127.5))


def _shift(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Move by `amount` pixels in any direction."""
    angle = generator.uniform(0, 2 * np.pi)
    return _move(frame, np.eye(2), amount * np.array([np.cos(angle), np.sin(angle)]))


def _turn(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Turn by `amount` degrees, either way."""
    angle = np.deg2rad(amount) * _either(generator)
    return _move(frame, np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


def _scale(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Shrink or grow `amount` times."""
    return _move(frame, np.eye(2) * amount ** _either(generator))


def _shear(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Slant by `amount` columns a row, either way."""
    return _move(frame, np.array([[1, amount * _either(generator)], [0, 1]]))


def _occlude(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Take the ink out of a square of `amount` pixels somewhere in the 20 x 20 that the ink fills."""
    side, margin = round(amount), (FRAME_SIDE - INK_SIDE) // 2
    top, left = generator.integers(margin, margin + INK_SIDE - side + 1, 2)
    result = frame.copy()
    result[top : top + side, left : left + side] = 0
    return result


def _draw_lines(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Draw `amount` straight lines, one pixel wide, from side to side; a part of a line is one of fainter ink."""
    result = frame.copy()
    for left in np.arange(amount, 0, -1):
        start, end = (int(place) for place in generator.integers(0, FRAME_SIDE, 2))
        lies = generator.random() < 0.5
        ends = ((0, start), (FRAME_SIDE - 1, end)) if lies else ((start, 0), (end, FRAME_SIDE - 1))
        line = cv2.line(np.zeros_like(frame), *ends, round(255 * min(1.0, left)), 1)
        result = np.maximum(result, line)
    return result


def _change_stroke_width(frame: UInt8Array, amount: float, generator: np.random.Generator) -> UInt8Array:
    """Thicken by `amount` gray dilations with a cross, or thin by half as many erosions; a part of one is mixed in."""
    thickens = _either(generator) > 0
    change, left = (cv2.dilate, amount) if thickens else (cv2.erode, amount / 2)
    result = frame.astype(np.float32)
    while left > 0:
        share = min(1.0, left)
        result = (1 - share) * result + share * np.asarray(change(result, _CROSS), np.float32)
        left -= share
    return _clip(result)


# kind -> how, and its amount at each of the five strengths, in the unit that the function names
CORRUPTIONS: Mapping[str, tuple[Harm, tuple[float, float, float, float, float]]] = MappingProxyType(
    {
        "noise": (_add_noise, (15, 30, 45, 65, 90)),
        "blur": (_blur, (0.6, 1.0, 1.4, 1.8, 2.2)),
        "contrast": (_lower_contrast, (0.1, 0.2, 0.35, 0.5, 0.65)),
        "shift": (_shift, (1, 2, 3, 4, 5)),
        "turn": (_turn, (10, 20, 30, 40, 50)),
        "scale": (_scale, (1.1, 1.2, 1.35, 1.5, 1.7)),
        "shear": (_shear, (0.2, 0.4, 0.6, 0.8, 1.0)),
        "occlusion": (_occlude, (3, 5, 7, 9, 11)),
        "lines": (_draw_lines, (0.4, 0.7, 1, 2, 3)),
        "stroke width": (_change_stroke_width, (0.4, 0.8, 1.2, 1.6, 2.0)),
    }
)


def _either(generator: np.random.Generator) -> int:
    return 1 if generator.random() < 0.5 else -1


def _move(frame: UInt8Array, matrix: Float64Array, shift: Float64Array | None = None) -> UInt8Array:
    """Map the ink by `matrix` about the frame's center, then by `shift` pixels (x, y); paper comes in."""
    center = np.full(2, FRAME_CENTER)
    offset = center - matrix @ center + (0 if shift is None else shift)
    return np.asarray(cv2.warpAffine(frame, np.column_stack([matrix, offset]), _SIZE, flags=cv2.INTER_LINEAR), np.uint8)


def _clip(values: Float64Array | np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> UInt8Array:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
