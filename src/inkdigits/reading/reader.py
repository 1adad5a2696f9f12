"""Defines `DigitReader`, the public class that reads pictures. `pipeline` does the work."""

import copy
import functools
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack, cast, overload

from inkdigits.errors import PictureError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.classifier import Classifier
from inkdigits.models.metadata import BundleInfo, Per
from inkdigits.reading.decision.thresholds import Policy, choose_policy
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.fields.options import Told
from inkdigits.reading.fields.regions import are_boxes, make_region
from inkdigits.reading.pictures.decoding import MAX_BYTES, MAX_PIXELS, Picture
from inkdigits.reading.pipeline import Pipeline
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.reading.trace import Trace
from inkdigits.results import Reading
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.system.cpu import count_cores
from inkdigits.system.thread_pool import run_in_pool

if TYPE_CHECKING:
    from inkdigits.reading.output.explanation import Explanation

__all__ = ["DigitReader"]


class DigitReader:
    """Reads digits from pictures; immutable after construction and safe to share between threads.

    Making a reader loads networks, which takes longer than reading a picture: use one reader for all pictures.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        max_error: Largest share of wrong answers among the answers, 0 to 1; the others are "unsure". The loosest
            budget that does not exceed it is used. `policy.budget` says what is promised of frames like MNIST's, and
            `policy.picture_budget` what of pictures of handwriting, which is less strict where that cannot be promised.
            None takes the default.
        per: What `max_error` counts in pictures: "line" for the string of a whole line, which is answered or has an
            unsure digit, or "digit".
        threads: Threads inside one run of the network; 1 is fastest for single pictures.
        max_pixels: Most pixels of a picture, checked before decoding.
        max_bytes: Most encoded bytes of a picture.

    Raises:
        BundleError: The bundle is missing, damaged or of another version.
        ErrorBudgetError: The bundle cannot promise so few wrong answers, or `per` is another word.

    >>> import numpy as np
    >>> drawing = np.full((60, 40), 255, dtype=np.uint8)
    >>> drawing[10:14, 8:32] = 0  # the bar of a 7, black on white
    >>> for row in range(36):
    ...     drawing[14 + row, 28 - 2 * row // 5 : 33 - 2 * row // 5] = 0
    >>> DigitReader().read(drawing).text
    '7'
    """

    def __init__(  # noqa: PLR0913 - what a reader is made of
        self,
        model: str | os.PathLike[str] = DEFAULT_BUNDLE,
        *,
        max_error: float | None = None,
        per: Per = "line",
        threads: int = 1,
        max_pixels: int = MAX_PIXELS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Load the bundle."""
        recognizer = Recognizer(model, threads=threads)
        policy = choose_policy(recognizer.classifier.info, recognizer.detector.info, max_error, per)
        self._pipeline = Pipeline(recognizer, policy, max_pixels, max_bytes)
        self._at_once = max(1, count_cores() // max(1, threads))  # pictures that `aread` reads

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
        """What makes a digit unsure, and which share of wrong answers is promised of which pictures, at what cost."""
        return self._pipeline.policy

    @property
    def expected_coverage(self) -> float | None:
        """Share of clean digits that are answered, 0 to 1: neither unsure nor rejected; None if not known.

        It was counted on the held-out digits. On rough pictures it is lower: `policy.budget.picture_coverage`.
        """
        return None if self.policy.budget is None else self.policy.budget.coverage

    def with_max_error(self, max_error: float | None, per: Per = "line") -> "DigitReader":
        """Return a reader with another budget of errors and the same networks, which are not loaded again.

        `max_error`, `per` and the error are those of the constructor.
        """
        other = copy.copy(self)
        policy = choose_policy(self.info, self._pipeline.recognizer.detector.info, max_error, per)
        other._pipeline = replace(self._pipeline, policy=policy)  # noqa: SLF001 - of this class
        return other

    @overload
    def read(self, picture: Picture, *, box: Sequence[float] | None = None, **told: Unpack[Told]) -> Reading: ...

    @overload
    def read(self, picture: Picture, *, box: Sequence[Sequence[float]], **told: Unpack[Told]) -> list[Reading]: ...

    def read(
        self,
        picture: Picture,
        *,
        box: Sequence[float] | Sequence[Sequence[float]] | None = None,
        **told: Unpack[Told],
    ) -> Reading | list[Reading]:
        """Return the digits of a picture that may hold any number of them, in lines.

        What is told of the picture makes the answer surer: the likeliest string that agrees with all of it is
        returned, and its confidence is among such strings. Marks that are no part of it are "not_a_digit". Where no
        string agrees, every digit is "unsure"; a digit that is plainly written is never left out to make one fit.

        Args:
            picture: As `decoding.decode` takes it: a path, the bytes of a picture file, an array or a Pillow picture.
            box: The part that is read, x0, y0, x1, y1: in whole pixels, or in fractions of the picture from 0 to 1
                where one has a point. Of several boxes, a list, each is read by itself. Boxes of the answer are in
                pixels of the whole picture.
            **told: What is known of what is written, by keyword; nothing by default:

                length (int): How many digits the line has, 1 to 64.
                pattern (str): What the line looks like: "d" for any digit, "0" to "9" for that digit, other
                    characters for signs, as in "dd-dd-20dd". A sign stands at all of its places in the picture, or at
                    none; the text has it in both cases.
                kind (str): "date", "time", "amount" or "integer". Only valid values are answered; the text has the
                    signs that are written.
                order (str): Of a date's day, month and year: "dmy", "mdy", "ymd", or "locale" for what the machine is
                    set to; without it, any of them.
                check (str or function): What the text passes: a module of python-stdnum, as "luhn", "verhoeff",
                    "iso7064.mod_97_10", "isbn", "ean", "iban" or a national number as "nl.bsn"; or a function of the
                    text that returns a bool. The names need the extra `fields`.
                handwritten (bool): Leave printed digits out.

        Returns:
            The reading; its outcome is "blank" when the picture holds no digit. Of several boxes, one for each.

        Raises:
            PictureError: The picture cannot be decoded, or a box lies outside it; the subclass says why.
            FieldError: No field can be what was told.
            MissingExtraError: python-stdnum, which knows the check, is not installed.
        """
        field = make_field(FieldOptions(**told))
        if box is None or not are_boxes(box):
            region = None if box is None else make_region(cast("Sequence[float]", box))
            return self._pipeline.read_pages([self._pipeline.detect(picture, region=region)], field)[0]
        regions = [make_region(one) for one in cast("Sequence[Sequence[float]]", box)]
        return self._pipeline.read_pages(self._pipeline.detect_parts(picture, regions), field)

    @overload
    async def aread(self, picture: Picture, *, box: Sequence[float] | None = None, **told: Unpack[Told]) -> Reading: ...

    @overload
    async def aread(
        self, picture: Picture, *, box: Sequence[Sequence[float]], **told: Unpack[Told]
    ) -> list[Reading]: ...

    async def aread(
        self,
        picture: Picture,
        *,
        box: Sequence[float] | Sequence[Sequence[float]] | None = None,
        **told: Unpack[Told],
    ) -> Reading | list[Reading]:
        """Do what `read` does, in a thread, while the event loop goes on.

        As many pictures are read at once as there are cores (divided by `threads`); the others wait. All readers with
        as many `threads` share these places. Cancelling, as a timeout does, ends the waiting at once. A picture whose
        turn had not come is then never opened. One that is being read cannot be stopped: it keeps its place until it
        is read, and the answer is dropped.

        Args:
            picture: As in `read`. An array must not be changed before the answer is there.
            box: As in `read`.
            **told: As in `read`.

        Returns:
            What `read` returns; it raises the same errors.
        """
        return await run_in_pool(functools.partial(self.read, picture, box=box, **told), self._at_once)

    def explain(self, picture: Picture, *, box: Sequence[float] | None = None, **told: Unpack[Told]) -> "Explanation":
        """Return the reading with a picture of each stage and the suspected faults of doubtful answers.

        Arguments and errors are those of `read`, but for one box only, and so is the reading. The stages are those
        that it went through.
        """
        from inkdigits.reading.output.explanation import explain_trace  # noqa: PLC0415 - reading does not need what draws the stages

        return explain_trace(self.trace(picture, box=box, **told))

    def trace(self, picture: Picture, *, box: Sequence[float] | None = None, **told: Unpack[Told]) -> Trace:
        """Return the reading with what each stage made of the picture; arguments and errors are those of `explain`."""
        region = None if box is None else make_region(box)
        return self._pipeline.trace(picture, make_field(FieldOptions(**told)), region)

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
        box: Sequence[float] | None = None,
        **told: Unpack[Told],
    ) -> list[Reading | PictureError]:
        """Return the reading of each picture, or why there is none; all their digits are classified together.

        Args:
            pictures: As `decoding.decode` takes them; only one picture's pixels are held at a time.
            single: Read each as `read_digit` does, not as `read`.
            box: As in `read`, the same of each; one box only.
            **told: As in `read`, of each.

        Returns:
            As many results as pictures, in the same order.

        Raises:
            FieldError: No field can be what was told.
            MissingExtraError: As in `read`.
        """
        make_field(FieldOptions(**told))  # refused before the first picture is opened
        return self.read_pages(self.detect(pictures, single=single, box=box), **told)

    def detect(
        self, pictures: Iterable[Picture], *, single: bool = False, box: Sequence[float] | None = None
    ) -> list[Page | PictureError]:
        """Do the first half of `read_many`: open the pictures and find the marks in them, one picture after another.

        One thread can do this for the next pictures while another thread reads the previous ones.

        Args:
            pictures: As in `read_many`; only one picture's pixels are held at a time.
            single: As in `read_many`.
            box: As in `read_many`.

        Returns:
            For each picture, what was found in it, or why it cannot be read.
        """
        region = None if box is None else make_region(box)
        pages: list[Page | PictureError] = []
        for picture in pictures:
            try:
                pages.append(self._pipeline.detect(picture, single=single, region=region))
            except PictureError as error:
                pages.append(error)
        return pages

    def detect_cells(self, cells: UInt8Array, core: tuple[float, float, float, float]) -> list[Page]:
        """Find what is written in the cells of a form; `read_pages` then reads it.

        Args:
            cells: uint8, shape (N, H, W), 0 for black to 255 for white, both sides multiples of 16: each a cell with
                what stands around it. A cell that is 48 pixels high holds digits of the best size.
            core: The cell in these pictures: left, top, right, bottom, pixels.

        Returns:
            A page for each cell, with one mark at most.
        """
        return self._pipeline.detect_cells(cells, core)

    def read_pages(self, pages: Sequence[Page | PictureError], **told: Unpack[Told]) -> list[Reading | PictureError]:
        """Do the second half of `read_many`: the marks of all pages go through the networks together.

        Args:
            pages: From `detect`.
            **told: As in `read`, like the errors.
        """
        found = [page for page in pages if not isinstance(page, PictureError)]
        readings = iter(self._pipeline.read_pages(found, make_field(FieldOptions(**told))))
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
