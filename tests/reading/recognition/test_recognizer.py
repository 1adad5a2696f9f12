"""The marks of all pages go through the networks as one batch, and each page gets what is its own."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.confidence import Seen, combine, judge_digits
from inkdigits.reading.detection.detector import detect_digit, detect_frames, detect_marks
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.training.data.mnist import load_mnist
from support.drawing import blank, write

RECOGNIZER = Recognizer(DEFAULT_BUNDLE)
PAGES = [
    detect_marks(write(["275", "41"], 60).picture, RECOGNIZER.detector),
    detect_marks(blank(60, 80), RECOGNIZER.detector),
    detect_digit(write(["7"], 60).picture, RECOGNIZER.detector),
]


def test_each_page_has_its_marks_in_their_order() -> None:
    evidence = RECOGNIZER.recognize(PAGES)
    assert evidence.counts == (5, 0, 1)
    assert [int(label) for label in evidence.probabilities.argmax(axis=1)] == [2, 7, 5, 4, 1, 7]
    assert [(own.start, own.stop) for _, own in evidence.split()] == [(0, 5), (5, 5), (5, 6)]
    assert evidence.frames.shape == (6, 28, 28, 1)
    assert evidence.is_joined.all()


def test_a_page_alone_gets_the_same_evidence() -> None:
    together = RECOGNIZER.recognize(PAGES)
    alone = RECOGNIZER.recognize(PAGES[:1])
    assert np.array_equal(together.frames[:5], alone.frames)
    assert np.allclose(together.probabilities[:5], alone.probabilities, rtol=0, atol=1e-6)
    assert np.allclose(together.digit_probabilities[:5], alone.digit_probabilities, rtol=0, atol=1e-6)


def test_labels_are_what_both_networks_say() -> None:
    evidence = RECOGNIZER.recognize(PAGES)
    info = RECOGNIZER.detector.info
    said = RECOGNIZER.classifier.predict_proba(evidence.frames)
    seen = np.array([mark.labels for mark in evidence.marks])
    np.testing.assert_allclose(evidence.probabilities, combine(said, seen, info.label_weights), atol=1e-6)
    names = ("score", "other", "around", "company")
    scores, other, around, company = (np.array([getattr(mark, name) for mark in evidence.marks]) for name in names)
    expected = judge_digits(Seen(scores, other, around, company), info.digit_weights)
    np.testing.assert_allclose(evidence.digit_probabilities, expected, atol=1e-6)


def test_a_mark_that_the_detector_hardly_sees_is_hardly_a_digit() -> None:
    page = PAGES[2]
    doubted = replace(page, marks=(replace(page.marks[0], score=0.25),))
    whole, part = RECOGNIZER.recognize([page, doubted]).digit_probabilities.tolist()
    assert part < whole


def test_a_field_gives_its_digits_their_places() -> None:
    (placement,) = RECOGNIZER.recognize(PAGES[:1], make_field(FieldOptions(length=3))).placements
    assert placement is not None
    assert placement.members == (0, 1, 2)
    assert RECOGNIZER.recognize(PAGES[:1]).placements == ()


def test_frames_go_to_the_classifier_as_they_are_and_it_names_them_alone() -> None:
    frames = load_mnist().validation.x[:20, :, :, np.newaxis].copy()
    frames[3] = 0
    evidence = RECOGNIZER.recognize_frames(frames)
    assert evidence.counts == (1, 1, 1, 0, *[1] * 16)
    assert np.array_equal(evidence.frames, np.delete(frames, 3, axis=0))
    assert np.array_equal(evidence.probabilities, RECOGNIZER.classifier.predict_proba(np.delete(frames, 3, axis=0)))
    given = np.full((20, 10), 0.1, dtype=np.float32)
    assert np.array_equal(RECOGNIZER.recognize_frames(frames, given).probabilities, given[:19])
    assert not evidence.is_joined.any()


def test_a_picture_that_is_a_frame_keeps_its_pixels_and_both_networks_name_it() -> None:
    frames = load_mnist().validation.x[:5, :, :, np.newaxis]
    pages = [detect_marks(frame[..., 0], RECOGNIZER.detector) for frame in frames]
    pictures, alone = RECOGNIZER.recognize(pages), RECOGNIZER.recognize_frames(frames)
    assert np.array_equal(pictures.frames, frames)
    assert np.array_equal(pictures.probabilities.argmax(axis=1), alone.probabilities.argmax(axis=1))
    assert not pictures.is_joined.any()


@pytest.mark.parametrize("count", [0, 3])
def test_frames_without_ink_have_no_mark(count: int) -> None:
    frames = np.zeros((count, 28, 28, 1), dtype=np.uint8)
    evidence = RECOGNIZER.recognize_frames(frames)
    assert (evidence.marks, evidence.counts) == ((), (0,) * count)
    assert [page.marks for page in detect_frames(frames, RECOGNIZER.detector)] == [()] * count
