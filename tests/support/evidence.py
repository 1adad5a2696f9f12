"""Evidence as tests of the decision need it: marks at made-up places, and what the networks say of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.metadata import DetectorInfo
from inkdigits.reading.decision.thresholds import Policy
from inkdigits.reading.detection.page import Mark, Page
from inkdigits.reading.recognition.evidence import Evidence
from inkdigits.results import Box, Reason
from inkdigits.spec import MARK_LABELS, Float32Array

__all__ = ["DETECTOR", "POLICY", "Said", "evidence_of", "page_of"]

POLICY = Policy(unsure_below=0.6, digit_below=0.6)
DETECTOR = DetectorInfo(
    "tiny",
    "1.0.0",
    1,
    label_weights=(0.5, 1.0, 0.5),
    digit_weights=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    lone_label_weights=(0.5, 1.0, 0.0),
    frame_weights=(1.0, 0.0),
    lone_digit_weights=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    right_weights=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    lone_right_weights=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    line_weights=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    reject_below=0.1,
    doubt_below=0.3,
    doubt_line_below=0.8,
)


@dataclass(frozen=True)
class Said:
    """A mark, and what the networks say of it.

    Attributes:
        likely: The probability that it is a digit.
        label: The most probable label, of both networks.
        share: The probability of that label.
        place: Which of its line it is, from the left.
        line: Which line.
        width: Of its box, pixels.
        height: Of its box, pixels.
        sign: Which sign the detector saw; None for a digit.
        reason: Detection's; a sign has its own.
        heats: What the detector sees at its middle, by label; nothing where only its name is known.
        printed: The probability that a machine printed it.
    """

    likely: float = 1.0
    label: int = 3
    share: float = 0.91
    place: int = 0
    line: int = 0
    width: int = 40
    height: int = 40
    sign: str | None = None
    reason: Reason | None = None
    heats: tuple[tuple[str, float], ...] = ()
    printed: float = 0.0

    @property
    def mark(self) -> Mark:
        """The mark, of which all is ink."""
        x, y = 50 * self.place, 60 * self.line
        return Mark(
            Box(x, y, x + self.width, y + self.height),
            self.line,
            np.full((self.height, self.width), 255, np.uint8),
            self.likely,
            self.probabilities.astype(np.float64),
            sign=self.sign,
            reason=self.reason if self.sign is None else "sign",
            heats=np.array([dict(self.heats).get(name, 0.0) for name in MARK_LABELS]),
            printed=self.printed,
        )

    @property
    def probabilities(self) -> Float32Array:
        """The ten of both networks together."""
        row = np.full(10, (1 - self.share) / 9, dtype=np.float32)
        row[self.label] = self.share
        return row


def page_of(rows: Sequence[Said], *, is_single: bool = False) -> Page:
    """Return a page of 1,000 times 1,000 pixels with some marks."""
    return Page((1000, 1000), tuple(row.mark for row in rows), is_single=is_single)


def evidence_of(*pages: Sequence[Said], is_single: bool = False, is_joined: bool = False) -> Evidence:
    """Return what is known of the marks of some pages; not joined is as of frames, named by the classifier."""
    rows = [row for page in pages for row in page]
    return Evidence(
        tuple(page_of(page, is_single=is_single) for page in pages),
        tuple(map(len, pages)),
        tuple(row.mark for row in rows),
        np.zeros((len(rows), 28, 28, 1), np.uint8),
        np.array([row.probabilities for row in rows], dtype=np.float32).reshape(-1, 10),
        np.array([row.likely for row in rows], dtype=np.float32),
        np.full(len(rows), is_joined),
    )
