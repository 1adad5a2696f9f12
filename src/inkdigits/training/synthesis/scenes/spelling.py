"""Spells words with letters of real hands, and writes single ones: ink that is no digit.

An o, an l or an S alone may be a digit; inside a word it is none. Real words are few, so letters are put together anew.
"""

from collections.abc import Sequence

import numpy as np

from inkdigits.spec import UInt8Array
from inkdigits.training.synthesis.marks.bitmaps import scale_ink
from inkdigits.training.synthesis.scenes.draft import Draft, Place

__all__ = ["put_letters", "spell"]

_LENGTHS = (2, 9)  # letters of a word, at least and under
_LOW = frozenset("acemnorsuvwxzéèàçêô")  # letters without a part above or below
_HANGING = frozenset("gjpqy")  # letters with a part below the line
_LOW_HEIGHT, _HANGING_HEIGHT = 0.62, 0.9  # of a capital letter's height
_SPREAD = 0.1  # of heights from letter to letter, standard deviation of their logarithm
_GAP, _GAP_SPREAD = 0.04, 0.07  # between letters, in capital heights
_CLEAR = frozenset("aAcCdeEFfhHkKLmMnNPpRrtTuUvVwWxX")  # letters that no reader takes for a digit


def spell(draft: Draft, place: Place, strength: float) -> float:
    """Write a word of two to eight random letters; return the column after it.

    Args:
        draft: With letters among its supplies; without any, nothing is written.
        place: Where it begins, and how high its capitals are.
        strength: Share of light that the ink takes away, 0 to 1.
    """
    letters = draft.supplies.letters
    return _write(
        draft, place, strength, [draft.choose(letters) for _ in range(_draw_length(draft))] if letters else []
    )


def put_letters(draft: Draft, place: Place, strength: float, count: int, *, of: str = "") -> float:
    """Write so many letters, any of some or, where none are named, clear ones; else as `spell`."""
    clear = [pair for pair in draft.supplies.letters if pair[0] in (of or _CLEAR)]
    return _write(draft, place, strength, [draft.choose(clear) for _ in range(count)] if clear else [])


def _draw_length(draft: Draft) -> int:
    return int(draft.generator.integers(*_LENGTHS))


def _write(draft: Draft, place: Place, strength: float, letters: Sequence[tuple[str, UInt8Array]]) -> float:
    generator, x = draft.generator, place.x
    for letter, ink in letters:
        share = _LOW_HEIGHT if letter in _LOW else _HANGING_HEIGHT if letter in _HANGING else 1.0
        wanted = place.height * share * float(np.exp(generator.normal(0, _SPREAD)))
        stamp = scale_ink(ink, wanted / max(ink.shape[0], 1))
        bottom = place.top + place.height * (1.3 if letter in _HANGING else 1.0)
        draft.canvas.put_other(stamp, x, bottom - stamp.shape[0], strength)
        x += stamp.shape[1] + place.height * generator.normal(_GAP, _GAP_SPREAD)
    return x
