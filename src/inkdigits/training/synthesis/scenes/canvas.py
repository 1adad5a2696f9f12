"""A canvas that remembers what was put on it: ink, and where which digit, sign or other mark stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import DETECTOR_STEP, BoolArray, Float32Array, UInt8Array

__all__ = ["IGNORED", "Box", "Canvas", "MarkRow", "Scene", "ignore_box", "to_places", "to_rows"]

IGNORED = 255  # in `Scene.other`: nothing is asked of the network here

_SEEN = 0.75  # share of a mark's box inside the picture from which it is to be found
_HIDDEN = 0.45  # share up to which it is no mark at all: half an 8 is no 3; a mark between the two is ignored
_VISIBLE = 0.38  # correlation of ink and gray levels: below it, nobody finds the digit in a contact sheet
_OTHER_INK = 60  # of 255: ink from which a place counts as inked by another mark
_STRUCK_INK = 0.15  # share of light taken away from which a pixel of a crossed-out digit counts as ink


class Box(NamedTuple):
    """A box in pixels, half open."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float


class MarkRow(NamedTuple):
    """A row of `Scene.marks`.

    Attributes:
        label: Place in `spec.MARK_LABELS`.
        x_min: Left side of its box, pixels; the box is half open.
        y_min: Its top.
        x_max: Its right side.
        y_max: Its bottom.
        printed: 1 where a machine printed it, else 0.
        line: Number of its line in the scene.
    """

    label: float
    x_min: float
    y_min: float
    x_max: float
    y_max: float
    printed: float = 0.0
    line: float = 0.0

    @property
    def box(self) -> Box:
        """Its box alone."""
        return Box(*self[1:5])


def to_rows(marks: Iterable[MarkRow]) -> Float32Array:
    """Return marks as an array, float32, shape (n, 7)."""
    return np.array(list(marks), dtype=np.float32).reshape(-1, len(MarkRow._fields))


@dataclass(frozen=True, slots=True)
class Scene:
    """A composed picture with everything known.

    Attributes:
        picture: uint8, shape (H, W).
        marks: float32, shape (n, 7): a `MarkRow` for each digit and sign that is to be found.
        other: uint8, shape (H / 4, W / 4): 1 where ink is no digit and no sign, 255 where nothing is asked, else 0.
    """

    picture: UInt8Array
    marks: Float32Array
    other: UInt8Array


