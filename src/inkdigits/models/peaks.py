"""Turns the detector's answer into marks: peaks of its map, each with a label, a box and probabilities.

A peak is a place that no neighbor exceeds. Two peaks of one mark, such as those of labels that
look alike, are one mark: the surer stays.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

import cv2
import numpy as np

from inkdigits.imageops.box_index import BoxIndex
from inkdigits.spec import (
    CLASS_COUNT,
    DETECTOR_STEP,
    DETECTOR_USUAL_SIZE,
    OTHER_CHANNEL,
    PRINTED_CHANNEL,
    PROBABILITY_CHANNELS,
    SIGNS,
    BoolArray,
    Float32Array,
    Float64Array,
)

__all__ = ["Corners", "DetectedMark", "find_other_ink", "find_peaks", "join_marks"]

Corners: TypeAlias = tuple[float, float, float, float]  # x_min, y_min, x_max, y_max, pixels

_REACH = 2.0  # places: the middle of a mark lies no farther from its peak
_OTHER = 0.5  # probability of other ink from which a place holds some
_BESIDE = 0.5  # heights: where the next letter of a word stands
_LOGARITHMS = (-3.0, 2.5)  # of a size in usual ones: from a pixel to 12 usual sizes; what is beyond is no answer
# two peaks closer than this in both directions, in widths and heights of the smaller mark, are one mark; digits that
# overlap by a half are still two
_APART_X, _APART_Y = 0.38, 0.4
_EDGE = 1e-6  # pixels, so that a middle on the window's edge is found


def _no_signs() -> Float32Array:
    return np.zeros(len(SIGNS), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class DetectedMark:
    """A digit or a sign that the detector sees.

    Attributes:
        label: Place in `spec.MARK_LABELS`: 0 to 9 are the digits.
        score: Probability of that label at the peak, 0 to 1.
        x: Column of the middle, pixels of the picture that was looked at.
        y: Row of the middle.
        width: Of the box, pixels.
        height: Of the box, pixels.
        probabilities: float32, shape (10,): of each digit at the peak; they need not sum to 1.
        printed: Probability that a machine printed it.
        other: Probability that the ink there is no digit and no sign.
        around: Mean of that probability beside the box, within `_BESIDE` of its height to the left and right.
        scale: Scale of the copy in which it was seen; its height times this is what the network saw.
        signs: float32, shape (S,): of each of `spec.SIGNS` at the peak; they need not sum to 1.
    """

    label: int
    score: float
    x: float
    y: float
    width: float
    height: float
    probabilities: Float32Array
    printed: float
    other: float
    around: float
    scale: float
    signs: Float32Array = field(default_factory=_no_signs)


def find_peaks(places: Float32Array, least: float, scale: float, offset: tuple[float, float]) -> list[DetectedMark]:
    """Return the marks of one answer, surest first; those too close to a surer one are left out.

    Args:
        places: float32, shape (h, w, DETECTOR_CHANNELS), as the network gives it for one picture.
        least: Score, 0 to 1, from which a peak counts.
        scale: Of the copy that was looked at; boxes are given in pixels of the picture itself.
        offset: Column and row of the copy's pixels at which the answer begins.
    """
    heat = places[..., :OTHER_CHANNEL]
    surest = heat.max(axis=-1)
    is_peak: BoolArray = (surest >= cv2.dilate(surest, np.ones((3, 3), np.uint8))) & (surest >= least)
    rows, columns = np.nonzero(is_peak)
    found, labels, scores = places[rows, columns], heat[rows, columns].argmax(axis=1), surest[rows, columns]
    to_x, to_y = np.clip(found[:, PROBABILITY_CHANNELS : PROBABILITY_CHANNELS + 2], -_REACH, _REACH).T
    sides = np.exp(np.clip(found[:, PROBABILITY_CHANNELS + 2 :], *_LOGARITHMS)) * DETECTOR_USUAL_SIZE / scale
    x = ((columns + 0.5 + to_x) * DETECTOR_STEP + offset[0]) / scale
    y = ((rows + 0.5 + to_y) * DETECTOR_STEP + offset[1]) / scale
    middles = np.stack([columns + 0.5 + to_x, rows + 0.5 + to_y], axis=1)
    around = _look_beside(places[..., OTHER_CHANNEL], middles, sides * scale / DETECTOR_STEP)
    values = zip(labels, scores, x, y, sides[:, 0], sides[:, 1], around, found, strict=True)
    marks = [
        DetectedMark(
            label=int(label),
            score=float(score),
            x=float(column),
            y=float(row),
            width=float(width),
            height=float(height),
            probabilities=place[:CLASS_COUNT].copy(),
            printed=float(place[PRINTED_CHANNEL]),
            other=float(place[OTHER_CHANNEL]),
            around=float(beside),
            scale=scale,
            signs=place[CLASS_COUNT:OTHER_CHANNEL].copy(),
        )
        for label, score, column, row, width, height, beside, place in values
    ]
    return join_marks(marks)


def find_other_ink(places: Float32Array, scale: float, offset: tuple[float, float]) -> list[Corners]:
    """Return the boxes of pieces of ink that are no digit and no sign, as letters; arguments as of `find_peaks`."""
    is_other = (places[..., OTHER_CHANNEL] >= _OTHER).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(is_other)
    sides = stats[1:count, :4].astype(np.float64) * DETECTOR_STEP
    left, top = (sides[:, 0] + offset[0]) / scale, (sides[:, 1] + offset[1]) / scale
    boxes = np.stack([left, top, left + sides[:, 2] / scale, top + sides[:, 3] / scale], axis=1)
    return [(float(box[0]), float(box[1]), float(box[2]), float(box[3])) for box in boxes]


def _look_beside(other: Float32Array, middles: Float64Array, sides: Float64Array) -> Float64Array:
    """Return the mean of other ink to the left and right of boxes, float64, shape (N,), 0 to 1.

    Args:
        other: float32, shape (h, w): the probability of other ink.
        middles: float64, shape (N, 2): column and row of each box's middle, in places.
        sides: float64, shape (N, 2): its width and height, in places.
    """
    sums = cv2.integral(other)
    ends = np.array([other.shape[1], other.shape[0]])
    half, reach = sides / 2, np.stack([_BESIDE * sides[:, 1], np.zeros(len(sides))], axis=1)
    total, count = np.zeros(len(sides)), np.zeros(len(sides))
    for sign, grown in ((1, reach), (-1, 0 * reach)):  # the box with what stands beside it, less the box itself
        left, top = np.clip(np.rint(middles - half - grown), 0, ends).astype(int).T
        right, bottom = np.clip(np.rint(middles + half + grown), 0, ends).astype(int).T
        total += sign * (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])
        count += sign * (right - left) * (bottom - top)
    return np.asarray(total / np.maximum(count, 1))


def join_marks(marks: list[DetectedMark]) -> list[DetectedMark]:
    """Return the marks without those that a surer one covers, surest first."""
    ordered = sorted(marks, key=lambda one: -one.score)
    middles = np.array([(mark.x, mark.y, mark.x, mark.y) for mark in ordered], dtype=np.float64).reshape(-1, 4)
    sides = np.array([(mark.width, mark.height) for mark in ordered], dtype=np.float64).reshape(-1, 2)
    index, is_kept = BoxIndex(middles), np.zeros(len(ordered), dtype=np.bool_)
    for place, mark in enumerate(ordered):
        # in its own widths and heights: in those of a smaller mark they are less
        across, down = _APART_X * mark.width + _EDGE, _APART_Y * mark.height + _EDGE
        near = index.find(mark.x - across, mark.y - down, mark.x + across, mark.y + down)
        near = near[is_kept[near]]
        apart_x = np.abs(middles[near, 0] - mark.x) > _APART_X * np.minimum(sides[near, 0], mark.width)
        apart_y = np.abs(middles[near, 1] - mark.y) > _APART_Y * np.minimum(sides[near, 1], mark.height)
        is_kept[place] = bool(np.all(apart_x | apart_y))
    return [ordered[place] for place in np.flatnonzero(is_kept)]
