"""Runs the stages of reading in their order, for one picture or for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inkdigits.models.peaks import Corners
from inkdigits.reading.decision.building import make_readings
from inkdigits.reading.decision.outcomes import decide
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.detection.detector import detect_cells, detect_digit, detect_marks
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import Field
from inkdigits.reading.fields.regions import Region, find_region
from inkdigits.reading.pictures.decoding import MAX_BYTES, MAX_PIXELS, Picture, decode
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.reading.trace import Trace
from inkdigits.results import Box, Reading
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Pipeline"]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages with their networks and thresholds; safe to share between threads.

    Attributes:
        recognizer: The networks.
        policy: The thresholds of confidence.
        max_pixels: Most pixels of a picture, checked before decoding.
        max_bytes: Most encoded bytes of a picture.
    """

    recognizer: Recognizer
    policy: Policy
    max_pixels: int = MAX_PIXELS
    max_bytes: int = MAX_BYTES

    def detect(self, picture: Picture, *, single: bool = False, region: Region | None = None) -> Page:
        """Return where something is written in a picture: the detector runs, the classifier does not yet.

        Args:
            picture: As `decoding.decode` takes it.
            single: Whether the picture is known to hold exactly one digit.
            region: The part that is read; None for the whole picture.

        Raises:
            PictureError: The picture cannot be decoded, or the part lies outside it; the subclass says why.
        """
        gray = self._decode(picture)
        network = self.recognizer.detector
        find = detect_digit if single else detect_marks
        if region is None:
            return find(gray, network)
        part = find_region(region, gray.shape[1], gray.shape[0])
        return _move(find(_cut(gray, part), network), part, gray)

    def detect_parts(self, picture: Picture, regions: Sequence[Region]) -> list[Page]:
        """Return where something is written in some parts of a picture; errors are those of `detect`."""
        gray = self._decode(picture)
        parts = [find_region(region, gray.shape[1], gray.shape[0]) for region in regions]
        network = self.recognizer.detector
        return [_move(detect_marks(_cut(gray, part), network), part, gray) for part in parts]

    def detect_cells(self, cells: UInt8Array, core: Corners) -> list[Page]:
        """Return what is written in cells of a form; arguments are those of `detector.detect_cells`."""
        return detect_cells(cells, core, self.recognizer.detector)

    def read_pages(self, pages: Sequence[Page], field: Field | None = None) -> list[Reading]:
        """Return the reading of each page; the marks of all pages go through the networks together.

        Args:
            pages: From `detect`, any number.
            field: What each of them is known to hold.
        """
        return self._conclude(self.recognizer.recognize(pages, field))

    def read_frames(self, frames: UInt8Array, probabilities: Float32Array | None = None) -> list[Reading]:
        """Return the reading of each frame; arguments and errors are those of `Recognizer.recognize_frames`."""
        return self._conclude(self.recognizer.recognize_frames(frames, probabilities))

    def trace(self, picture: Picture, field: Field | None = None, region: Region | None = None) -> Trace:
        """Return the reading of a picture with what each stage made of it; errors are those of `detect`."""
        gray = self._decode(picture)
        part = find_region((0.0, 0.0, 1.0, 1.0) if region is None else region, gray.shape[1], gray.shape[0])
        page = detect_marks(_cut(gray, part), self.recognizer.detector, keep_stages=True)
        if region is not None:
            page = _move(page, part, gray)
        evidence = self.recognizer.recognize([page], field)
        (reading,) = self._conclude(evidence)
        classified = self.recognizer.classifier.predict_proba(evidence.frames)  # again: reading does not keep it
        strings = self.recognizer.read_strips(page)
        return Trace(gray, page, evidence.marks, evidence.frames, classified, strings, reading, field)

    def _decode(self, picture: Picture) -> UInt8Array:
        return decode(picture, max_pixels=self.max_pixels, max_bytes=self.max_bytes)

    def _conclude(self, evidence: Evidence) -> list[Reading]:
        info = self.recognizer.classifier.info
        digits = decide(evidence, self.policy, self.recognizer.detector.info)
        return make_readings(evidence, digits, f"{info.name} {info.version}")


def _cut(gray: UInt8Array, part: Box) -> UInt8Array:
    return np.ascontiguousarray(gray[part.y_min : part.y_max, part.x_min : part.x_max])


def _move(page: Page, part: Box, gray: UInt8Array) -> Page:
    """Return the page of a part as one of the whole picture."""
    return replace(page, size=(gray.shape[1], gray.shape[0]), corner=(part.x_min, part.y_min))
