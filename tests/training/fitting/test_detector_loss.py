"""The detector's loss: least at the right answer, and blind to what is not asked."""

import numpy as np
import pytest

pytest.importorskip("keras")

from inkdigits.spec import DETECTOR_CHANNELS, OTHER_CHANNEL, PRINTED_CHANNEL, PROBABILITY_CHANNELS, Float32Array
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.synthesis.detector_targets import ASKED, BOX, BOX_ASKED, HEAT, OTHER, PRINTED, make_target
from inkdigits.training.synthesis.scenes.canvas import MarkRow, Scene, to_rows

pytestmark = pytest.mark.train


@pytest.fixture
def target() -> Float32Array:
    other = np.zeros((24, 48), dtype=np.uint8)
    other[3, 30] = 1
    marks = to_rows([MarkRow(5, 28, 20, 48, 56, 1.0), MarkRow(11, 80, 50, 86, 58)])
    return make_target(Scene(np.zeros((96, 192), dtype=np.uint8), marks, other))[np.newaxis]


@pytest.fixture
def answer(target: Float32Array) -> Float32Array:
    places = np.zeros((*target.shape[:3], DETECTOR_CHANNELS), dtype=np.float32)
    places[..., :OTHER_CHANNEL] = np.where(target[..., HEAT] == 1, 9, -9)
    places[..., OTHER_CHANNEL] = np.where(target[..., OTHER] == 1, 9, -9)
    places[..., PRINTED_CHANNEL] = np.where(target[..., PRINTED] == 1, 9, -9)
    places[..., PROBABILITY_CHANNELS:] = target[..., BOX]
    return places


def test_the_right_answer_costs_next_to_nothing(target: Float32Array, answer: Float32Array) -> None:
    assert float(detector_loss(target, answer)) < 0.02


@pytest.mark.parametrize(
    ("place", "channel", "value"),
    [
        ((9, 9), 5, -9.0),  # the peak of the 5 is missed
        ((9, 9), 3, 9.0),  # it is called a 3, too
        ((20, 40), 0, 9.0),  # a digit where none is
        ((3, 30), OTHER_CHANNEL, -9.0),
        ((9, 9), PRINTED_CHANNEL, -9.0),
        ((9, 9), PROBABILITY_CHANNELS, 2.0),
        ((9, 9), DETECTOR_CHANNELS - 1, 2.0),
    ],
)
def test_every_mistake_costs(
    target: Float32Array, answer: Float32Array, place: tuple[int, int], channel: int, value: float
) -> None:
    right = float(detector_loss(target, answer))
    answer[(0, *place, channel)] = value
    assert float(detector_loss(target, answer)) > right + 0.01


def test_what_is_not_asked_costs_nothing(target: Float32Array, answer: Float32Array) -> None:
    target[0, 20, 40, ASKED] = 0
    right = float(detector_loss(target, answer))
    answer[0, 20, 40, :PROBABILITY_CHANNELS] = 9.0
    answer[0, 20, 40, PROBABILITY_CHANNELS:] = 5.0
    assert target[0, 20, 40, BOX_ASKED] == 0
    assert float(detector_loss(target, answer)) == pytest.approx(right, abs=1e-5)


def test_a_batch_without_marks_has_a_loss() -> None:
    empty = make_target(Scene(np.zeros((96, 192), np.uint8), to_rows([]), np.zeros((24, 48), np.uint8)))[np.newaxis]
    assert 0 < float(detector_loss(empty, np.zeros((1, 24, 48, DETECTOR_CHANNELS), np.float32))) < np.inf
