"""Makes the answer to a request of the Open Inference Protocol: the network's probabilities of each frame."""

from inkdigits.reading.reader import DigitReader
from inkdigits.service.limits import Limits
from inkdigits.service.transport.tasks import Outcome
from inkdigits.service.transport.tensors import parse_infer_request, write_infer_answer

__all__ = ["Inferrer"]


class Inferrer:
    """Runs the network on the frames of requests; safe to share between threads."""

    def __init__(self, reader: DigitReader, limits: Limits) -> None:
        self._info = reader.info
        self._classifier = reader.classifier
        self._limits = limits

    def infer(self, body: bytes, json_length: int | None) -> Outcome:
        """Return the probabilities of a request's frames."""
        request = parse_infer_request(body, json_length, self._limits.max_frames)
        probabilities = self._classifier.predict_proba(request.frames)
        answer, length = write_infer_answer(probabilities, request, self._info.name, self._info.version)
        return Outcome(answer, json_length=length)
