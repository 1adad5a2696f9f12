"""A canvas that remembers what was put on it: ink, and where which digit, sign or other mark stands."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import DETECTOR_STEP, Float32Array, UInt8Array

__all__ = ["IGNORED", "Canvas", "Scene"]

IGNORED = 255  # in `Scene.other`: nothing is asked of the network here

_SEEN = 0.75  # of a mark inside the picture: it is to be found
_HIDDEN = 0.15  # less than this of it is no mark at all; what lies between is ignored
_OTHER_INK = 60  # of 255: ink from which a place counts as inked by another mark


@dataclass(frozen=True, slots=True)
class Scene:
    """A composed picture with everything known.

    Attributes:
        picture: uint8, shape (H, W).
        marks: float32, shape (n, 7): label, x_min, y_min, x_max, y_max in pixels, 1 where printed, number of its line.
        other: uint8, shape (H / 4, W / 4): 1 where ink is no digit and no sign, 255 where nothing is asked, else 0.
    """

    picture: UInt8Array
    marks: Float32Array
    other: UInt8Array


@dataclass(slots=True)
class Canvas:
    """Ink in the making.

    Attributes:
        ink: float32, shape (H, W), 0 to 1: the share of light that ink takes away.
    """

    ink: Float32Array
    _other: UInt8Array = field(init=False)
    _marks: list[tuple[float, ...]] = field(default_factory=list)
    _ignored: list[tuple[float, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make room for what is no digit."""
        self._other = np.zeros(self.ink.shape, dtype=np.uint8)

    def put(self, ink: UInt8Array, x: float, y: float, strength: float) -> float:
        """Put ink down with its upper left corner at (x, y); return the share of it that lies inside."""
        window = self._window(ink, round(x), round(y))
        if window is None:
            return 0.0
        (top, bottom, left, right), part = window
        view = self.ink[top:bottom, left:right]
        fresh = part.astype(np.float32) * np.float32(strength / 255)
        np.maximum(view, fresh, out=view)
        return float((bottom - top) * (right - left)) / ink.size

    def put_mark(
        self, label: int, ink: UInt8Array, x: float, y: float, *, strength: float, printed: bool, line: int
    ) -> None:
        """Put a digit or a sign down and remember its box."""
        seen = self.put(ink, x, y, strength)
        height, width = self.ink.shape
        box = (
            max(round(x), 0),
            max(round(y), 0),
            min(round(x) + ink.shape[1], width),
            min(round(y) + ink.shape[0], height),
        )
        if seen >= _SEEN:
            self._marks.append((label, *box, float(printed), line))
        elif seen > _HIDDEN:
            self._ignored.append(box)

    def put_other(self, ink: UInt8Array, x: float, y: float, strength: float) -> None:
        """Put a mark down that is no digit and no sign."""
        self.put(ink, x, y, strength)
        window = self._window(ink, round(x), round(y))
        if window is not None:
            (top, bottom, left, right), part = window
            view = self._other[top:bottom, left:right]
            np.maximum(view, part, out=view)

    def cover_marks(self, x_min: float, y_min: float, x_max: float, y_max: float) -> None:
        """Forget the marks whose middle lies in a box, as those that were crossed out: they are other ink now."""
        kept = []
        for mark in self._marks:
            inside = x_min <= (mark[1] + mark[3]) / 2 <= x_max and y_min <= (mark[2] + mark[4]) / 2 <= y_max
            if not inside:
                kept.append(mark)
                continue
            rows, columns = slice(int(mark[2]), int(mark[4])), slice(int(mark[1]), int(mark[3]))
            inked = (self.ink[rows, columns] > 0.15).astype(np.uint8) * np.uint8(255)
            np.maximum(self._other[rows, columns], inked, out=self._other[rows, columns])
        self._marks = kept

    def keep_inside(self, x_min: int, y_min: int, x_max: int, y_max: int) -> None:
        """Forget what lies outside a box: the picture ends there."""
        self._other[:y_min], self._other[y_max:], self._other[:, :x_min], self._other[:, x_max:] = 0, 0, 0, 0
        kept = []
        for label, left, top, right, bottom, *rest in self._marks:
            box = (max(left, x_min), max(top, y_min), min(right, x_max), min(bottom, y_max))
            area = max(box[2] - box[0], 0) * max(box[3] - box[1], 0)
            seen = area / max((right - left) * (bottom - top), 1)
            if seen >= _SEEN:
                kept.append((label, *box, *rest))
            elif seen > _HIDDEN:
                self._ignored.append(box)
        self._marks = kept

    def ignore(self, x_min: float, y_min: float, x_max: float, y_max: float) -> None:
        """Ask nothing of the network in a box."""
        self._ignored.append((x_min, y_min, x_max, y_max))

    def shift_strength(self, generator: Generator) -> None:
        """Let the pressure of the pen change slowly over the picture."""
        field_ = generator.uniform(0.75, 1.1, (2, 4)).astype(np.float32)
        self.ink *= cv2.resize(field_, (self.ink.shape[1], self.ink.shape[0]))

    def finish(self, picture: UInt8Array) -> Scene:
        """Return the scene, given the picture that was made of the ink."""
        height, width = picture.shape
        blocks = (self._other > _OTHER_INK).reshape(
            height // DETECTOR_STEP, DETECTOR_STEP, width // DETECTOR_STEP, DETECTOR_STEP
        )
        other = blocks.any(axis=(1, 3)).astype(np.uint8)
        for x_min, y_min, x_max, y_max in self._ignored:
            rows = slice(max(0, int(y_min) // DETECTOR_STEP), max(0, -(-int(y_max) // DETECTOR_STEP)))
            columns = slice(max(0, int(x_min) // DETECTOR_STEP), max(0, -(-int(x_max) // DETECTOR_STEP)))
            other[rows, columns] = IGNORED
        marks = np.array(self._marks, dtype=np.float32).reshape(-1, 7)
        return Scene(picture, marks, other)

    def _window(self, ink: UInt8Array, x: int, y: int) -> tuple[tuple[int, int, int, int], UInt8Array] | None:
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + ink.shape[1], self.ink.shape[1]), min(y + ink.shape[0], self.ink.shape[0])
        if right <= left or bottom <= top:
            return None
        return (top, bottom, left, right), ink[top - y : bottom - y, left - x : right - x]
