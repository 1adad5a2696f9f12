"""Asks the classifier about all marks of all pages, as one batch, and joins its answers with the detector's."""

import itertools
import os
from collections.abc import Sequence

import numpy as np

from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import Seen, combine, judge_digits, judge_frame_scores
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frames
from inkdigits.reading.detection.detector import detect_frames
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.field_search import place_in_field
from inkdigits.reading.recognition.print_votes import leave_printed_out, vote_on_print
from inkdigits.spec import CLASS_COUNT, BoolArray, Float32Array, UInt8Array

__all__ = ["Recognizer"]

# of classifier and detector, for a picture that is a frame: the classifier is at home there, but for lines and spots
# that nobody wiped off; measured on MNIST's validation digits, clean and spoiled (docs/log.md)
_FRAME_WEIGHTS = (1.0, 1.0)


class Recognizer:
    """The detector and the classifier; safe to share between threads.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder: the classifier.
        threads: Threads inside one run of a network.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
    """

    def __init__(self, model: str | os.PathLike[str], *, threads: int = 1) -> None:
        """Load the networks."""
        self.classifier = Classifier(model, threads=threads)
        self.detector = Detector(threads=threads)

    def recognize(self, pages: Sequence[Page], field: Field | None = None) -> Evidence:
        """Return what the networks say about the marks of some pages.

        Args:
            pages: From `detector`, any number.
            field: What each of them is known to hold.
        """
        marks = tuple(itertools.chain.from_iterable(vote_on_print(page.marks) for page in pages))
        if field is not None and field.is_handwritten:
            marks = leave_printed_out(marks)
        counts = tuple(len(page.marks) for page in pages)
        owners = [page for page in pages for _ in page.marks]
        frames = _frame_marks(marks, owners)
        said = self.classifier.predict_proba(frames)
        is_frame = np.array([page.is_frame for page in owners], dtype=np.bool_)
        probabilities = self._join(said, marks, is_frame)
        evidence = Evidence(tuple(pages), counts, marks, frames, probabilities, self._judge(marks, is_frame), ~is_frame)
        return place_in_field(evidence, field) if field is not None and field.is_line else evidence

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
        kept = said[inked]
        is_joined = np.zeros(len(marks), dtype=np.bool_)
        return Evidence(tuple(pages), counts, marks, frames[inked], kept, self._judge(marks, ~is_joined), is_joined)

    def _join(self, said: Float32Array, marks: Sequence[Mark], is_frame: BoolArray) -> Float32Array:
        """Return the probability of each label, of both networks together."""
        seen = np.array([mark.labels for mark in marks], dtype=np.float64).reshape(-1, CLASS_COUNT)
        of_marks, of_frames = (combine(said, seen, by) for by in (self.detector.info.label_weights, _FRAME_WEIGHTS))
        return np.where(is_frame[:, np.newaxis], of_frames, of_marks)

    def _judge(self, marks: Sequence[Mark], is_frame: BoolArray) -> Float32Array:
        """Return the probability that each mark is a digit at all."""
        rows = [(mark.score, mark.other, mark.around, mark.company) for mark in marks]
        seen = Seen(*np.array(rows, dtype=np.float64).reshape(-1, 4).T)
        return np.where(is_frame, judge_frame_scores(seen.scores), judge_digits(seen, self.detector.info.digit_weights))


def _frame_marks(marks: Sequence[Mark], owners: Sequence[Page]) -> UInt8Array:
    """Return the frame of each mark; a picture that is a frame stays as it is."""
    frames = to_frames([mark.crop for mark in marks])
    for frame, mark, page in zip(frames, marks, owners, strict=True):
        if page.is_frame:
            frame[..., 0] = mark.crop
    return frames
