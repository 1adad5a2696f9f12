"""The marks of all pages go through the networks as one batch, and each page gets what is its own."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.reading.detection.detector import detect_digit, detect_frames, detect_marks
from inkdigits.reading.fields import make_field
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.training.data.mnist import load_mnist
from support.drawing import blank, write

RECOGNIZER = Recognizer(DEFAULT_BUNDLE)
PAGES = [
    detect_marks(write(["275", "41"], 60).picture),
    detect_marks(blank(60, 80)),
    detect_digit(write(["7"], 60).picture),
]


def test_each_page_has_its_marks_in_their_order() -> None:
    evidence = RECOGNIZER.recognize(PAGES)
    assert evidence.counts == (5, 0, 1)
    assert [int(label) for label in evidence.probabilities.argmax(axis=1)] == [2, 7, 5, 4, 1, 7]
    assert [(own.start, own.stop) for _, own in evidence.split()] == [(0, 5), (5, 5), (5, 6)]
    assert evidence.frames.shape == (6, 28, 28, 1)
    numbers = evidence.number_lines().tolist()
    assert numbers == [0, 0, 0, 1, 1, 2], "a line of another page is another line"


def test_a_page_alone_gets_the_same_evidence() -> None:
    together = RECOGNIZER.recognize(PAGES)
    alone = RECOGNIZER.recognize(PAGES[:1])
    assert np.array_equal(together.frames[:5], alone.frames)
    assert np.allclose(together.probabilities[:5], alone.probabilities, rtol=0, atol=1e-6)
    assert np.allclose(together.digit_probabilities[:5], alone.digit_probabilities, rtol=0, atol=1e-6)


def test_the_one_digit_of_a_picture_is_never_cut_and_the_line_network_not_asked() -> None:
    evidence = RECOGNIZER.recognize(PAGES[2:])
    assert [(mark.labels, mark.was_cut) for mark in evidence.marks] == [(None, False)]
    asked = RECOGNIZER.recognize(PAGES[2:], make_field(1))
    assert asked.marks[0].labels is not None, "a known length asks it nevertheless"


def test_detections_own_probability_counts() -> None:
    page = PAGES[2]
    doubted = replace(page, marks=(replace(page.marks[0], score=0.25),))
    whole, part = RECOGNIZER.recognize([page, doubted]).digit_probabilities.tolist()
    assert part == pytest.approx(0.25 * whole)


def test_frames_go_to_the_networks_as_they_are() -> None:
    frames = load_mnist().validation.x[:20, :, :, np.newaxis].copy()
    frames[3] = 0
    evidence = RECOGNIZER.recognize_frames(frames)
    assert evidence.counts == (1, 1, 1, 0, *[1] * 16)
    assert np.array_equal(evidence.frames, np.delete(frames, 3, axis=0))
    given = np.full((20, 10), 0.1, dtype=np.float32)
    assert np.array_equal(RECOGNIZER.recognize_frames(frames, given).probabilities, given[:19])
    assert [page.marks for page in detect_frames(frames[3:4])] == [()]
