"""A picture goes in; a `Reading` comes out: decode, find ink, cut, frame, classify, decide."""

import copy
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inkdigits.errors import PictureError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.classifier import Classifier
from inkdigits.models.line_recognizer import LineRecognizer
from inkdigits.models.metadata import BundleInfo
from inkdigits.models.rejector import Rejector
from inkdigits.reading.decision.policy import Policy, choose_policy
from inkdigits.reading.detection.detector import detect_marks
from inkdigits.reading.fields import Field, make_field
from inkdigits.reading.pictures.decoding import MAX_BYTES, MAX_PIXELS, Picture, decode
from inkdigits.reading.pipeline import Judge
from inkdigits.reading.recognition.recognizer import LoneDigit, Sight, see_digit, see_lines
from inkdigits.reading.trace import Trace
from inkdigits.results import Reading
from inkdigits.spec import Float32Array, UInt8Array

if TYPE_CHECKING:
    from inkdigits.reading.output.explanation import Explanation

__all__ = ["DigitReader", "SeenPictures"]


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """What was seen in many pictures, before any network told what it is.

    Attributes:
        sights: Of each picture what was seen, or why nothing was.
        field: What every one of them is known to hold.
    """

    sights: tuple[Sight | LoneDigit | PictureError, ...]
    field: Field | None


