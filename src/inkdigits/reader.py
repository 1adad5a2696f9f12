"""A picture goes in; a `Reading` comes out: decode, find ink, cut, frame, classify, decide."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

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
from inkdigits.errors import EmptyDigitError, PictureError
from inkdigits.imaging import MAX_BYTES, MAX_PIXELS, Picture, decode, shrink
from inkdigits.ink import find_ink, find_inner_tone, find_thickness
from inkdigits.network import check_frames
from inkdigits.normalization import to_frame, to_frames
from inkdigits.records import Box, Digit, Reading
from inkdigits.rejector import Rejector
from inkdigits.segmentation import Mark, find_digits, isolate_digit
from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array
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
    def policy(self) -> Policy:
        """What makes a digit unsure; its `budget` says which share of wrong answers that promises, and at what cost."""
        return self._policy

    @property
    def expected_coverage(self) -> float | None:
        """Share of clean digits, 0 to 1, that is answered: neither unsure nor taken for no digit; None if not known.

        It was counted on the held-out digits. Of rough pictures fewer are answered: `policy.budget.picture_coverage`.
        """
        return None if self._policy.budget is None else self._policy.budget.coverage

    def read(self, picture: Picture) -> Reading:
        """Return the digits of a picture that may hold any number of them, in lines.

        Args:
            picture: As `imaging.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.

        Returns:
            The reading; its outcome is "blank" when the picture holds no digit.

        Raises:
            PictureError: The picture cannot be decoded; the subclass says why.
        """
        return self._answer([self._look(picture)])[0]

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
        return self._answer([self._look_at_digit(picture)])[0]

    def read_many(self, pictures: Iterable[Picture], *, single: bool = False) -> list[Reading | PictureError]:
        """Return for each picture its reading, or why there is none.

        Args:
            pictures: As `imaging.decode` takes them; only one at a time is held.
            single: Read each as `read_digit` does, not as `read`.
        """
        look = self._look_at_digit if single else self._look
        answers: list[Reading | PictureError | None] = []
        sights: list[_Sight] = []
        for picture in pictures:
            try:
                sights.append(look(picture))
                answers.append(None)
            except PictureError as error:
                answers.append(error)
        readings = iter(self._answer(sights))
        return [next(readings) if answer is None else answer for answer in answers]

    def read_frames(self, frames: UInt8Array) -> list[Reading]:
        """Return the digit of each frame, which goes to the network as it is; "blank" for one without ink.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink, made as MNIST's were; N may be 0.

        Raises:
            FrameError: `frames` has another dtype or shape.
        """
        check_frames(frames)
        return self._answer(_see_frames(frames))

    def _decode(self, picture: Picture) -> UInt8Array:
        return decode(picture, max_pixels=self._max_pixels, max_bytes=self._max_bytes)

    def _look(self, picture: Picture) -> "_Sight":
        gray = self._decode(picture)
        marks = find_digits(find_ink(shrink(gray, _WORK_PIXELS)))
        return _see(gray, marks, [has_digit_shape(mark.box, mark.line_height) for mark in marks])

    def _look_at_digit(self, picture: Picture) -> "_Sight":
        gray = self._decode(picture)
        work = shrink(gray, _WORK_PIXELS)
        ink = find_ink(work)
        mark = isolate_digit(ink)
        if mark is None:
            return _see(gray, (), ())
        are_lines = has_pen_lines(find_inner_tone(work, ink, mark.box), find_thickness(work, ink, mark.box))
        return _see(gray, (mark,), [are_lines])

    def _answer(self, sights: Sequence["_Sight"]) -> list[Reading]:
        """Return a reading for each sight; the frames of all go through the networks together."""
        frames = np.concatenate([sight.frames for sight in sights]) if sights else to_frames(())
        probabilities, digit_shares = self._classifier.predict_proba(frames), self._rejector.digit_shares(frames)
        calibrated = confidences(probabilities, self._policy.slope, self._policy.offset)
        readings, start = [], 0
        for sight in sights:
            part = slice(start, start := start + len(sight.boxes))
            readings.append(self._read_sight(sight, probabilities[part], calibrated[part].tolist(), digit_shares[part]))
        return readings

    def _read_sight(
        self, sight: "_Sight", probabilities: Float32Array, calibrated: list[float], digit_shares: Float32Array
    ) -> Reading:
        limits = find_share_limits(digit_shares, self._rejector.info)
        digits = []
        for place, (raw, confidence, digit_share) in enumerate(
            zip(probabilities.tolist(), calibrated, digit_shares.tolist(), strict=True)
        ):
            is_digit_shaped = sight.are_digit_shaped[place]
            outcome = decide(
                confidence, self._policy, is_digit_shaped=is_digit_shaped, digit_share=digit_share, limits=limits
            )
            label, box, line = raw.index(max(raw)), sight.boxes[place], sight.line_places[place]
            digits.append(Digit(box, line, label, tuple(raw), confidence, outcome, digit_share))
        count = 1 + max(sight.line_places, default=-1)
        lines = tuple(make_line([digit for digit in digits if digit.line == line]) for line in range(count))
        return Reading(sight.width, sight.height, lines, tuple(digits), f"{self.info.name} {self.info.version}")


@dataclass(frozen=True, slots=True)
class _Sight:
    """What was found in a picture, without its pixels: those of many pictures are kept until the networks run."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    line_places: tuple[int, ...]
    are_digit_shaped: tuple[bool, ...]
    frames: UInt8Array


def _see(gray: UInt8Array, marks: Sequence[Mark], are_digit_shaped: Sequence[bool]) -> _Sight:
    height, width = gray.shape
    scale = max(1.0, (gray.size / _WORK_PIXELS) ** 0.5)
    boxes = tuple(mark.box.scaled(scale, width, height) for mark in marks)
    frames = to_frames([mark.crop for mark in marks])
    return _Sight(width, height, boxes, tuple(mark.line for mark in marks), tuple(are_digit_shaped), frames)


def _see_frames(frames: UInt8Array) -> list[_Sight]:
    """Return a sight for each frame, all of whose ink is one mark; without ink it has none."""
    blank = _Sight(FRAME_SIDE, FRAME_SIDE, (), (), (), frames[:0])
    rows, columns = np.any(frames, axis=(2, 3)), np.any(frames, axis=(1, 3))
    edges = [(lines.argmax(axis=1), FRAME_SIDE - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    (x_min, x_max), (y_min, y_max) = [(first.tolist(), last.tolist()) for first, last in edges]
    return [
        replace(blank, boxes=(Box(*box),), line_places=(0,), are_digit_shaped=(True,), frames=frame) if ink else blank
        for *box, ink, frame in zip(x_min, y_min, x_max, y_max, np.any(rows, axis=1), frames[:, None], strict=True)
    ]


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
