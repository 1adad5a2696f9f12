"""A hand: what one writer keeps up from mark to mark, and how single marks vary around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Hand", "draw_hand", "draw_shape", "lose_ink"]

# widths of pens in digit heights, each with the share of all hands up to it: a hairline on a large drawing, the usual
# pens, a felt pen
_PENS = ((0.12, (0.005, 0.05)), (0.92, (0.045, 0.15)), (1.0, (0.15, 0.22)))
_GRAINY_SHARE = 0.25  # of all hands lose ink, as pencils and dry pens do
_GRAIN = (0.1, 0.7)  # share of ink that those lose
_NIB_SHARE, _NIB_ANGLES = 0.15, (-0.4, 1.2)  # of hands write with a broad nib; radians that it is turned by
_HABITS = 2**30  # so many writers differ in the forms that they choose


@dataclass(frozen=True, slots=True)
class Hand:
    """What one writer keeps up in a line.

    Attributes:
        source: "pen" for strokes, "crops" for gray crops, "forms" and "old" for forms in code, or the name of a set of
            bitmaps.
        pen: Width of a stroke in digit heights.
        slant: Shear of the writing: columns to the right for each row upward.
        aspect: Widening of all digits.
        unsteadiness: Standard deviation of shear (columns a row) and of turn (radians) from digit to digit.
        grain: Share of ink lost in patches, 0 to 1.
        nib: Angle of a broad nib that makes strokes thick and thin, radians; None for a round pen.
        habits: Which of the forms in code this writer keeps to, 0 or more.
    """

    source: str
    pen: float
    slant: float
    aspect: float
    unsteadiness: float
    grain: float
    nib: float | None = None
    habits: int = 0


def draw_hand(generator: Generator, sources: Sequence[str], shares: Sequence[float]) -> Hand:
    """Draw a writer.

    Args:
        generator: Where every choice comes from.
        sources: Names to choose from, as in `Hand.source`.
        shares: Of each source; they sum to 1.
    """
    kind = generator.random()
    widths = next(widths for reached, widths in _PENS if kind < reached)
    pen = generator.uniform(*widths)
    return Hand(
        source=str(generator.choice(list(sources), p=list(shares))),
        pen=pen,
        slant=generator.normal(0.06, 0.16),
        aspect=float(np.exp(generator.normal(0, 0.13))),
        unsteadiness=generator.uniform(0.02, 0.1),
        grain=generator.uniform(*_GRAIN) if generator.random() < _GRAINY_SHARE else 0.0,
        nib=generator.uniform(*_NIB_ANGLES) if generator.random() < _NIB_SHARE else None,
        habits=int(generator.integers(_HABITS)),
    )


def draw_shape(hand: Hand, generator: Generator) -> Float32Array:
    """Return how one mark of a hand is turned, slanted and widened: float32, shape (2, 2), for columns (x, y)."""
    turn = generator.normal(0, hand.unsteadiness)
    slant = hand.slant + generator.normal(0, hand.unsteadiness)
    wide = hand.aspect * np.exp(generator.normal(0, 0.6 * hand.unsteadiness))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(rotation @ np.array([[wide, -slant], [0, 1]]), dtype=np.float32)


def lose_ink(ink: UInt8Array, strength: float, hand: Hand, generator: Generator) -> UInt8Array:
    """Return ink as pale as `strength` says, 0 to 1, with the patches that a hand's grain leaves."""
    if hand.grain == 0 and strength == 1:
        return ink
    values = ink.astype(np.float32) * np.float32(strength)
    if hand.grain:
        size = (max(2, ink.shape[1] // 2), max(2, ink.shape[0] // 2))
        patches = generator.uniform(1 - 1.3 * hand.grain, 1.15, size[::-1]).astype(np.float32)
        values *= np.clip(cv2.resize(patches, (ink.shape[1], ink.shape[0])), 0.05, 1)
    return values.astype(np.uint8)