class DigitReader:
    """Reads digits from pictures; immutable after construction and safe to share between threads.

    Making one loads a network, which takes longer than reading a picture: make one and use it for all.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: Most wrong digits among those answered, 0 to 1, on digits like MNIST's; the others are "unsure". The
            loosest budget of the bundle that is not above it counts; budgets under 0.005 hold for clean frames only,
            as `policy.budget.holds_on_pictures` says. None takes the bundle's default.
        threads: Threads inside one run of the network; 1 is fastest for single pictures.
        max_pixels: Most pixels of a picture, checked before decoding.
        max_bytes: Most encoded bytes of a picture.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
        ErrorBudgetError: The bundle cannot promise so few wrong answers.

    >>> import numpy as np
    >>> drawing = np.full((60, 40), 255, dtype=np.uint8)
    >>> drawing[10:50, 18:23] = 0  # an upright stroke, black on white
    >>> DigitReader().read(drawing).text
    '1'
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
        classifier = Classifier(model, threads=threads)
        self._judge = Judge(classifier, Rejector(threads=threads), choose_policy(classifier.info, max_error))
        self._threads = threads
        self._lock = threading.Lock()
        self._line_reader: LineRecognizer | None = None
        self._max_pixels = max_pixels
        self._max_bytes = max_bytes

    @property
    def info(self) -> BundleInfo:
        """What the bundle's `model.json` says."""
        return self.classifier.info

    @property
    def classifier(self) -> Classifier:
        """The network that reads, for those who have frames already; it decides nothing."""
        return self._judge.classifier

    @property
    def policy(self) -> Policy:
        """What makes a digit unsure; its `budget` says which share of wrong answers that promises, and at what cost."""
        return self._judge.policy

    @property
    def expected_coverage(self) -> float | None:
        """Share of clean digits, 0 to 1, that is answered: neither unsure nor taken for no digit; None if not known.

        It was counted on the held-out digits. Of rough pictures fewer are answered: `policy.budget.picture_coverage`.
        """
        return None if self.policy.budget is None else self.policy.budget.coverage

    def with_max_error(self, max_error: float | None) -> "DigitReader":
        """Return a reader with the same networks, not loaded again, and another budget of errors.

        `max_error` and the error are those of the construction.
        """
        self._load_line_reader()  # once for both, not when each first needs it
        other = copy.copy(self)
        other._judge = replace(self._judge, policy=choose_policy(self.info, max_error))  # noqa: SLF001 - of this class
        return other

    def read(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> Reading:
        """Return the digits of a picture that may hold any number of them, in lines.

        Args:
            picture: As `decoding.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.
            length: How many digits the picture holds, in one line, 1 to 64; None if that is not known. Where plainly
                more or fewer are written, all of the line are "unsure".
            pattern: What the line looks like, "d" for any digit, "0" to "9" for that one, other characters for signs
                that its text gets: "dd-dd-20dd". The likeliest string that fits is returned, its confidence and that of
                its digits conditional on it; marks that are no part of it are "not_a_digit".

        Returns:
            The reading; its outcome is "blank" when the picture holds no digit.

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
            FieldError: No field can have such a length or pattern.
        """
        return self.trace(picture, length=length, pattern=pattern).reading

    def explain(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> "Explanation":
        """Return the reading with a picture of each stage and the suspected faults of doubtful answers.

        Arguments and errors are those of `read`, and so is the reading: these are the stages that it went through.
        """
        from inkdigits.reading.output.explanation import explain_trace  # noqa: PLC0415 - reading does without what draws the stages

        return explain_trace(self.trace(picture, length=length, pattern=pattern, stages={}))

    def trace(
        self,
        picture: Picture,
        *,
        length: int | None = None,
        pattern: str | None = None,
        stages: dict[str, UInt8Array] | None = None,
    ) -> Trace:
        """Return the reading with what each stage made of the picture.

        Args:
            picture: As of `read`, as are the next two and the errors.
            length: How many digits the picture holds.
            pattern: What the line looks like.
            stages: Takes the pictures that finding ink makes on its way, by name; None drops them.
        """
        field = make_field(length, pattern)
        gray = self._decode(picture)
        page = detect_marks(gray, stages)
        sight = see_lines(page, self._load_line_reader, field)
        ((reading, settled),) = self._judge.settle([sight], field)
        return Trace(gray, page.ink, settled.marks, settled.frames, reading, {} if stages is None else stages, field)

    def read_digit(self, picture: Picture) -> Reading:
        """Return the digit of a picture known to hold exactly one, of any size, place and polarity.

        Args:
            picture: As `decoding.decode` takes it.

        Returns:
            A reading with one digit, whose outcome is "not_a_digit" when what is written there is something else; or
            none when nothing is written. The reading's outcome is then "blank".

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
        """
        return self._judge.judge([see_digit(self._decode(picture))], None)[0]

    def read_many(
        self,
        pictures: Iterable[Picture],
        *,
        single: bool = False,
        length: int | None = None,
        pattern: str | None = None,
    ) -> list[Reading | PictureError]:
        """Return for each picture its reading, or why there is none; the digits of all are classified together.

        Args:
            pictures: As `decoding.decode` takes them; the pixels of one at a time are held.
            single: Read each as `read_digit` does, not as `read`.
            length: As of `read`.
            pattern: As of `read`.

        Returns:
            As many as pictures, in their order.

        Raises:
            FieldError: No field can have such a length or pattern.
        """
        return self.judge(self.see(pictures, single=single, length=length, pattern=pattern))

    def see(
        self,
        pictures: Iterable[Picture],
        *,
        single: bool = False,
        length: int | None = None,
        pattern: str | None = None,
    ) -> SeenPictures:
        """Do the first half of `read_many`: open the pictures and find what is written in them.

        One thread can see the next pictures while another judges those that were seen.

        Args:
            pictures: As of `read_many`, as are the others and the errors.
            single: As of `read_many`.
            length: As of `read`.
            pattern: As of `read`.
        """
        field = make_field(length, pattern)
        sights: list[Sight | LoneDigit | PictureError] = []
        for picture in pictures:
            try:
                gray = self._decode(picture)
            except PictureError as error:
                sights.append(error)
                continue
            if single:
                sights.append(see_digit(gray))
            else:
                sights.append(see_lines(detect_marks(gray), self._load_line_reader, field))
        return SeenPictures(tuple(sights), field)

    def judge(self, seen: SeenPictures) -> list[Reading | PictureError]:
        """Do the second half of `read_many`: the digits of all pictures through the networks, together."""
        good = [sight for sight in seen.sights if not isinstance(sight, PictureError)]
        readings = iter(self._judge.judge(good, seen.field))
        return [sight if isinstance(sight, PictureError) else next(readings) for sight in seen.sights]

    def read_frames(self, frames: UInt8Array, probabilities: Float32Array | None = None) -> list[Reading]:
        """Return the digit of each frame, which goes to the networks as it is; one without ink is "blank".

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made as MNIST's were; N may be 0.
            probabilities: float32, shape (N, 10), what `classifier` says of them; None asks it.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        said = self.classifier.predict_proba(frames) if probabilities is None else probabilities
        return self._judge.judge_frames(frames, said)

    def _decode(self, picture: Picture) -> UInt8Array:
        return decode(picture, max_pixels=self._max_pixels, max_bytes=self._max_bytes)

    def _load_line_reader(self) -> LineRecognizer:
        """Load it when the first line asks for it: single digits do without."""
        with self._lock:
            if self._line_reader is None:
                self._line_reader = LineRecognizer(threads=self._threads)
            return self._line_reader