def to_places(mask: BoolArray, least: int = 1) -> UInt8Array:
    """Return which places of the detector's answer hold `least` pixels of a mask or more.

    Args:
        mask: bool, shape (H, W), both multiples of 4.
        least: 1 or more.

    Returns:
        uint8, shape (H / 4, W / 4), 0 or 1.
    """
    rows, columns = mask.shape
    blocks = mask.reshape(rows // DETECTOR_STEP, DETECTOR_STEP, columns // DETECTOR_STEP, DETECTOR_STEP)
    return np.asarray(blocks.sum(axis=(1, 3)) >= least, dtype=np.uint8)


def ignore_box(other: UInt8Array, box: Box) -> None:
    """Mark in `Scene.other`, in place, that nothing is asked where a box lies."""
    rows = slice(max(0, int(box.y_min) // DETECTOR_STEP), max(0, -(-int(box.y_max) // DETECTOR_STEP)))
    columns = slice(max(0, int(box.x_min) // DETECTOR_STEP), max(0, -(-int(box.x_max) // DETECTOR_STEP)))
    other[rows, columns] = IGNORED


class Canvas:
    """Ink in the making, on a scene of `shape` (rows, columns)."""

    def __init__(self, shape: tuple[int, int]) -> None:
        """Start without ink."""
        self._ink = np.zeros(shape, dtype=np.float32)
        self._other = np.zeros(shape, dtype=np.uint8)
        self._marks: list[MarkRow] = []
        self._ignored: list[Box] = []

    @property
    def ink(self) -> Float32Array:
        """float32, shape (H, W), 0 to 1: the share of light that ink takes away."""
        return self._ink

    @property
    def rows(self) -> int:
        """Height in pixels."""
        return self._ink.shape[0]

    @property
    def columns(self) -> int:
        """Width in pixels."""
        return self._ink.shape[1]

    @property
    def marks(self) -> tuple[MarkRow, ...]:
        """Digits and signs put down so far that are to be found."""
        return tuple(self._marks)

    def put(self, ink: UInt8Array, x: float, y: float, strength: float) -> float:
        """Put ink down with its upper left corner at (x, y); it counts as nothing that is to be found.

        Args:
            ink: uint8, shape (h, w), 255 for full ink.
            x: Column, pixels; what lies outside the canvas is cut off.
            y: Row.
            strength: Share of light that full ink takes away, 0 to 1.

        Returns:
            The share of the ink's box that lies inside.
        """
        window = self._find_window(ink, round(x), round(y))
        if window is None:
            return 0.0
        rows, columns, part = window
        view = self._ink[rows, columns]
        np.maximum(view, part.astype(np.float32) * np.float32(strength / 255), out=view)
        return float(part.size) / ink.size

    def put_mark(self, mark: MarkRow, ink: UInt8Array, strength: float) -> None:
        """Put a digit or a sign down and remember it; its box begins at the mark's x_min and y_min.

        Args:
            mark: Its label, place, kind and line; the far sides of its box are those of the ink.
            ink: As in `put`.
            strength: As in `put`.
        """
        x, y = round(mark.x_min), round(mark.y_min)
        seen = self.put(ink, x, y, strength)
        box = Box(max(x, 0), max(y, 0), min(x + ink.shape[1], self.columns), min(y + ink.shape[0], self.rows))
        self._remember(mark, box, seen)

    def put_other(self, ink: UInt8Array, x: float, y: float, strength: float) -> None:
        """Put a mark down that is no digit and no sign; arguments as of `put`."""
        self.put(ink, x, y, strength)
        window = self._find_window(ink, round(x), round(y))
        if window is not None:
            rows, columns, part = window
            view = self._other[rows, columns]
            np.maximum(view, part, out=view)

    def strike_marks(self, box: Box) -> None:
        """Forget the marks whose middle lies in a box, as those that were crossed out: they are other ink now."""
        marks, self._marks = self._marks, []
        for mark in marks:
            x, y = (mark.x_min + mark.x_max) / 2, (mark.y_min + mark.y_max) / 2
            if not (box.x_min <= x <= box.x_max and box.y_min <= y <= box.y_max):
                self._marks.append(mark)
                continue
            rows, columns = slice(int(mark.y_min), int(mark.y_max)), slice(int(mark.x_min), int(mark.x_max))
            inked = (self._ink[rows, columns] > _STRUCK_INK).astype(np.uint8) * np.uint8(255)
            np.maximum(self._other[rows, columns], inked, out=self._other[rows, columns])

    def keep_inside(self, box: Box) -> None:
        """Forget what lies outside a box of whole pixels: the picture ends there."""
        left, top, right, bottom = (int(side) for side in box)
        self._other[:top], self._other[bottom:], self._other[:, :left], self._other[:, right:] = 0, 0, 0, 0
        marks, self._marks = self._marks, []
        for mark in marks:
            sides = (max(mark.x_min, left), max(mark.y_min, top), min(mark.x_max, right), min(mark.y_max, bottom))
            area = max(sides[2] - sides[0], 0) * max(sides[3] - sides[1], 0)
            seen = area / max((mark.x_max - mark.x_min) * (mark.y_max - mark.y_min), 1)
            self._remember(mark, Box(*sides), seen)

    def ignore(self, box: Box) -> None:
        """Ask nothing of the network in a box."""
        self._ignored.append(box)

    def vary_pressure(self, generator: Generator) -> None:
        """Let the pressure of the pen change slowly over the picture."""
        pressure = generator.uniform(0.75, 1.1, (2, 4)).astype(np.float32)
        self._ink *= cv2.resize(pressure, (self.columns, self.rows))

    def finish(self, picture: UInt8Array) -> Scene:
        """Return the scene, given the picture that was made of the ink: uint8, shape (H, W).

        Nothing is asked where light, blur or grain have hidden a mark: to ask for it teaches to see digits in grain.
        """
        marks, self._marks = self._marks, []
        for mark in marks:
            if self._can_be_seen(mark, picture):
                self._marks.append(mark)
            else:
                self._ignored.append(mark.box)
        other = to_places(self._other > _OTHER_INK)
        for box in self._ignored:
            ignore_box(other, box)
        return Scene(picture, to_rows(self._marks), other)

    def _can_be_seen(self, mark: MarkRow, picture: UInt8Array) -> bool:
        """Return whether a picture shows a mark's ink: its gray levels follow the ink more than by chance."""
        rows = slice(max(int(mark.y_min) - 1, 0), int(mark.y_max) + 2)
        columns = slice(max(int(mark.x_min) - 1, 0), int(mark.x_max) + 2)
        ink, gray = self._ink[rows, columns].ravel(), picture[rows, columns].ravel().astype(np.float32)
        ink, gray = ink - ink.mean(), gray - gray.mean()
        spread = float(np.sqrt((ink @ ink) * (gray @ gray)))
        return abs(float(ink @ gray)) >= _VISIBLE * spread > 0

    def _remember(self, mark: MarkRow, box: Box, seen: float) -> None:
        """Keep what can be seen of a mark: all but a little, or only so much that nothing can be asked."""
        if seen >= _SEEN:
            self._marks.append(MarkRow(mark.label, *box, mark.printed, mark.line))
        elif seen > _HIDDEN:
            self._ignored.append(box)

    def _find_window(self, ink: UInt8Array, x: int, y: int) -> tuple[slice, slice, UInt8Array] | None:
        """Return the rows and columns where ink comes to lie, and the part of it that lies there."""
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + ink.shape[1], self.columns), min(y + ink.shape[0], self.rows)
        if right <= left or bottom <= top:
            return None
        return slice(top, bottom), slice(left, right), ink[top - y : bottom - y, left - x : right - x]
