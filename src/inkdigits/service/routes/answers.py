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
            JSON, {"readings": [...]}, with one entry per picture in their order. If there are several pictures, an
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
            problem = self._answer_upload(reader, upload, options, deadline, told)
            if problem is not None and len(uploads) == 1 and not told.answers:
                return Outcome(problem=problem, pictures=told.pictures)
            if problem is not None:
                told.answers.append({"picture": upload.name, **problem})
        body = json.dumps({"readings": told.answers}).encode("ascii")
        return Outcome(body, pictures=told.pictures, digits=told.digits)

    def _answer_upload(
        self, reader: DigitReader, upload: Upload, options: ReadOptions, deadline: float, told: "_Told"
    ) -> dict[str, object] | None:
        """Tell what is on each page of what was sent; return the problem of the page that cannot be read."""
        try:
            pages = count_pages(upload.data)
            if pages > self._limits.max_pictures:
                msg = f"expected at most {self._limits.max_pictures} pages, got {pages}; send them in several requests"
                raise PictureTooLargeError(msg)
            for page in range(1, 1 + pages):
                if page > 1 and time.monotonic() > deadline:
                    raise TimeoutError
                told.add(*self._read(reader, upload, page if pages > 1 else None, options))
        except PictureError as error:
            told.pictures["error"] += 1
            return describe_error(error)
        return None

    def _read(
        self, reader: DigitReader, upload: Upload, page: int | None, options: ReadOptions
    ) -> tuple[list[Reading], list[dict[str, object]]]:
        source = upload.data if page is None else DocumentPage(upload.data, page)
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
        picture = decode_color(source, max_pixels=self._limits.max_pixels) if options.picture else None
        answers = []
        for place, reading in enumerate(readings):
            values: dict[str, object] = json.loads(
                to_json(reading, upload.name, page, signs=options.signs, words=options.words)
            )
            if explanations:
                values["explain"] = _explain(explanations[place])
            if picture is not None:
                values["annotated"] = _to_png(to_picture(picture, reading))
            answers.append(values)
        return readings, answers


@dataclass(slots=True)
class _Told:
    """What a request came to so far."""

    answers: list[dict[str, object]] = field(default_factory=list)
    pictures: Counter[str] = field(default_factory=Counter)
    digits: Counter[str] = field(default_factory=Counter)

    def add(self, readings: list[Reading], values: list[dict[str, object]]) -> None:
        """Add the readings of a page, and what is told of each."""
        for reading in readings:
            self.pictures[reading.outcome] += 1
            self.digits.update(digit.outcome for digit in reading.digits)
        self.answers += values


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
