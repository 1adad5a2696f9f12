"""Marks of every source: as high as asked for, with the pen asked for, the same for the same generator."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.imageops.stroke_width import stroke_width
from inkdigits.spec import SIGNS
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.synthesis.letter_strokes import FORMS as LETTER_FORMS
from inkdigits.training.synthesis.marks.hands import Hand, draw_hand, lose_ink
from inkdigits.training.synthesis.marks.ink_pool import InkPool
from inkdigits.training.synthesis.marks.scrawls import draw_cross, draw_doodle, draw_strike
from inkdigits.training.synthesis.marks.stamps import trim
from support.handwriting_sets import validation_digits
from support.supplies import tiny_supplies

pytestmark = pytest.mark.train
SOURCES = ("pen", "forms", "old", "mnist", "semeion", "hwd1000_1writer", "crops")
STEADY = Hand(source="pen", pen=0.1, slant=0.0, aspect=1.0, unsteadiness=0.0, grain=0.0)


@pytest.fixture(scope="module")
def pool() -> InkPool:
    return tiny_supplies().pool


def test_every_source_is_known(pool: InkPool) -> None:
    assert set(pool.sources) == set(SOURCES)
    assert InkPool(Handwriting(), validation_digits()).sources == ("pen", "forms", "old", "mnist")


@pytest.mark.parametrize("source", ["pen", "forms", "mnist", "hwd1000_1writer", "crops"])
@pytest.mark.parametrize("height", [11.0, 30.0, 90.0])
def test_digits_are_as_high_as_asked_for(pool: InkPool, source: str, height: float) -> None:
    for label in (0, 2, 3, 5, 6, 8, 9):  # the others may be flat
        stamp = pool.digit(label, height, replace(STEADY, source=source), np.random.default_rng(label))
        assert stamp.ink.dtype == np.uint8
        assert abs(stamp.ink.shape[0] - height) < 3 + 0.12 * height
        assert stamp.ink.max() > 100


@pytest.mark.parametrize("source", ["pen", "mnist", "hwd1000_1writer"])
def test_a_thicker_pen_draws_thicker_strokes(pool: InkPool, source: str) -> None:
    widths = []
    for pen in (0.05, 0.18):
        stamp = pool.digit(3, 80, replace(STEADY, source=source, pen=pen), np.random.default_rng(4))
        widths.append(stroke_width(np.pad(stamp.ink, 2) > 127))
    assert widths[1] > 1.5 * widths[0]


def test_a_hairline_is_pale(pool: InkPool) -> None:
    stamp = pool.digit(3, 40, replace(STEADY, pen=0.005), np.random.default_rng(4))
    assert 40 < stamp.ink.max() < 100


def test_slanted_digits_lean_to_the_right(pool: InkPool) -> None:
    upright, slanted = (
        pool.digit(1, 60, replace(STEADY, source="mnist", slant=slant), np.random.default_rng(9)).ink
        for slant in (0.0, 0.5)
    )
    assert slanted.shape[1] > upright.shape[1] + 10
    columns = np.arange(slanted.shape[1])
    top, bottom = slanted[:15].sum(axis=0), slanted[-15:].sum(axis=0)
    assert (columns * top).sum() / top.sum() > (columns * bottom).sum() / bottom.sum() + 10


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_stand_where_they_are_written(pool: InkPool, sign: str) -> None:
    stamp = pool.sign(sign, 50, STEADY, np.random.default_rng(1))
    assert stamp.ink.max() > 200
    bottom = stamp.top + stamp.ink.shape[0]
    if sign in ".,":
        assert stamp.top > 35
    elif sign in "-=+":
        assert stamp.top > 0
        assert bottom < 55
    else:
        assert bottom > 40


@pytest.mark.parametrize("seed", range(20))
def test_letters_have_ink(pool: InkPool, seed: int) -> None:
    stamp = pool.letter(40, pool.draw_hand(np.random.default_rng(seed)), np.random.default_rng(seed))
    assert stamp.ink.max() > 40
    assert max(stamp.ink.shape) < 100


def test_a_b_is_drawn_only_where_it_is_named(pool: InkPool) -> None:
    hand = pool.draw_hand(np.random.default_rng(1))
    drawn = {pool.letter(40, hand, np.random.default_rng(seed), "B").ink.tobytes() for seed in range(8)}
    assert len(drawn) == 8
    assert "B" not in LETTER_FORMS


@pytest.mark.parametrize("source", SOURCES)
def test_the_generator_decides_a_digit(pool: InkPool, source: str) -> None:
    hand = replace(STEADY, source=source, unsteadiness=0.1, grain=0.4)
    one, again, other = (pool.digit(4, 40, hand, np.random.default_rng(seed)).ink for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert one.shape != other.shape or (one != other).any()


def test_hands_are_of_all_kinds() -> None:
    generator = np.random.default_rng(1)
    hands = [draw_hand(generator, ["pen", "mnist"], [0.25, 0.75]) for _ in range(2_000)]
    pens = np.array([hand.pen for hand in hands])
    assert 0.08 < (pens < 0.045).mean() < 0.16
    assert 0.05 < (pens > 0.15).mean() < 0.12
    assert pens.min() >= 0.005
    assert pens.max() <= 0.22
    assert 0.7 < np.mean([hand.source == "mnist" for hand in hands]) < 0.8
    assert 0.2 < np.mean([hand.grain > 0 for hand in hands]) < 0.3


def test_grain_takes_ink_away_and_adds_none() -> None:
    ink = np.full((40, 40), 200, dtype=np.uint8)
    assert lose_ink(ink, 1.0, STEADY, np.random.default_rng(1)) is ink
    grainy = lose_ink(ink, 0.9, replace(STEADY, grain=0.6), np.random.default_rng(1))
    assert grainy.max() <= 180
    assert np.ptp(grainy) > 40


def test_scrawls_are_trimmed_ink() -> None:
    generator = np.random.default_rng(1)
    for draw in (draw_doodle, draw_cross):
        ink = draw(40, 0.1, generator)
        assert ink.max() == 255
        assert all(line.any() for line in (*ink[[0, -1]], *ink.T[[0, -1]]))
    for _ in range(10):
        strike = draw_strike(30, 120, 0.1, generator)
        assert strike.shape == (30, 120)
        assert strike.any(axis=0).mean() > 0.8  # from side to side


def test_nothing_trims_to_a_pixel() -> None:
    assert trim(np.zeros((5, 5), dtype=np.uint8)).shape == (1, 1)
