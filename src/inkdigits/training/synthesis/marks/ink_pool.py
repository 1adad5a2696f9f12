"""All that digits, signs and letters can be drawn from: real hands, MNIST, and forms in code."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from inkdigits.spec import CLASS_COUNT, UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.digit_strokes import FORMS as DIGIT_FORMS
from inkdigits.training.synthesis.digit_strokes import Form
from inkdigits.training.synthesis.grade_strokes import GRADE_FORMS
from inkdigits.training.synthesis.letter_strokes import FORMS as LETTER_FORMS
from inkdigits.training.synthesis.marks.bitmaps import STRETCHED, crop_ink, stamp_bitmap, stamp_gray
from inkdigits.training.synthesis.marks.hands import Hand, draw_hand, draw_shape
from inkdigits.training.synthesis.marks.old_hands import OLD_FORMS
from inkdigits.training.synthesis.marks.pen_strokes import Strokes, draw_strokes, stamp_strokes, wobble
from inkdigits.training.synthesis.marks.sign_strokes import SIGN_STROKES
from inkdigits.training.synthesis.marks.stamps import Stamp, trim

__all__ = ["InkPool", "draw_bar"]

NameT = TypeVar("NameT", int, str)

# how often a hand writes with each source, in parts; sets without a number of their own count 0.7
_PARTS = {"pen": 5.0, "mnist": 5.0, "crops": 4.5, "optdigits_orig": 1.5, "forms": 1.3, "old": 1.8}
_OTHER_PARTS = 0.7
_CODE_SHARE = 0.1  # of a pen's digits are forms in code, for those that are rare elsewhere
_UNSTEADY_SHARE = 0.15  # of digits of a writer of forms in code have another form than usual
_BAR_SHARE, _BAR_SLANT = 0.25, 0.12  # of 1s are bare strokes; columns a row that those lean by, standard deviation
# of bare strokes: those that lean as far forward as a slash, and by how many columns a row; and those without any bend
_LEANING_SHARE, _LEANING, _EXACT_SHARE = 0.2, (0.15, 0.6), 0.3
_UPRIGHT_SHARE = 0.6  # of strokes without any bend are exactly upright, as only drawing programs make them
_FOREIGN_SHARE = 0.5  # of letters are signs of other scripts, where there are some


class InkPool:
    """Draws digits, signs and letters of any size.

    Args:
        handwriting: Real hands, or an empty `Handwriting`.
        mnist: Frames to write with, too.
        crops: More digits of real hands: ink, uint8 (h, w), and label.
    """

    def __init__(
        self, handwriting: Handwriting, mnist: LabeledFrames, crops: Sequence[tuple[UInt8Array, int]] = ()
    ) -> None:
        """Sort everything by label."""
        self._strokes = handwriting.strokes
        self._stroke_places = _find_places(handwriting.stroke_labels)
        self._bitmaps = {"mnist": (mnist.x, mnist.y)} | dict(handwriting.bitmaps)
        self._bitmap_places = {name: _find_places(labels) for name, (_, labels) in self._bitmaps.items()}
        own = [(crop_ink(picture.picture), int(picture.text)) for picture in handwriting.digit_crops]
        self._crops = [[ink for ink, found in (*own, *crops) if found == label] for label in range(CLASS_COUNT)]
        self._digit_forms, self._letter_forms = _to_arrays(DIGIT_FORMS), _to_arrays({**LETTER_FORMS, **GRADE_FORMS})
        self._sign_forms = _to_arrays(SIGN_STROKES)
        self._foreign = handwriting.signs
        names = ["pen", "forms", "old", *self._bitmaps]
        self._sources = (*names, "crops") if any(self._crops) else tuple(names)
        parts = np.array([_PARTS.get(name, _OTHER_PARTS) for name in self._sources])
        self._shares = list(parts / parts.sum())

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of what a hand can write digits with."""
        return self._sources

    def draw_hand(self, generator: Generator) -> Hand:
        """Draw a writer that uses one of the sources."""
        return draw_hand(generator, self._sources, self._shares)

    def digit(self, label: int, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw one digit of a hand, `height` pixels high; one that is wider than 1.6 heights is lower."""
        if label == 1 and generator.random() < _BAR_SHARE:
            return draw_bar(height, hand, generator)
        if hand.source in ("old", "forms"):
            return self._draw_habit(label, height, hand, generator)
        if hand.source == "crops" and self._crops[label]:
            crops = self._crops[label]
            return stamp_gray(crops[int(generator.integers(len(crops)))], height, hand, generator)
        is_bar = label == 1 and hand.source in STRETCHED  # a stretched 1 fills its frame
        if hand.source in self._bitmaps and len(self._bitmap_places[hand.source][label]) and not is_bar:
            place = generator.choice(self._bitmap_places[hand.source][label])
            return stamp_bitmap(self._bitmaps[hand.source][0][int(place)], height, hand, generator)
        places = self._stroke_places[label]
        if len(places) == 0 or generator.random() < _CODE_SHARE:
            return stamp_strokes(_choose(self._digit_forms[label], generator), height, hand, generator)
        return stamp_strokes(self._strokes[int(generator.choice(places))], height, hand, generator)

    def _draw_habit(self, label: int, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw a digit in the form that a writer of forms in code uses for it; now and then in another."""
        is_old = hand.source == "old"
        forms = OLD_FORMS[label] if is_old else self._digit_forms[label]
        unsteady = generator.random() < _UNSTEADY_SHARE
        form = _choose(forms, generator) if unsteady else forms[(hand.habits >> (2 * label)) % len(forms)]
        return (_stamp_old if is_old else stamp_strokes)(form, height, hand, generator)

    def sign(self, character: str, height: float, hand: Hand, generator: Generator) -> Stamp:
        """Draw one of `spec.SIGNS` beside digits of `height` pixels; `Stamp.top` says where it stands."""
        form = _choose(self._sign_forms[character], generator)
        top = min(float(stroke[:, 1].min()) for stroke in form)
        wider, slant = np.exp(generator.normal(0, 0.12)), hand.slant + generator.normal(0, hand.unsteadiness)
        if character == "/":  # leans by more than the 1s of the same hand
            slant = max(slant, 0.0)
        shape = np.array([[wider, -slant], [0, 1]]).astype(np.float32)
        shaped: Strokes = [stroke @ shape.T for stroke in form]
        stamp = draw_strokes(shaped, height, hand, generator)
        return Stamp(stamp.ink, top * height - 0.5 * hand.pen * height)

    def letter(self, height: float, hand: Hand, generator: Generator, name: str | None = None) -> Stamp:
        """Draw a letter, or a sign of another script; of those that are not named, none looks like a digit.

        Args:
            height: Pixels.
            hand: Who writes.
            generator: Where every choice comes from.
            name: Of a letter in `letter_strokes` or `grade_strokes`; None draws any of the former.
        """
        if name is None and len(self._foreign) and generator.random() < _FOREIGN_SHARE:
            bitmap = trim(self._foreign[int(generator.integers(len(self._foreign)))])
            return stamp_bitmap(bitmap, height, hand, generator)
        forms = self._letter_forms[name or _choose(list(LETTER_FORMS), generator)]
        return stamp_strokes(_choose(forms, generator), height, hand, generator)


def draw_bar(height: float, hand: Hand, generator: Generator, *, exact: float = _EXACT_SHARE) -> Stamp:
    """Draw a 1 as a bare stroke, as most people write it: upright, leaning forward, a little bent or straight.

    Args:
        height: Pixels.
        hand: Who writes.
        generator: Where every choice comes from.
        exact: Share of strokes that are straight to the pixel, 0 to 1.
    """
    if generator.random() < exact:
        lean = 0.0 if generator.random() < _UPRIGHT_SHARE else generator.normal(0, _BAR_SLANT)
        straight = np.array([(lean, 0.0), (0.0, 1.0 - hand.pen)], dtype=np.float32)
        return draw_strokes([straight], height, replace(hand, nib=None), generator)
    is_leaning = generator.random() < _LEANING_SHARE
    lean = generator.uniform(*_LEANING) if is_leaning else generator.normal(0, _BAR_SLANT)
    bend = generator.normal(0, 0.02)
    points = [(0.5 + lean / 2, 0.0), (0.5 + bend, 0.5), (0.5 - lean / 2, 1.0)]
    return stamp_strokes([np.array(points, dtype=np.float32)], height, hand, generator)


def _stamp_old(strokes: Strokes, height: float, hand: Hand, generator: Generator) -> Stamp:
    """Draw a form whose unit is the height of a usual digit, so that tails hang below the line and heads stand out."""
    shape = draw_shape(hand, generator)
    middle = np.array([0.3, 0.5], dtype=np.float32)
    shaped = wobble([np.asarray((stroke - middle) @ shape.T, dtype=np.float32) for stroke in strokes], generator)
    top = min(float(stroke[:, 1].min()) for stroke in shaped) + 0.5
    return Stamp(draw_strokes(shaped, height, hand, generator).ink, (top - 0.5 * hand.pen) * height)


ItemT = TypeVar("ItemT")


def _choose(items: Sequence[ItemT], generator: Generator) -> ItemT:
    return items[int(generator.integers(len(items)))]


def _find_places(labels: UInt8Array) -> list[npt.NDArray[np.intp]]:
    """Return of each label where it stands."""
    return [np.flatnonzero(labels == label) for label in range(CLASS_COUNT)]


def _to_arrays(forms: Mapping[NameT, Sequence[Form]]) -> dict[NameT, list[Strokes]]:
    return {
        name: [[np.asarray(stroke, dtype=np.float32) for stroke in form] for form in written]
        for name, written in forms.items()
    }
