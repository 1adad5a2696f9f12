"""Real digits become the frames that the reader would make of them, each with its own label."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.reading.framing import frame_mark
from inkdigits.spec import UInt8Array
from inkdigits.training.data.handwriting import Handwriting, load_handwriting
from inkdigits.training.synthesis.real_frames import frame_real_digits
from inkdigits.training.synthesis.scenes.canvas import MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture
from support.handwriting_sets import draw_number, validation_digits, write_folder


def _string() -> RealPicture:
    """Return "31" with a dot behind it; each of the frames is 48 pixels wide and high."""
    marks = [MarkRow(3, 10, 6, 38, 42), MarkRow(1, 64, 6, 80, 42), MarkRow(10, 88, 36, 93, 42)]
    return RealPicture(draw_number("31"), to_rows(marks))


def _likeness(one: UInt8Array, two: UInt8Array) -> float:
    return float(np.corrcoef(one.ravel(), two.ravel())[0, 1])


def test_the_frame_of_a_mark_is_that_of_its_digit_without_its_neighbors() -> None:
    digits, picture = validation_digits(), draw_number("31")
    three, one = (digits.x[np.flatnonzero(digits.y == label)[place]] for place, label in enumerate((3, 1)))
    frame = frame_mark(picture, (10, 6, 38, 42), [(64, 6, 80, 42)])
    assert frame is not None
    assert frame.shape == (28, 28)
    assert _likeness(frame, three) > 0.9
    assert _likeness(frame, one) < 0.6
    wide, alone = (frame_mark(picture, (10, 6, 70, 42), others) for others in ([(64, 6, 80, 42)], []))
    assert wide is not None
    assert alone is not None
    assert _likeness(wide, three) > 0.85 > _likeness(alone, three)  # what is nearer to the neighbor is left out


def test_paper_has_no_frame() -> None:
    assert frame_mark(np.full((40, 40), 230, dtype=np.uint8), (8, 8, 30, 30)) is None


def test_each_digit_of_each_set_has_its_frames(tmp_path: Path) -> None:
    handwriting = load_handwriting(write_folder(tmp_path))
    frames = frame_real_digits(handwriting, [_string()], np.random.default_rng(4))
    drawn = len(handwriting.strokes) + sum(
        len(labels) - (name == "semeion")
        for name, (_, labels) in handwriting.bitmaps.items()  # its 1 fills its frame
    )
    expected = drawn + len(handwriting.digit_crops) + 2
    assert 0.9 * expected <= len(frames) <= expected
    assert frames.x.shape[1:] == (28, 28)
    assert frames.x.any(axis=(1, 2)).all()


def test_labels_stay_with_their_digits_and_signs_are_left_out() -> None:
    strings = [_string()] * 20
    frames = frame_real_digits(Handwriting(), strings, np.random.default_rng(4))
    assert sorted(set(frames.y.tolist())) == [1, 3]
    assert (frames.y == 3).sum() == (frames.y == 1).sum() == 20
    widths = np.any(frames.x > 127, axis=1).sum(axis=1)
    assert np.median(widths[frames.y == 3]) > 1.5 * np.median(widths[frames.y == 1])


def test_the_generator_decides_everything() -> None:
    first, again, other = (frame_real_digits(Handwriting(), [_string()], np.random.default_rng(n)) for n in (1, 1, 2))
    np.testing.assert_array_equal(first.x, again.x)
    assert (first.x != other.x).any()


@pytest.mark.parametrize("strings", [(), (RealPicture(np.full((30, 30), 255, np.uint8), to_rows([])),)])
def test_nothing_to_frame_is_no_frame(strings: tuple[RealPicture, ...]) -> None:
    frames = frame_real_digits(Handwriting(), strings, np.random.default_rng(1))
    assert frames.x.shape == (0, 28, 28)
