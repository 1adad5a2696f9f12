"""The network that reads a whole line at once: strips to logarithms of probabilities at each step.

Since it sees the whole line, it knows where digits touch, what joins them and what is no digit.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inkdigits.models.bundle import LINE_RECOGNIZER_FOLDER
from inkdigits.models.metadata import LineRecognizerInfo, parse_line_recognizer_info
from inkdigits.models.opening import open_model
from inkdigits.models.strips import Strip
from inkdigits.spec import CLASS_COUNT, LEAST_PROBABILITY, STRIP_TENSORS, Float64Array

__all__ = ["LineRecognizer"]


class LineRecognizer:
    """The line recognizer's network and what its folder says of it; immutable and safe to share between threads.

    Args:
        folder: Where it lies; the shipped one unless told otherwise.
        threads: Threads inside one run of the network.

    Raises:
        BundleError: A file is missing or was changed, or the folder is of another version.
    """

    def __init__(self, folder: str | os.PathLike[str] = LINE_RECOGNIZER_FOLDER, *, threads: int = 1) -> None:
        """Read, verify and load the folder."""
        self._info, self._network = open_model(Path(folder), STRIP_TENSORS, parse_line_recognizer_info, threads=threads)

    @property
    def info(self) -> LineRecognizerInfo:
        """What the folder's `model.json` says."""
        return self._info

    def log_probabilities(self, strips: Sequence[Strip]) -> list[Float64Array]:
        """Return what stands at each step of each strip.

        Args:
            strips: From `strips.to_strip`, any number.

        Returns:
            For each strip float64, shape (W / 4, 11): logarithms of the probabilities of blank and the labels 0 to 9.
        """
        result: list[Float64Array] = [np.empty((0, 1 + CLASS_COUNT))] * len(strips)
        widths = [strip.picture.shape[1] for strip in strips]
        for width in sorted(set(widths)):  # only strips of one width run together: padding would change the answers
            places = [place for place, other in enumerate(widths) if other == width]
            stack = np.stack([strips[place].picture for place in places])[..., np.newaxis]
            for place, answer in zip(places, self._network.predict_proba(stack), strict=True):
                result[place] = np.log(np.maximum(answer.astype(np.float64), LEAST_PROBABILITY))
        return result
