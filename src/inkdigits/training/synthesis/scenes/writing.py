"""Writes lines of digits and signs, by hand or in a font, and remembers where each stands."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from inkdigits.spec import MARK_LABELS
from inkdigits.training.synthesis.marks.hands import Hand
from inkdigits.training.synthesis.marks.print_fonts import draw_text
from inkdigits.training.synthesis.marks.stamps import Stamp
from inkdigits.training.synthesis.scenes.canvas import MarkRow
from inkdigits.training.synthesis.scenes.draft import Draft, Place

__all__ = ["Writing", "draw_stamp", "draw_writing", "put_stamp", "write"]

_PRINTED_SHARE = 0.06  # of numbers, where a layout does not say otherwise
_DARK_SHARE, _DARK, _PALE = 0.8, (0.35, 0.97), (0.18, 0.35)  # share of dark writing; light that ink takes away
_SMALL_SHARE, _SMALL = 0.05, (0.55, 0.85)  # digits that are much smaller than their line, in its heights
_PRINTED_SIGNS, _SIGN_SIZES = 0.28, (0.5, 1.15)  # share of lines whose signs are printed; sizes in digit heights
_WITH_TAIL = frozenset("579")
_TAILED, _TAIL_SIZES = 0.1, (1.2, 1.9)  # share of lines by hand whose 5s, 7s and 9s have tails, and how high they are
_SMALL_ZEROS, _ZERO_SIZES = 0.12, (0.42, 0.75)  # share of lines by hand whose zeros are small, and how small
_MIDDLE_SHARE = 0.6  # of lower digits hang in the middle of their line; the others stand on it
_TOUCHING_SHARE, _TOUCHING_GAPS = 0.2, (-0.2, 0.02)  # of lines by hand have digits that touch; gaps in digit heights
_OVERLAP = 0.3  # of a digit's width or height, the smaller: neighbors overlap by no more


@dataclass(frozen=True, slots=True)
class Writing:
    """How a line is written.

    Attributes:
        hand: Who writes; a font has a hand, too, for what is written beside it.
        font: None writes by hand.
        strength: Share of light that ink takes away, 0 to 1.
        gap: Between marks, in digit heights; below 0 they overlap.
        slope: Rows downward for each column.
        spread: Of sizes and places from mark to mark, in digit heights.
        zeros: Height of its zeros, in digit heights.
        tails: Height of its 5s, 7s and 9s, in digit heights; above 1, they hang below the line.
        sign_font: Prints the signs between digits by hand, such as in fields for dates; None writes them.
    """

    hand: Hand
    font: Path | None
    strength: float
    gap: float
    slope: float
    spread: float
    zeros: float = 1.0
    tails: float = 1.0
    sign_font: Path | None = None


def draw_writing(draft: Draft, *, printed: float = _PRINTED_SHARE, old: float = 0.0) -> Writing:
    """Draw how a line is written.

    Args:
        draft: Where.
        printed: Chance of a font, 0 to 1, where there are fonts.
        old: Chance that an old hand writes, 0 to 1, beside those that are drawn anyway.
    """
    generator, supplies = draft.generator, draft.supplies
    hand = supplies.pool.draw_hand(generator)
    font = draft.choose(supplies.fonts) if supplies.fonts and draft.chance(printed) else None
    return Writing(
        hand=replace(hand, source="old") if draft.chance(old) else hand,
        font=font,
        strength=draft.draw(*_DARK) if draft.chance(_DARK_SHARE) else draft.draw(*_PALE),
        gap=draft.draw(0.04, 0.1) if font else _draw_gap(draft),
        slope=0.0 if font else generator.normal(0, 0.04),
        spread=0.0 if font else draft.draw(0.02, 0.09),
        sign_font=draft.choose(supplies.fonts) if supplies.fonts and draft.chance(_PRINTED_SIGNS) else None,
        tails=draft.draw(*_TAIL_SIZES) if font is None and draft.chance(_TAILED) else 1.0,
        zeros=draft.draw(*_ZERO_SIZES) if font is None and draft.chance(_SMALL_ZEROS) else 1.0,
    )


def _draw_gap(draft: Draft) -> float:
    if draft.chance(_TOUCHING_SHARE):
        return draft.draw(*_TOUCHING_GAPS)
    return float(np.clip(draft.generator.normal(0.13, 0.15), -0.25, 0.9))


def draw_stamp(draft: Draft, character: str, height: float, writing: Writing) -> Stamp:
    """Draw one of `spec.MARK_LABELS` beside digits of `height` pixels."""
    if writing.font is not None:
        return draw_text(character, height, writing.font, draft.generator)
    pool, generator = draft.supplies.pool, draft.generator
    if not character.isdigit() and writing.sign_font is not None:
        stamp = draw_text(character, height * draft.draw(*_SIGN_SIZES), writing.sign_font, generator)
        return replace(stamp, top=stamp.top + draft.draw(0, 0.3) * height, columns=0, left=0)
    if not character.isdigit():
        return pool.sign(character, height, writing.hand, generator)
    wanted = height * float(np.exp(generator.normal(0, writing.spread)))
    if character == "0":
        wanted *= writing.zeros
    if draft.chance(_SMALL_SHARE):
        wanted *= draft.draw(*_SMALL)
    stamp = pool.digit(int(character), wanted, writing.hand, generator)
    if writing.hand.source == "old":  # its forms stand on the line, hang below it or rise above it by themselves
        return replace(stamp, top=stamp.top + (height - wanted))
    if character in _WITH_TAIL and writing.tails > 1:
        return Stamp(pool.digit(int(character), wanted * writing.tails, writing.hand, generator).ink, 0.0)
    sinks = 0.5 if draft.chance(_MIDDLE_SHARE) else 1.0
    return Stamp(stamp.ink, (height - stamp.ink.shape[0]) * sinks)


def _is_printed(character: str, writing: Writing) -> bool:
    return writing.font is not None or (writing.sign_font is not None and not character.isdigit())


def put_stamp(draft: Draft, character: str, stamp: Stamp, at: tuple[float, float], writing: Writing) -> None:
    """Put a digit or a sign on the canvas as a mark of line 0; `at` is the column and row of its ink's corner."""
    x, y = at
    mark = MarkRow(MARK_LABELS.index(character), x, y, x, y, float(_is_printed(character, writing)))
    draft.canvas.put_mark(mark, stamp.ink, writing.strength)


