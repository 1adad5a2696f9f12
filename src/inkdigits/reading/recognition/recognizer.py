"""Asks classifier and line recognizer about all marks of all pages, and joins their answers with the detector's."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import Seen, combine, judge_digits, judge_frame_scores, judge_heard
from inkdigits.models.ctc import find_strings
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frames
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.reading.detection.detector import detect_frames
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.answered import find_answered, judge_answered
from inkdigits.reading.recognition.answers import Answers
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.reading.recognition.line_opinions import ask_about_lines
from inkdigits.reading.recognition.print_votes import leave_printed_out, vote_on_print
from inkdigits.spec import CLASS_COUNT, BoolArray, Float32Array, Float64Array, UInt8Array

__all__ = ["Recognizer"]

# of classifier, detector and line recognizer, for a picture that is a frame: the classifier is at home there, but for
# lines and spots that nobody wiped off. With 0.5 for the detector, 19 instead of 22 of MNIST's 5,000 validation digits
# are named wrong, but of spoiled frames 5.3 % are silently wrong instead of 3.4 (docs/log.md)
_FRAME_WEIGHTS = (1.0, 1.0, 0.0)


class Recognizer:
    """The detector, the line recognizer and the classifier; safe to share between threads.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder: the classifier.
        threads: Threads inside one run of a network.
        detector: None takes the shipped one.
        line_recognizer: None takes the shipped one.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        threads: int = 1,
        detector: Detector | None = None,
        line_recognizer: LineRecognizer | None = None,
    ) -> None:
        """Load the networks."""
        self.classifier = Classifier(model, threads=threads)
        self.detector = detector or Detector(threads=threads)
        self.line_recognizer = line_recognizer or LineRecognizer(threads=threads)

    def ask(self, pages: Sequence[Page]) -> Answers:
        """Return what each network says of all marks of some pages.

        Args:
            pages: From `detector`, any number.
        """
        opinions = ask_about_lines(pages, self.line_recognizer)
        marks = [mark for page in opinions.pages for mark in page.marks]
        frames = _frame_marks(marks, [page for page in opinions.pages for _ in page.marks])
        detected = np.array([mark.labels for mark in marks], dtype=np.float64).reshape(-1, CLASS_COUNT)
        seen = _gather(marks, opinions.odds)
        said = self.classifier.predict_proba(frames)
        labels = (said, detected, opinions.labels)
        return Answers(opinions.pages, frames, *labels, seen, opinions.is_asked, opinions.heard)

    def recognize(self, pages: Sequence[Page], field: Field | None = None) -> Evidence:
        """Return what the networks together say about the marks of some pages.

        Args:
            pages: From `detector`, any number.
            field: What each of them is known to hold.
        """
        answers = self.ask(pages)
        evidence = self.join(answers, field)
        rows = find_answered(answers, evidence, self.detector.info.reject_below)
        return replace(evidence, answered=judge_answered(rows, self.detector.info))

    def join(self, answers: Answers, field: Field | None = None) -> Evidence:
        """Return what the networks together say about the marks of some pages, but not how surely it is right.

        Args:
            answers: From `ask`.
            field: What each of the pages is known to hold.
        """
        info = self.detector.info
        marks = tuple(itertools.chain.from_iterable(vote_on_print(page.marks) for page in answers.pages))
        if field is not None and field.is_handwritten:
            marks = leave_printed_out(marks)
        counts = tuple(len(page.marks) for page in answers.pages)
        is_frame = np.array([page.is_frame for page in answers.pages for _ in page.marks], dtype=np.bool_)
        labels, weights = (answers.classified, answers.detected, answers.in_line), np.empty((len(marks), 3))
        weights[:] = np.where(answers.is_asked[:, np.newaxis], info.label_weights, info.lone_label_weights)
        weights[is_frame] = _FRAME_WEIGHTS
        probabilities = combine(labels, weights)
        likely = self._judge(answers, marks, is_frame)
        evidence = Evidence(answers.pages, counts, marks, answers.frames, probabilities, likely, ~is_frame)
        return place_in_field(evidence, field) if field is not None and field.is_line else evidence

    def _judge(self, answers: Answers, marks: Sequence[Mark], is_frame: BoolArray) -> Float32Array:
        """Return the probability that each mark is a digit at all."""
        seen, info = answers.seen, self.detector.info
        asked, lone = (judge_digits(seen, weights) for weights in (info.digit_weights, info.lone_digit_weights))
        of_frames = judge_frame_scores(seen.scores, info.frame_weights)
        likely = np.where(is_frame, of_frames, np.where(answers.is_asked, asked, lone))
        is_heard = np.array([mark.is_heard for mark in marks], dtype=np.bool_)
        return np.where(is_heard, judge_heard(seen.line), likely)

    def read_strips(self, page: Page) -> tuple[str, ...]:
        """Return what the line recognizer reads in each strip of a page by itself; "" for a line without a strip."""
        answers = iter(self.line_recognizer.log_probabilities([strip for strip in page.strips if strip is not None]))
        strings = ["" if strip is None else find_strings(next(answers), most=1)[0].labels for strip in page.strips]
        return tuple("".join(map(str, string)) for string in strings)

    def recognize_frames(self, frames: UInt8Array, probabilities: Float32Array | None = None) -> Evidence:
        """Return what the networks say about frames, each a page of its own.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made like MNIST's; N may be 0.
            probabilities: float32, shape (N, 10), the classifier's answers; None asks it.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        said = self.classifier.predict_proba(frames) if probabilities is None else probabilities
        pages = detect_frames(frames, self.detector)
        counts = tuple(len(page.marks) for page in pages)
        inked = np.array(counts, dtype=np.bool_)
        marks = tuple(mark for page in pages for mark in page.marks)
        scores = np.array([mark.score for mark in marks], dtype=np.float64)
        likely = judge_frame_scores(scores, self.detector.info.frame_weights)
        is_joined = np.zeros(len(marks), dtype=np.bool_)
        return Evidence(tuple(pages), counts, marks, frames[inked], said[inked], likely, is_joined)


def _gather(marks: Sequence[Mark], line: Float64Array) -> Seen:
    """Return what tells whether marks are digits."""
    rows = [(mark.score, mark.other, mark.around, mark.company) for mark in marks]
    scores, other, around, company = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Seen(scores, other, around, company, line)


def _frame_marks(marks: Sequence[Mark], owners: Sequence[Page]) -> UInt8Array:
    """Return the frame of each mark; a picture that is a frame stays as it is."""
    frames = to_frames([mark.crop for mark in marks])
    for frame, mark, page in zip(frames, marks, owners, strict=True):
        if page.is_frame:
            frame[..., 0] = mark.crop
    return frames
