"""Asks the networks about all marks of all pages, as one batch."""

import itertools
import os
import threading
from collections.abc import Sequence

import numpy as np

from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import combine
from inkdigits.models.frames import to_frames
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.rejector import Rejector
from inkdigits.reading.detection.detector import detect_frames
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.hypotheses import Hypothesis, choose_hypothesis
from inkdigits.reading.recognition.line_recognition import find_asked_lines, recognize_lines
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Recognizer"]


class Recognizer:
    """The classifier, the rejector and the line network; safe to share between threads.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder: the classifier.
        threads: Threads inside one run of a network.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
    """

    def __init__(self, model: str | os.PathLike[str], *, threads: int = 1) -> None:
        """Load the networks of single marks; the line network is loaded when the first line asks for it."""
        self.classifier = Classifier(model, threads=threads)
        self.rejector = Rejector(threads=threads)
        self._threads = threads
        self._lock = threading.Lock()
        self._line_network: LineRecognizer | None = None

    def recognize(self, pages: Sequence[Page], field: Field | None = None) -> Evidence:
        """Return what the networks say about the marks of some pages.

        Args:
            pages: From `detector`, any number.
            field: What each of them is known to hold.
        """
        hypotheses = [self._find_hypotheses(page, field) for page in pages]
        frames, places = _frame_marks([line for lines in hypotheses for line in lines])
        answers = self.classifier.predict_proba(frames)
        marks: list[Mark] = []
        rows: list[int] = []
        counts, start = [], 0
        for lines in hypotheses:
            before = len(marks)
            for line in lines:
                own = [places[start : (start := start + len(hypothesis.marks))] for hypothesis in line]
                best = choose_hypothesis(line, [answers[found] for found in own]) if len(line) > 1 else 0
                marks += line[best].marks
                rows += own[best]
            counts.append(len(marks) - before)
        kept = frames[rows]
        scores = np.array([mark.score for mark in marks], dtype=np.float32)
        digit_probabilities = self.rejector.digit_probabilities(kept) * scores
        labels, was_cut = [mark.labels for mark in marks], [mark.was_cut for mark in marks]
        probabilities = combine(answers[rows], labels, was_cut)
        return Evidence(tuple(pages), tuple(counts), tuple(marks), kept, probabilities, digit_probabilities)

    def recognize_frames(self, frames: UInt8Array, probabilities: Float32Array | None = None) -> Evidence:
        """Return what the networks say about frames, each a page of its own.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made like MNIST's; N may be 0.
            probabilities: float32, shape (N, 10), the classifier's answers; None asks it.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        said = self.classifier.predict_proba(frames) if probabilities is None else probabilities
        digit_probabilities = self.rejector.digit_probabilities(frames)
        pages = detect_frames(frames)
        counts = tuple(len(page.marks) for page in pages)
        inked = np.array(counts, dtype=np.bool_)
        marks = tuple(mark for page in pages for mark in page.marks)
        return Evidence(tuple(pages), counts, marks, frames[inked], said[inked], digit_probabilities[inked])

    def _find_hypotheses(self, page: Page, field: Field | None) -> list[tuple[Hypothesis, ...]]:
        """Return the ways to read each line of a page; a page with one known digit has one way."""
        if page.is_single and field is None:
            return [(Hypothesis((mark,)),) for mark in page.marks]
        lines = [tuple(line) for _, line in itertools.groupby(page.marks, key=lambda mark: mark.line)]
        asked = find_asked_lines(lines, field)
        found: list[tuple[Hypothesis, ...]] = [(Hypothesis(line),) for line in lines]
        if asked:
            answers = recognize_lines([lines[place] for place in asked], self._load_line_network(), field)
            for place, answer in zip(asked, answers, strict=True):
                found[place] = answer
        return found

    def _load_line_network(self) -> LineRecognizer:
        with self._lock:
            if self._line_network is None:
                self._line_network = LineRecognizer(threads=self._threads)
            return self._line_network


def _frame_marks(lines: Sequence[Sequence[Hypothesis]]) -> tuple[UInt8Array, list[int]]:
    """Return the frames of all marks of all hypotheses, and the place of each mark's frame.

    The hypotheses of a line share most of their marks, and equal marks share one frame.
    """
    crops: list[UInt8Array] = []
    places: list[int] = []
    for line in lines:
        known: dict[object, int] = {}
        for hypothesis in line:
            for mark in hypothesis.marks:
                key = (mark.box, mark.crop.shape, mark.crop.tobytes()) if len(line) > 1 else len(crops)
                place = known.setdefault(key, len(crops))
                if place == len(crops):
                    crops.append(mark.crop)
                places.append(place)
    return to_frames(crops), places
