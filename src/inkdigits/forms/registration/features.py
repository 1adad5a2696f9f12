"""Finds a page in a scan by the blank form's own print: points of both that look alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inkdigits.forms.registration.geometry import MM_PER_INCH, Matrix, scaling
from inkdigits.forms.template import FieldSpec
from inkdigits.spec import Float32Array, UInt8Array

__all__ = ["Features", "find_features", "propose_by_features"]

FEATURE_DPI = 100.0  # dots per inch of the blank; print of 8 points has strokes of 1.5 pixels then
_WORK_SIDE = 1400  # pixels: scans are looked at in this size, about 100 dpi of a page that fills them
_MOST_POINTS = 3000
_RATIO = 0.8  # distance of a point's best partner over that of its second: Lowe's ratio, for which 0.7 to 0.8 is usual
_LEAST_POINTS = 12  # that agree on where the page lies: three times as many as a matrix needs
_FAR = 4.0  # pixels that a point may lie off


@dataclass(frozen=True, slots=True)
class Features:
    """What is remembered of a picture's print.

    Attributes:
        points: float32, shape (N, 2), pixels.
        descriptors: uint8, shape (N, 32).
    """

    points: Float32Array
    descriptors: npt.NDArray[np.uint8] | None


def find_features(gray: UInt8Array, fields: tuple[FieldSpec, ...] = ()) -> Features:
    """Return the features of a picture.

    Args:
        gray: uint8, shape (H, W).
        fields: Where nothing is remembered: of a blank at `FEATURE_DPI`, the places that will be written on.
    """
    mask = np.full(gray.shape, 255, np.uint8)
    scale = FEATURE_DPI / MM_PER_INCH
    for spec in fields:
        left, top, width, height = (side * scale for side in spec.box)
        mask[max(0, int(top)) : int(top + height) + 1, max(0, int(left)) : int(left + width) + 1] = 0
    finder = cv2.ORB_create(_MOST_POINTS, fastThreshold=10)  # type: ignore[attr-defined]
    points, descriptors = finder.detectAndCompute(gray, mask)
    places = np.array([point.pt for point in points], dtype=np.float32).reshape(-1, 2)
    return Features(places, descriptors)


def propose_by_features(gray: UInt8Array, blank: Features) -> Iterator[Matrix]:
    """Yield the matrix from millimeters to pixels on which the most points agree; nothing when too few do.

    Args:
        gray: uint8, shape (H, W): the scan.
        blank: Features of the blank form at `FEATURE_DPI`.
    """
    scale = min(1.0, _WORK_SIDE / max(gray.shape))
    work = gray
    if scale < 1:
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        work = np.asarray(small, dtype=np.uint8)
    seen = find_features(work)
    if blank.descriptors is None or seen.descriptors is None or len(seen.points) < 2 or len(blank.points) < 2:
        return
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(blank.descriptors, seen.descriptors, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < _RATIO * pair[1].distance]
    if len(good) < _LEAST_POINTS:
        return
    ours = np.array([blank.points[match.queryIdx] for match in good])
    theirs = np.array([seen.points[match.trainIdx] for match in good])
    matrix, agree = cv2.findHomography(ours, theirs, cv2.USAC_MAGSAC, _FAR, maxIters=5000, confidence=0.999)
    if matrix is not None and int(agree.sum()) >= _LEAST_POINTS:
        yield scaling(1 / scale) @ np.asarray(matrix, dtype=np.float64) @ scaling(FEATURE_DPI / MM_PER_INCH)
