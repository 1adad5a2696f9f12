"""A picture goes in; a `Reading` comes out: decode, find ink, cut, frame, classify, decide."""

import os
import threading
from collections.abc import Sequence
from dataclasses import replace

from inkdigits.assembly import Evidence, Trace, judge_marks, make_reading
from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.bundle_info import BundleInfo
from inkdigits.classifier import Classifier
from inkdigits.decision import Policy, choose_policy, combine, has_digit_shape, has_pen_lines
from inkdigits.errors import EmptyDigitError
from inkdigits.explanation import Explanation, explain_trace
from inkdigits.fields import Field, make_field
from inkdigits.imaging import MAX_BYTES, MAX_PIXELS, Picture, decode, shrink
from inkdigits.ink import InkPicture, find_ink, find_inner_tone, find_thickness
from inkdigits.line_pass import pass_lines
from inkdigits.line_reader import LineReader
from inkdigits.normalization import to_frame, to_frames
from inkdigits.records import Reading
from inkdigits.rejector import Rejector
from inkdigits.resolution import find_ink_at_size
from inkdigits.segmentation import find_digits, isolate_digit
from inkdigits.spec import UInt8Array
from inkdigits.splitting import LineMark

__all__ = ["DigitReader", "frame_digit"]


# larger pictures are searched on a smaller copy: a page scanned at 300 dots an inch has 8.7 million, its digits 40 rows
_WORK_PIXELS = 4_000_000


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
        self._classifier = Classifier(model, threads=threads)
        self._rejector = Rejector(threads=threads)
        self._policy = choose_policy(self.info, max_error)
        self._threads = threads
        self._lock = threading.Lock()
        self._line_reader: LineReader | None = None
        self._max_pixels = max_pixels
        self._max_bytes = max_bytes

    @property
    def info(self) -> BundleInfo:
        """What the bundle's `model.json` says."""
        return self._classifier.info

    @property
    def policy(self) -> Policy:
        """What makes a digit unsure; its `budget` says which share of wrong answers that promises, and at what cost."""
        return self._policy

    @property
    def expected_coverage(self) -> float | None:
        """Share of clean digits, 0 to 1, that is answered: neither unsure nor taken for no digit; None if not known.

        It was counted on the held-out digits. Of rough pictures fewer are answered: `policy.budget.picture_coverage`.
        """
        return None if self._policy.budget is None else self._policy.budget.coverage

    def read(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> Reading:
        """Return the digits of a picture that may hold any number of them, in lines.

        Args:
            picture: As `imaging.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.
            length: How many digits the picture holds, in one line, 1 to 64; None if that is not known.
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

    def explain(self, picture: Picture, *, length: int | None = None, pattern: str | None = None) -> Explanation:
        """Return the reading with a picture of each stage and the suspected faults of doubtful answers.

        Arguments and errors are those of `read`, and so is the reading: these are the stages that it went through.
        """
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
        _, ink = find_ink_at_size(gray, _WORK_PIXELS, stages)
        marks = pass_lines(find_digits(ink), self._load_line_reader, field)
        is_shaped = [has_digit_shape(line_mark.mark.box, line_mark.mark.line_height) for line_mark in marks]
        trace = self._judge(gray, ink, marks, is_shaped, field)
        return trace if stages is None else replace(trace, stages=stages)

    def read_digit(self, picture: Picture) -> Reading:
        """Return the digit of a picture known to hold exactly one, of any size, place and polarity.

        Args:
            picture: As `imaging.decode` takes it.

        Returns:
            A reading with one digit, whose outcome is "not_a_digit" when what is written there is something else; or
            none when nothing is written. The reading's outcome is then "blank".

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
        """
        gray = self._decode(picture)
        work = shrink(gray, _WORK_PIXELS)
        ink = find_ink(work)
        mark = isolate_digit(ink)
        if mark is None:
            return self._judge(gray, ink, (), (), None).reading
        are_lines = has_pen_lines(find_inner_tone(work, ink, mark.box), find_thickness(work, ink, mark.box))
        return self._judge(gray, ink, (LineMark(mark, None, None),), (are_lines,), None).reading

    def _decode(self, picture: Picture) -> UInt8Array:
        return decode(picture, max_pixels=self._max_pixels, max_bytes=self._max_bytes)

    def _load_line_reader(self) -> LineReader:
        """Load it when the first line asks for it: single digits do without."""
        with self._lock:
            if self._line_reader is None:
                self._line_reader = LineReader(threads=self._threads)
            return self._line_reader

    def _judge(
        self,
        gray: UInt8Array,
        ink: InkPicture,
        marks: Sequence[LineMark],
        are_digit_shaped: Sequence[bool],
        field: Field | None,
    ) -> Trace:
        """Classify all marks as one batch and decide on each."""
        frames = to_frames([line_mark.mark.crop for line_mark in marks])
        digit_shares = self._rejector.digit_shares(frames)
        probabilities = combine(
            self._classifier.predict_proba(frames),
            [line_mark.labels for line_mark in marks],
            [line_mark.was_cut for line_mark in marks],
        )
        evidence = Evidence(probabilities, digit_shares, are_digit_shaped)
        digits = judge_marks(marks, evidence, self._policy, self._rejector.info, field)
        scale = gray.shape[1] / ink.ink.shape[1]
        model = f"{self.info.name} {self.info.version}"
        reading = make_reading(digits, (gray.shape[1], gray.shape[0]), scale, model, field)
        return Trace(gray, ink, tuple(marks), frames, reading, {})


def frame_digit(picture: Picture) -> UInt8Array:
    """Return the 28 x 28 frame of a picture known to hold exactly one digit, as `DigitReader.read_digit` makes it.

    Training on own pictures goes through here, so that the network learns from what it will be shown.

    Args:
        picture: As `imaging.decode` takes it.

    Returns:
        uint8, shape (28, 28), 0 for paper to 255 for ink, a new array.

    Raises:
        PictureError: The picture cannot be decoded; the subclass says why.
        EmptyDigitError: Nothing is written there.
    """
    mark = isolate_digit(find_ink(shrink(decode(picture), _WORK_PIXELS)))
    if mark is None:
        msg = "expected a picture of one digit, found no ink that stands out from its paper"
        raise EmptyDigitError(msg)
    return to_frame(mark.crop)