def write(draft: Draft, text: str, place: Place, writing: Writing, *, line: int = 0) -> float:
    """Write digits and signs; a space is a wide gap.

    Args:
        draft: Where.
        text: Of `spec.MARK_LABELS` and spaces.
        place: Where the text begins, and how high its digits are.
        writing: How.
        line: Number of the line that the marks belong to.

    Returns:
        The column after its end; what would begin outside the picture is not written.
    """
    generator, x = draft.generator, place.x
    height, spread = place.height, writing.spread
    for character in text:
        if x > draft.canvas.columns:
            break
        if character == " ":
            x += height * draft.draw(0.35, 0.9)
            continue
        stamp = draw_stamp(draft, character, height, writing)
        y = place.top + stamp.top + generator.normal(0, 0.5 * spread * height) + writing.slope * (x - place.x)
        strength = writing.strength * float(np.exp(generator.normal(0, 0.05)))
        left = x + stamp.left
        mark = MarkRow(MARK_LABELS.index(character), left, y, left, y, float(_is_printed(character, writing)), line)
        draft.canvas.put_mark(mark, stamp.ink, min(strength, 1.0))
        gap = (writing.gap + generator.normal(0, spread)) * height
        x += stamp.advance + max(gap, -_OVERLAP * min(stamp.advance, height))
    return x
