"""What was seen in pictures goes in; readings come out: the marks of all pictures through the networks as one batch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import combine
from inkdigits.models.rejector import Rejector
from inkdigits.reading.decision.building import make_reading
from inkdigits.reading.decision.line_marks import judge_marks
from inkdigits.reading.decision.lone_marks import read_lone_marks
from inkdigits.reading.decision.policy import Policy
from inkdigits.reading.decision.strays import doubt_strays
from inkdigits.reading.fields import Field
from inkdigits.reading.recognition.evidence import Evidence, FrameEvidence
from inkdigits.reading.recognition.lone_mark import find_frame_marks
from inkdigits.reading.recognition.recognizer import LoneDigit, Sight
from inkdigits.results import Reading
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Judge"]


@dataclass(frozen=True, slots=True)
class Judge:
    """The networks of single marks, and how their answers are judged; safe to share between threads.

    Attributes:
        classifier: Tells the ten digits apart.
        rejector: Tells digits from what is none.
        policy: The thresholds of confidence.
    """

    classifier: Classifier
    rejector: Rejector
    policy: Policy

    def judge(self, seen: Sequence[Sight | LoneDigit], field: Field | None) -> list[Reading]:
        """Return a reading for each picture.

        Args:
            seen: What was seen in each.
            field: What every one of them is known to hold.
        """
        lone = iter(self._judge_lone([one for one in seen if isinstance(one, LoneDigit)]))
        settled = iter(self.settle([one for one in seen if isinstance(one, Sight)], field))
        return [next(lone) if isinstance(one, LoneDigit) else next(settled)[0] for one in seen]

    def settle(self, sights: Sequence[Sight], field: Field | None) -> list[tuple[Reading, Sight]]:
        """Return for each picture its reading, and the sight with the way that its lines were read."""
        if not sights:
            return []
        probabilities = self.classifier.predict_proba(np.concatenate([sight.frames for sight in sights]))
        settled, said = zip(*map(Sight.settle, sights, _split(probabilities, sights)), strict=True)
        digit_shares = self.rejector.digit_shares(np.concatenate([sight.frames for sight in settled]))
        return [
            (self._make_reading(sight, rows, shares, field), sight)
            for sight, rows, shares in zip(settled, said, _split(digit_shares, settled), strict=True)
        ]

    def judge_frames(self, frames: UInt8Array, probabilities: Float32Array) -> list[Reading]:
        """Return the reading of each frame.

        Args:
            frames: uint8, shape (N, 28, 28, 1), 0 for paper to 255 for ink; N may be 0.
            probabilities: float32, shape (N, 10), what the classifier says of them.
        """
        evidence = FrameEvidence(probabilities, self.rejector.digit_shares(frames))
        return read_lone_marks(find_frame_marks(frames), evidence, self.policy, self.rejector.info, self._model)

    @property
    def _model(self) -> str:
        return f"{self.classifier.info.name} {self.classifier.info.version}"

    def _judge_lone(self, digits: Sequence[LoneDigit]) -> list[Reading]:
        if not digits:
            return []
        frames = np.stack([digit.frame for digit in digits])[:, :, :, None]
        evidence = FrameEvidence(self.classifier.predict_proba(frames), self.rejector.digit_shares(frames))
        marks = [digit.mark for digit in digits]
        return read_lone_marks(marks, evidence, self.policy, self.rejector.info, self._model)

    def _make_reading(
        self, sight: Sight, probabilities: Float32Array, digit_shares: Float32Array, field: Field | None
    ) -> Reading:
        marks = sight.marks
        both = combine(
            probabilities, [line_mark.labels for line_mark in marks], [line_mark.was_cut for line_mark in marks]
        )
        evidence = Evidence(both, digit_shares, sight.are_digit_shaped)
        digits = judge_marks(marks, evidence, self.policy, self.rejector.info, field)
        if field is None and sight.may_hold_strays:
            digits = doubt_strays(digits, [line_mark.mark for line_mark in marks], *sight.searched)
        return make_reading(digits, sight.size, sight.place, self._model, field)


def _split(values: Float32Array, sights: Sequence[Sight]) -> list[Float32Array]:
    """Return the rows of each sight's frames."""
    return np.split(values, np.cumsum([len(sight.frames) for sight in sights])[:-1])
