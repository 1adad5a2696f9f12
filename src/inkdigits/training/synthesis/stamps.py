"""Draws single marks as ink masks ("stamps"): digits of many hands, signs, letters, scribbles and print.

A stamp is a small picture of ink alone, trimmed to it. Its height and the width of its pen are free, so that one source
serves a 10-pixel digit and one that fills a page. `rows` and `scenes` put stamps on paper.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.synthesis.sign_strokes import SIGN_STROKES

__all__ = ["Hand", "InkPool", "Stamp", "draw_hand", "stamp_strokes", "trim"]

Strokes: TypeAlias = Sequence[Float32Array]

_SUBPIXEL = 4  # bits of sub-pixel precision for OpenCV's lines
_FIELD_SIDE = 96  # pixels of the long side of a bitmap where its distance field is made
_TRIM_LEVEL = 40  # of 255: fainter rims are not part of a mark's box
_THINNEST = 0.42  # of a bitmap's stroke may be left: thinner ones break
_CODE_SHARE = 0.1  # of the digits of a hand with a pen: drawn by code, for forms that are rare elsewhere


@dataclass(frozen=True, slots=True)
class Stamp:
    """Ink of one mark, trimmed.

    Attributes:
        ink: uint8, shape (h, w), 0 for paper to 255 for full ink.
        top: Rows from the top of a digit of this line to the top of the ink; negative above it.
    """

    ink: UInt8Array
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class Hand:
    """What one writer keeps up in a line.

    Attributes:
        source: "pen" for strokes, or the name of a set of bitmaps.
        pen: Width of a stroke in digit heights.
        slant: Shear of the writing, in widths a height.
        aspect: Widening of all digits.
        unsteadiness: Standard deviation of shear and turn from digit to digit.
        grain: Share of ink lost in patches, as pencils and dry pens leave it.
    """

    source: str
    pen: float
    slant: float
    aspect: float
    unsteadiness: float
    grain: float


def draw_hand(generator: Generator, sources: Sequence[str], shares: Sequence[float]) -> Hand:
    """Draw a writer.

    Args:
        generator: Where every choice comes from.
        sources: Names to choose from: "pen" or a set of bitmaps of the pool.
        shares: Of each source; they sum to 1.
    """
    kind = generator.random()
    if kind < 0.12:
        pen = generator.uniform(0.005, 0.05)  # a hairline on a large drawing
    elif kind < 0.92:
        pen = generator.uniform(0.045, 0.15)
    else:
        pen = generator.uniform(0.15, 0.22)  # a felt pen on small digits
    return Hand(
        source=str(generator.choice(list(sources), p=list(shares))),
        pen=pen,
        slant=generator.normal(0.06, 0.16),
        aspect=float(np.exp(generator.normal(0, 0.13))),
        unsteadiness=generator.uniform(0.02, 0.1),
        grain=generator.uniform(0.1, 0.7) if generator.random() < 0.25 else 0.0,
    )


def trim(ink: UInt8Array) -> UInt8Array:
    """Return the part of a mask that has ink; one pixel where there is none."""
    x, y, width, height = cv2.boundingRect((ink > _TRIM_LEVEL).astype(np.uint8))
    return ink[y : y + height, x : x + width] if width and height else ink[:1, :1]


class InkPool:
    """Everything that marks are drawn from: real hands, MNIST, and forms in code.

    Args:
        handwriting: Real hands, or an empty `Handwriting`.
        mnist: uint8 frames (n, 28, 28) and labels (n,).
        digit_forms: Of each digit, forms of strokes in a box of height 1.
        letter_forms: Of each letter likewise.
    """

    def __init__(
        self,
        handwriting: Handwriting,
        mnist: tuple[UInt8Array, UInt8Array],
        digit_forms: dict[int, list[Strokes]],
        letter_forms: dict[str, list[Strokes]],
    ) -> None:
        self._strokes = handwriting.strokes
        self._places = [np.flatnonzero(handwriting.stroke_labels == label) for label in range(10)]
        self._bitmaps = {"mnist": mnist} | dict(handwriting.bitmaps)
        crops = [(crop_ink(picture.picture), picture.text) for picture in handwriting.digit_crops]
        self._crops = [[ink for ink, text in crops if text == str(label)] for label in range(10)]
        self._bitmap_places = {
            name: [np.flatnonzero(labels == label) for label in range(10)]
            for name, (_, labels) in self._bitmaps.items()
        }
        self._digit_forms, self._letter_forms, self._signs = digit_forms, letter_forms, handwriting.signs

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of what a hand can write digits with."""
        names = ["pen", *self._bitmaps]
        return (*names, "crops") if any(self._crops) else tuple(names)

    def digit(self, label: int, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw one digit of a hand, `height` pixels high (a flat one is as high as it is drawn)."""
        if hand.source == "crops" and self._crops[label]:
            crops = self._crops[label]
            return _change(crops[int(generator.integers(len(crops)))], height, hand, generator)
        if hand.source in self._bitmaps and len(self._bitmap_places[hand.source][label]):
            if label == 1 and hand.source in ("optdigits_orig", "semeion"):  # stretched to the frame there
                return self._by_pen(label, height, hand, generator)
            frames, places = self._bitmaps[hand.source][0], self._bitmap_places[hand.source][label]
            return _stamp_bitmap(frames[int(generator.choice(places))], height, hand, generator)
        return self._by_pen(label, height, hand, generator)

    def _by_pen(self, label: int, height: float, hand: Hand, generator: Generator) -> Stamp:
        places = self._places[label] if len(self._strokes) else np.zeros(0, dtype=np.int64)
        if len(places) == 0 or generator.random() < _CODE_SHARE:
            forms = self._digit_forms[label]
            return stamp_strokes(forms[int(generator.integers(len(forms)))], height, hand, generator)
        return stamp_strokes(self._strokes[int(generator.choice(places))], height, hand, generator)

    def sign(self, character: str, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw a sign beside digits of `height` pixels; `Stamp.top` says where it stands."""
        forms = SIGN_STROKES[character]
        form = forms[int(generator.integers(len(forms)))]
        strokes = [np.asarray(stroke, dtype=np.float32) for stroke in form]
        top = min(float(stroke[:, 1].min()) for stroke in strokes)
        stretch = float(np.exp(generator.normal(0, 0.12)))
        points = [stroke * np.float32([stretch, 1.0]) for stroke in strokes]
        stamp = _draw(points, height, hand, generator)
        return Stamp(stamp.ink, top * height - 0.5 * hand.pen * height)

    def letter(self, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw a letter or a sign of another script, which looks like no digit."""
        if len(self._signs) and generator.random() < 0.5:
            bitmap = trim(self._signs[int(generator.integers(len(self._signs)))])
            return _stamp_bitmap(bitmap, height, hand, generator)
        names = list(self._letter_forms)
        forms = self._letter_forms[names[int(generator.integers(len(names)))]]
        return stamp_strokes(forms[int(generator.integers(len(forms)))], height, hand, generator)


def crop_ink(picture: UInt8Array) -> UInt8Array:
    """Return the ink of a dark-on-light crop of one mark: 255 where it is darkest, 0 on its paper.

    Pieces that do not touch the central half of the picture belong to neighbors and are left out.
    """
    gray = picture.astype(np.float32)
    paper, dark = float(np.percentile(gray, 80)), float(np.percentile(gray, 1))
    ink = np.clip((paper - gray) / max(paper - dark, 1.0) * 255 - 30, 0, 255) * (255 / 225)
    mask = (ink > 60).astype(np.uint8)
    count, labels = cv2.connectedComponents(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
    height, width = ink.shape
    middle = labels[height // 4 : -(height // 4) or None, width // 4 : -(width // 4) or None]
    kept = np.isin(np.arange(count), np.unique(middle)) & (np.arange(count) > 0)
    return trim(np.asarray(ink * kept[labels], dtype=np.uint8))


def stamp_strokes(strokes: Strokes, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw a form of any size with a hand's pen, `height` pixels high, or 1.6 heights wide at the most."""
    points = [np.asarray(stroke, dtype=np.float32) for stroke in strokes]
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    extent = max(float(high[1] - low[1]), float(high[0] - low[0]) / 1.6, 1e-3)
    middle = (low + high) / 2
    turn = _shape(hand, generator)
    points = [((stroke - middle) / extent) @ turn.T for stroke in points]
    if generator.random() < 0.7:
        points = _wobble(points, generator)
    together = np.concatenate(points)
    scale = 1 / max(float(np.ptp(together[:, 1])), float(np.ptp(together[:, 0])) / 1.6, 1e-3)
    return _draw([stroke * np.float32(scale) for stroke in points], max(height * (1 - hand.pen), 2.0), hand, generator)


def _shape(hand: Hand, generator: Generator) -> Float32Array:
    """Return the 2 x 2 change of one digit: turn, slant and aspect."""
    turn = generator.normal(0, hand.unsteadiness)
    slant = hand.slant + generator.normal(0, hand.unsteadiness)
    wide = hand.aspect * np.exp(generator.normal(0, 0.6 * hand.unsteadiness))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(rotation @ np.array([[wide, -slant], [0, 1]]), dtype=np.float32)


def _wobble(points: Strokes, generator: Generator) -> list[Float32Array]:
    """Bend all strokes by one smooth field, so that joints stay joined."""
    field = generator.normal(0, generator.uniform(0.0, 0.05), (2, 3, 3))
    bent = []
    for stroke in points:
        u = np.clip(stroke + 0.5, 0, 1) * 2
        cell = np.minimum(u.astype(int), 1)
        part = u - cell
        x, y, fx, fy = cell[:, 0], cell[:, 1], part[:, 0], part[:, 1]
        moved = [
            axis[y, x] * (1 - fx) * (1 - fy)
            + axis[y, x + 1] * fx * (1 - fy)
            + axis[y + 1, x] * (1 - fx) * fy
            + axis[y + 1, x + 1] * fx * fy
            for axis in field
        ]
        bent.append((stroke + np.stack(moved, axis=1)).astype(np.float32))
    return bent


def _draw(points: Strokes, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw strokes given in digit heights."""
    width = hand.pen * height * float(np.exp(generator.normal(0, 0.08)))
    thickness = max(1, round(width))
    strength = min(1.0, max(width, 0.25))  # a pen thinner than a pixel leaves a pale line
    pad = thickness + 2
    scaled = [stroke * np.float32(height) for stroke in points]
    together = np.concatenate(scaled)
    low, high = together.min(axis=0), together.max(axis=0)
    columns, rows = (int(extent) + 2 * pad + 2 for extent in (high - low))
    canvas = np.zeros((rows, columns), dtype=np.uint8)
    for stroke in scaled:
        path = _smooth(stroke - low + pad)
        if len(path) == 1:
            center = (round(float(path[0, 0]) * 2**_SUBPIXEL), round(float(path[0, 1]) * 2**_SUBPIXEL))
            radius = max(0.7, width * generator.uniform(0.5, 0.95))
            cv2.circle(canvas, center, round(radius * 2**_SUBPIXEL), 255, -1, cv2.LINE_AA, _SUBPIXEL)
            continue
        cv2.polylines(
            canvas, [np.rint(path * 2**_SUBPIXEL).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, _SUBPIXEL
        )
    return Stamp(_grain(trim(canvas), strength, hand, generator))


def _smooth(stroke: Float32Array) -> Float32Array:
    if len(stroke) < 3:
        return stroke
    at = np.linspace(0, len(stroke) - 1, max(16, 2 * len(stroke)))
    steps = np.arange(len(stroke))
    path = np.stack([np.interp(at, steps, stroke[:, axis]) for axis in (0, 1)], axis=1)
    for _ in range(2):
        path[1:-1] = (path[:-2] + 2 * path[1:-1] + path[2:]) / 4
    return path.astype(np.float32)


def _grain(ink: UInt8Array, strength: float, hand: Hand, generator: Generator) -> UInt8Array:
    if hand.grain == 0 and strength == 1:
        return ink
    values = ink.astype(np.float32) * np.float32(strength)
    if hand.grain:
        size = (max(2, ink.shape[1] // 2), max(2, ink.shape[0] // 2))
        patches = generator.uniform(1 - 1.3 * hand.grain, 1.15, size[::-1]).astype(np.float32)
        values *= np.clip(cv2.resize(patches, (ink.shape[1], ink.shape[0])), 0.05, 1)
    return values.astype(np.uint8)


def _stamp_bitmap(bitmap: UInt8Array, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw a small bitmap with the pen's width, through its distance field."""
    crop = trim(bitmap)
    if hand.source in ("optdigits_orig", "semeion"):  # their aspect was lost
        crop = np.asarray(
            cv2.resize(crop, (max(2, round(crop.shape[0] * generator.uniform(0.45, 0.8))), crop.shape[0]))
        )
    scale = _FIELD_SIDE / max(crop.shape)
    size = (max(2, round(crop.shape[1] * scale)), max(2, round(crop.shape[0] * scale)))
    padded = cv2.copyMakeBorder(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), 8, 8, 8, 8, cv2.BORDER_CONSTANT)
    large = cv2.GaussianBlur(padded, (0, 0), 0.02 * _FIELD_SIDE)
    inside = (large > 110).astype(np.uint8)
    if not inside.any():
        return Stamp(crop)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    outline = max(
        1, int(np.count_nonzero(cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))) // 2
    )
    stroke = 2 * float(inside.sum()) / outline  # of a line: its area by half of its outline
    wanted = hand.pen * _FIELD_SIDE * (crop.shape[0] / max(crop.shape))
    change = float(np.clip(wanted - stroke, (_THINNEST - 1) * stroke, stroke)) / 2
    tall = height / size[1]
    matrix = _shape(hand, generator) * np.float32(tall)
    field, at = _warp(distance + np.float32(change), matrix, outside=-_FIELD_SIDE / 2)
    ink = np.clip(field * np.float32(tall * at) * 255 + 127, 0, 255).astype(np.uint8)
    return Stamp(_grain(trim(ink), 1.0, hand, generator))


def _change(ink: UInt8Array, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Scale and shear a gray mask."""
    tall = height / max(ink.shape[0], ink.shape[1] / 1.6)
    if tall < 0.5:
        size = (max(2, round(ink.shape[1] * 2 * tall)), max(2, round(ink.shape[0] * 2 * tall)))
        ink, tall = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), 0.5
    changed, _ = _warp(ink.astype(np.float32), _shape(hand, generator) * np.float32(tall), outside=0.0)
    return Stamp(trim(np.clip(changed * 1.15, 0, 255).astype(np.uint8)))


def _warp(values: Float32Array, matrix: Float32Array, *, outside: float) -> tuple[Float32Array, float]:
    """Change a picture about its middle; the result just holds it. Also return 1, the scale left to apply."""
    height, width = values.shape
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([width / 2, height / 2]) @ matrix.T
    columns, rows = (int(np.ceil(extent)) + 3 for extent in np.ptp(corners, axis=0))
    shift = np.array([columns / 2, rows / 2]) - matrix @ np.array([width / 2, height / 2])
    full = np.hstack([matrix, shift[:, None]]).astype(np.float32)
    warped = cv2.warpAffine(values, full, (columns, rows), flags=cv2.INTER_LINEAR, borderValue=outside)
    return np.asarray(warped, dtype=np.float32), 1.0


Draw: TypeAlias = Callable[[float, Hand, Generator], Stamp]
