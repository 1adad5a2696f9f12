"""Makes the JSON answer to a request: one reading for each of its pictures."""

import base64
import json
import time
from collections import Counter
from dataclasses import dataclass, field

from inkdigits.errors import PictureError, PictureTooLargeError
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.fields.options import Told
from inkdigits.reading.fields.regions import Region, parse_region
from inkdigits.reading.output.drawing import encode_picture, to_picture
from inkdigits.reading.output.explanation import Explanation
from inkdigits.reading.output.serialization import to_json
from inkdigits.reading.pictures.decoding import decode, decode_color
from inkdigits.reading.pictures.documents import count_pages
from inkdigits.reading.pictures.pages import DocumentPage
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Box, Reading
from inkdigits.service.limits import Limits
from inkdigits.service.routes.schemas import ReadOptions
from inkdigits.service.transport.problem_documents import describe_error
from inkdigits.service.transport.tasks import Begin, Outcome
from inkdigits.service.transport.uploads import Upload, parse_uploads
from inkdigits.spec import UInt8Array

__all__ = ["Answerer"]


class Answerer:
    """Reads the pictures of requests; safe to share between threads.

    Args:
        reader: Reads the pictures.
        limits: Limits of the service.
    """

    def __init__(self, reader: DigitReader, limits: Limits) -> None:
        """Keep what is needed for every answer."""
        self._reader = reader
        self._limits = limits

    def answer(self, body: bytes, content_type: str, options: ReadOptions, deadline: float, begin: Begin) -> Outcome:
        """Read the pictures of a request.

        Args:
            body: The request's body.
            content_type: The type of the body.
            options: The options of the request.
            deadline: Time on the clock of `time.monotonic` after which no further picture is started.
            begin: Told the number of pictures when they begin.

        Returns:
            JSON, {"readings": [...]}, with one entry per picture or page in their order. If there are several, an
            unreadable one gets a problem document as its entry; of one alone, it is the problem of the outcome.

        Raises:
            HTTPException: As `parse_uploads` raises it.
            InkdigitsError: The options ask for what cannot be.
            TimeoutError: The deadline has passed.
        """
        uploads = parse_uploads(body, content_type, self._limits.max_pictures)
        limit = options.max_error
        reader = self._reader if limit is None else self._reader.with_max_error(limit, options.per)
        told = _Told()
        begin(len(uploads))
        for upload in uploads:
            if time.monotonic() > deadline:
                raise TimeoutError
            self._answer_upload(reader, upload, options, deadline, told)
        if len(told.answers) == len(told.problems) == 1:
            return Outcome(problem=told.problems[0], pictures=told.pictures)
        body = json.dumps({"readings": told.answers}).encode("ascii")
        return Outcome(body, pictures=told.pictures, digits=told.digits)

    def _answer_upload(
        self, reader: DigitReader, upload: Upload, options: ReadOptions, deadline: float, told: "_Told"
    ) -> None:
        """Tell what is on each page of what was sent, or why that page cannot be read."""
        try:
            pages = count_pages(upload.data)
            numbers = self._choose_pages(pages, options)
        except PictureError as error:
            told.refuse(error, upload.name, {})
            return
        for at, page in enumerate(numbers):
            if at and time.monotonic() > deadline:
                raise TimeoutError
            place: dict[str, object] = {"page": page, "pages": pages} if pages > 1 else {}
            try:
                readings, answers = self._read(reader, upload, page, options)
            except PictureError as error:
                told.refuse(error, upload.name, place)
            else:
                told.add(readings, [{**place, **answer} for answer in answers])

    def _choose_pages(self, pages: int, options: ReadOptions) -> range:
        """Return the numbers of the pages to read of a file with so many.

        Raises:
            PictureTooLargeError: They are too many for a request.
        """
        if options.page is not None:
            return range(options.page, options.page + 1)
        if pages > self._limits.max_pictures:
            most = self._limits.max_pictures
            msg = f"expected at most {most} pages, got {pages}; read them one by one, with page=1 and so on"
            raise PictureTooLargeError(msg)
        return range(1, 1 + pages)

    def _read(
        self, reader: DigitReader, upload: Upload, page: int, options: ReadOptions
    ) -> tuple[list[Reading], list[dict[str, object]]]:
        """Return the readings of a page, and what is told of each."""
        source = DocumentPage(upload.data, page)
        gray = decode(source, max_pixels=self._limits.max_pixels)
        told, boxes = _find_field(options), [parse_region(box) for box in options.box]
        explanations: list[Explanation] = []
        if options.digit:
            readings = [reader.read_digit(gray)]
        elif options.explain:
            regions: list[Region | None] = [*boxes] or [None]
            explanations = [reader.explain(gray, box=box, **told) for box in regions]
            readings = [explanation.reading for explanation in explanations]
        else:
            readings = reader.read(gray, box=boxes, **told) if boxes else [reader.read(gray, **told)]
        is_shown = options.picture or options.original
        picture = decode_color(source, max_pixels=self._limits.max_pixels) if is_shown else None
        original = _to_png(picture) if picture is not None and options.original else None
        answers = []
        for place, reading in enumerate(readings):
            text = to_json(reading, upload.name, signs=options.signs, words=options.words)
            values: dict[str, object] = json.loads(text)
            if explanations:
                values["explain"] = _explain(explanations[place])
            if picture is not None and options.picture:
                values["annotated"] = _to_png(to_picture(picture, reading))
            if original is not None and place == 0:  # of 100 boxes, too, the picture is sent once
                values["original"] = original
            answers.append(values)
        return readings, answers


@dataclass(slots=True)
class _Told:
    """What a request came to so far."""

    answers: list[dict[str, object]] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)  # those of the answers that are one
    pictures: Counter[str] = field(default_factory=Counter)
    digits: Counter[str] = field(default_factory=Counter)

    def add(self, readings: list[Reading], values: list[dict[str, object]]) -> None:
        """Add the readings of a page, and what is told of each."""
        for reading in readings:
            self.pictures[reading.outcome] += 1
            self.digits.update(digit.outcome for digit in reading.digits)
        self.answers += values

    def refuse(self, error: PictureError, name: str, place: dict[str, object]) -> None:
        """Add the problem of a picture, or of its page, that cannot be read."""
        self.pictures["error"] += 1
        self.problems.append({**describe_error(error), **place})
        self.answers.append({"picture": name, **self.problems[-1]})


def _find_field(options: ReadOptions) -> Told:
    """Return what the request tells of the line."""
    return FieldOptions(
        options.length, options.pattern, options.kind, options.order, options.check, handwritten=options.handwritten
    ).to_told()


def _explain(explanation: Explanation) -> dict[str, object]:
    stages = [{"name": stage.name, "png": _to_png(stage.picture)} for stage in explanation.stages]
    dropped = [{"box": _corners(mark.box), "reason": mark.reason} for mark in explanation.dropped]
    return {"faults": list(explanation.faults), "stages": stages, "dropped": dropped}


def _corners(box: Box) -> list[int]:
    return [box.x_min, box.y_min, box.x_max, box.y_max]


def _to_png(picture: UInt8Array) -> str:
    """Return a picture, uint8 (H, W, 3), as PNG in base64."""
    return base64.b64encode(encode_picture(picture, ".png")).decode("ascii")
