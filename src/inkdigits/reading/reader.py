"""Defines `DigitReader`, the public class that reads pictures. `pipeline` does the work."""

import copy
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inkdigits.errors import PictureError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.classifier import Classifier
from inkdigits.models.metadata import BundleInfo
from inkdigits.reading.decision.thresholds import Policy, choose_policy
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import make_field
from inkdigits.reading.pictures.decoding import MAX_BYTES, MAX_PIXELS, Picture
from inkdigits.reading.pipeline import Pipeline
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.reading.trace import Trace
from inkdigits.results import Reading
from inkdigits.spec import Float32Array, UInt8Array

if TYPE_CHECKING:
    from inkdigits.reading.output.explanation import Explanation

__all__ = ["DigitReader"]


class DigitReader:
    """Reads digits from pictures; immutable after construction and safe to share between threads.

    Making a reader loads networks, which takes longer than reading a picture: use one reader for all pictures.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: Largest share of wrong digits among the answered ones, 0 to 1, on digits like MNIST's; the others are
            "unsure". The loosest budget of the bundle that does not exceed it is used. Budgets under 0.005 hold for
            clean frames only (`policy.budget.holds_on_pictures`). None takes the bundle's default.
        threads: Threads inside one run of the network; 1 is fastest for single pictures.
        max_pixels: Most pixels of a picture, checked before decoding.
        max_bytes: Most encoded bytes of a picture.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.

    >>> import numpy as np
    >>> drawing = np.full((60, 40), 255, dtype=np.uint8)
    >>> drawing[10:14, 8:32] = 0  # the bar of a 7, black on white
    >>> for row in range(36):
    ...     drawing[14 + row, 28 - 2 * row // 5 : 33 - 2 * row // 5] = 0
    >>> DigitReader().read(drawing).text
    '7'
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = DEFAULT_BUNDLE,
        *,
        max_error: float | None = None,
        threads: int = 1,
        max_pixels: int = MAX_PIXELS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Load the bundle."""
        recognizer = Recognizer(model, threads=threads)
        policy = choose_policy(recognizer.classifier.info, max_error)
        self._pipeline = Pipeline(recognizer, policy, max_pixels, max_bytes)

    @property
    def info(self) -> BundleInfo:
        """What the bundle's `model.json` says."""
        return self.classifier.info

    @property
    def classifier(self) -> Classifier:
        """The network that reads, for callers who already have frames; it makes no decision."""
        return self._pipeline.recognizer.classifier

    @property
    def policy(self) -> Policy:
        """What makes a digit unsure. Its `budget` says which share of wrong answers is promised, and at what cost."""
        return self._pipeline.policy

    @property
    def expected_coverage(self) -> float | None:
        """Share of clean digits that are answered, 0 to 1: neither unsure nor rejected; None if not known.

        It was counted on the held-out digits. On rough pictures it is lower: `policy.budget.picture_coverage`.
        """
        return None if self.policy.budget is None else self.policy.budget.coverage

    def with_max_error(self, max_error: float | None) -> "DigitReader":
        """Return a reader with another budget of errors and the same networks, which are not loaded again.

        `max_error` and the error are those of the constructor.
        """
        other = copy.copy(self)
        policy = choose_policy(self.info, max_error)
        other._pipeline = replace(self._pipeline, policy=policy)  # noqa: SLF001 - of this class
        return other

    def read(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> Reading:
        """Return the digits of a picture that may hold any number of them, in lines.

        Args:
            picture: As `decoding.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.
            length: How many digits the picture holds, in one line, 1 to 64; None if that is not known. If clearly
                more or fewer are written, every digit of the line is "unsure".
            pattern: What the line looks like: "d" for any digit, "0" to "9" for that digit, other characters for signs
                that the text gets, as in "dd-dd-20dd". The likeliest string that fits is returned. All confidences are
                conditional on the pattern, and marks that are not part of the string are "not_a_digit".

        Returns:
            The reading; its outcome is "blank" when the picture holds no digit.

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
            FieldError: No field can have such a length or pattern.
        """
        field = make_field(length, pattern)
        return self._pipeline.read_pages([self._pipeline.detect(picture)], field)[0]

    def explain(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> "Explanation":
        """Return the reading with a picture of each stage and the suspected faults of doubtful answers.

        Arguments and errors are those of `read`, and so is the reading. The stages are those that it went through.
        """
        from inkdigits.reading.output.explanation import explain_trace  # noqa: PLC0415 - reading does not need what draws the stages

        return explain_trace(self.trace(picture, length=length, pattern=pattern))

    def trace(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> Trace:
        """Return the reading with what each stage made of the picture; arguments and errors are those of `read`."""
        return self._pipeline.trace(picture, make_field(length, pattern))

    def read_digit(self, picture: Picture) -> Reading:
        """Return the digit of a picture known to hold exactly one, of any size, place and polarity.

        Args:
            picture: As `decoding.decode` takes it.

        Returns:
            A reading with one digit, whose outcome is "not_a_digit" when something else is written there. If nothing is
            written, it has no digit, and its own outcome is "blank".

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
        """
        return self._pipeline.read_pages([self._pipeline.detect(picture, single=True)])[0]

    def read_many(
        self,
        pictures: Iterable[Picture],
        *,
        single: bool = False,
        length: int | None = None,
        pattern: str | None = None,
    ) -> list[Reading | PictureError]:
        """Return the reading of each picture, or why there is none; all their digits are classified together.

        Args:
            pictures: As `decoding.decode` takes them; only one picture's pixels are held at a time.
            single: Read each as `read_digit` does, not as `read`.
            length: As in `read`.
            pattern: As in `read`.

        Returns:
            As many results as pictures, in the same order.

        Raises:
            FieldError: No field can have such a length or pattern.
        """
        make_field(length, pattern)  # refused before the first picture is opened
        return self.read_pages(self.detect(pictures, single=single), length=length, pattern=pattern)

    def detect(self, pictures: Iterable[Picture], *, single: bool = False) -> list[Page | PictureError]:
        """Do the first half of `read_many`: open the pictures and find the marks in them, one picture after another.

        One thread can do this for the next pictures while another thread reads the previous ones.

        Args:
            pictures: As in `read_many`; only one picture's pixels are held at a time.
            single: As in `read_many`.

        Returns:
            For each picture, what was found in it, or why it cannot be read.
        """
        pages: list[Page | PictureError] = []
        for picture in pictures:
            try:
                pages.append(self._pipeline.detect(picture, single=single))
            except PictureError as error:
                pages.append(error)
        return pages

    def read_pages(
        self, pages: Sequence[Page | PictureError], *, length: int | None = None, pattern: str | None = None
    ) -> list[Reading | PictureError]:
        """Do the second half of `read_many`: the marks of all pages go through the networks together.

        Args:
            pages: From `detect`.
            length: As in `read`, like `pattern` and the errors.
            pattern: What the line looks like.
        """
        found = [page for page in pages if not isinstance(page, PictureError)]
        readings = iter(self._pipeline.read_pages(found, make_field(length, pattern)))
        return [page if isinstance(page, PictureError) else next(readings) for page in pages]

    def read_frames(self, frames: UInt8Array, probabilities: Float32Array | None = None) -> list[Reading]:
        """Return the digit of each frame. Frames go to the networks unchanged; one without ink is "blank".

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made like MNIST's; N may be 0.
            probabilities: float32, shape (N, 10), the answers of `classifier`; None asks it.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        return self._pipeline.read_frames(frames, probabilities)
