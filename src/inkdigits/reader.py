"""A picture goes in; a `Reading` comes out: decode, find ink, cut, frame, classify, decide."""

import copy
import os
from collections.abc import Sequence

from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.bundle_info import BundleInfo
from inkdigits.classifier import Classifier
from inkdigits.decision import (
    Policy,
    choose_policy,
    confidences,
    decide,
    find_share_limits,
    has_digit_shape,
    has_pen_lines,
)
from inkdigits.errors import EmptyDigitError
from inkdigits.imaging import MAX_BYTES, MAX_PIXELS, Picture, decode, shrink
from inkdigits.ink import find_ink, find_inner_tone, find_thickness
from inkdigits.normalization import to_frame, to_frames
from inkdigits.records import Digit, Reading
from inkdigits.rejector import Rejector
from inkdigits.segmentation import Mark, find_digits, isolate_digit
from inkdigits.spec import UInt8Array
from inkdigits.strings import make_line

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
        self._max_pixels = max_pixels
        self._max_bytes = max_bytes

    @property
    def info(self) -> BundleInfo:
        """What the bundle's `model.json` says."""
        return self._classifier.info

    @property
    def classifier(self) -> Classifier:
        """The network that reads, for those who have frames already; it decides nothing."""
        return self._classifier

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

    def with_max_error(self, max_error: float | None) -> "DigitReader":
        """Return a reader with the same networks, not loaded again, and another budget of errors.

        Args:
            max_error: As at construction.

        Raises:
            ErrorBudgetError: The bundle cannot promise so few wrong answers.
        """
        other = copy.copy(self)
        other._policy = choose_policy(self.info, max_error)  # noqa: SLF001 - of this class
        return other

    def read(self, picture: Picture) -> Reading:
        """Return the digits of a picture that may hold any number of them, in lines.

        Args:
            picture: As `imaging.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.

        Returns:
            The reading; its outcome is "blank" when the picture holds no digit.

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
        """
        gray = self._decode(picture)
        marks = find_digits(find_ink(shrink(gray, _WORK_PIXELS)))
        return self._reading(gray, marks, [has_digit_shape(mark.box, mark.line_height) for mark in marks])

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
            return self._reading(gray, (), ())
        are_lines = has_pen_lines(find_inner_tone(work, ink, mark.box), find_thickness(work, ink, mark.box))
        return self._reading(gray, (mark,), [are_lines])

    def _decode(self, picture: Picture) -> UInt8Array:
        return decode(picture, max_pixels=self._max_pixels, max_bytes=self._max_bytes)

    def _reading(self, gray: UInt8Array, marks: Sequence[Mark], are_digit_shaped: Sequence[bool]) -> Reading:
        frames = to_frames([mark.crop for mark in marks])
        probabilities, digit_shares = self._classifier.predict_proba(frames), self._rejector.digit_shares(frames)
        limits = find_share_limits(digit_shares, self._rejector.info)
        calibrated = confidences(probabilities, self._policy.slope, self._policy.offset).tolist()
        digits = []
        height, width = gray.shape
        scale = max(1.0, (gray.size / _WORK_PIXELS) ** 0.5)
        for mark, is_digit_shaped, raw, confidence, digit_share in zip(
            marks, are_digit_shaped, probabilities, calibrated, digit_shares.tolist(), strict=True
        ):
            outcome = decide(
                confidence, self._policy, is_digit_shaped=is_digit_shaped, digit_share=digit_share, limits=limits
            )
            label = int(raw.argmax())
            box = mark.box.scaled(scale, width, height)
            digits.append(Digit(box, mark.line, label, tuple(map(float, raw)), confidence, outcome, digit_share))
        count = 1 + max((mark.line for mark in marks), default=-1)
        lines = tuple(make_line([digit for digit in digits if digit.line == line]) for line in range(count))
        return Reading(width, height, lines, tuple(digits), f"{self.info.name} {self.info.version}")


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
