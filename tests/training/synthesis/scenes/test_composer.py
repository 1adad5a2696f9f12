"""Composed scenes of every layout: what they say of their marks is true, and the generator alone decides them."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.models.peaks import DetectedMark, find_peaks
from inkdigits.spec import DETECTOR_STEP, MARK_LABELS, BoolArray, Float32Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.synthesis.scenes.canvas import IGNORED, MarkRow, Scene
from inkdigits.training.synthesis.scenes.composer import LAYOUTS, SCENE_SHAPE, Composer, gather_supplies
from support.handwriting_sets import validation_digits
from support.supplies import tiny_supplies
from support.targets import answer_perfectly

pytestmark = pytest.mark.train
_COUNT = 40  # scenes of each layout


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(tiny_supplies())


@pytest.fixture(scope="module")
def scenes(composer: Composer) -> dict[str, list[Scene]]:
    return {
        name: [composer.compose(np.random.default_rng([3, place]), name) for place in range(_COUNT)] for name in LAYOUTS
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_generator_decides_everything(composer: Composer, scenes: dict[str, list[Scene]], layout: str) -> None:
    again, other = (composer.compose(np.random.default_rng([3, place]), layout) for place in (0, 1))
    first = scenes[layout][0]
    np.testing.assert_array_equal(first.picture, again.picture)
    np.testing.assert_array_equal(first.marks, again.marks)
    np.testing.assert_array_equal(first.other, again.other)
    assert (first.picture != other.picture).any()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_marks_lie_inside_and_have_known_labels(scenes: dict[str, list[Scene]], layout: str) -> None:
    for scene in scenes[layout]:
        assert scene.picture.dtype == np.uint8
        assert scene.picture.shape == SCENE_SHAPE
        assert scene.other.shape == tuple(side // DETECTOR_STEP for side in SCENE_SHAPE)
        assert set(np.unique(scene.other)) <= {0, 1, IGNORED}
        for mark in (MarkRow(*row.tolist()) for row in scene.marks):
            assert 0 <= mark.x_min < mark.x_max <= SCENE_SHAPE[1]
            assert 0 <= mark.y_min < mark.y_max <= SCENE_SHAPE[0]
            assert mark.label in range(len(MARK_LABELS))
            assert mark.printed in {0, 1}
            assert mark.line == int(mark.line) >= 0


@pytest.mark.parametrize("layout", ["number", "page", "single", "boxes", "grid", "register", "text"])
def test_boxes_hold_what_stands_out_from_the_paper(scenes: dict[str, list[Scene]], layout: str) -> None:
    varied, count = 0, 0
    for scene in scenes[layout]:
        for mark in (MarkRow(*row.tolist()) for row in scene.marks):
            if mark.label < 10:
                box = scene.picture[int(mark.y_min) : int(mark.y_max), int(mark.x_min) : int(mark.x_max)]
                varied, count = varied + (int(np.ptp(box)) > 15), count + 1
    assert count > _COUNT / 2
    assert varied > 0.95 * count  # small digits in pale ink, out of focus, hardly stand out for people either


@pytest.mark.parametrize("layout", ["things", "empty"])
def test_what_shows_no_digit_has_no_mark(scenes: dict[str, list[Scene]], layout: str) -> None:
    assert sum(len(scene.marks) for scene in scenes[layout]) == 0


@pytest.mark.parametrize("layout", ["things", "text"])
def test_ink_that_is_no_digit_is_told(scenes: dict[str, list[Scene]], layout: str) -> None:
    assert sum((scene.other == 1).any() for scene in scenes[layout]) > 0.9 * _COUNT


def test_scenes_show_every_label_by_hand_and_in_print(scenes: dict[str, list[Scene]], composer: Composer) -> None:
    marks = np.concatenate([scene.marks for listed in scenes.values() for scene in listed])
    pages = [composer.compose(np.random.default_rng([4, place]), "page").marks for place in range(200)]
    # of 700 numbers one has a given currency
    assert set(np.concatenate([marks, *pages])[:, 0].astype(int)) == set(range(len(MARK_LABELS)))
    for printed in (0, 1):
        assert set(marks[marks[:, 5] == printed, 0].astype(int)) >= set(range(10))


def test_a_perfect_answer_gives_back_exactly_the_marks(scenes: dict[str, list[Scene]]) -> None:
    count, crowded_count = 0, 0
    for scene in (scene for listed in scenes.values() for scene in listed):
        found = find_peaks(answer_perfectly(scene), 0.9, 1.0, (0.0, 0.0))
        crowded = _find_crowded(scene.marks)
        for mark, is_crowded in zip(scene.marks, crowded, strict=True):
            if not is_crowded:
                (match,) = [one for one in found if _is_at(one, mark)]
                assert match.label == mark[0]
                assert match.printed == mark[5]
                size = (mark[3] - mark[1], mark[4] - mark[2])
                np.testing.assert_allclose((match.width, match.height), size, rtol=0.01, atol=1.0)
        for one in found:  # nothing else is found
            assert any(_is_at(one, mark) for mark in scene.marks)
        count, crowded_count = count + len(crowded), crowded_count + int(crowded.sum())
    assert count > 1_500
    assert crowded_count < 0.06 * count


def _is_at(found: DetectedMark, mark: Float32Array) -> bool:
    x, y = float(mark[1] + mark[3]) / 2, float(mark[2] + mark[4]) / 2
    return abs(found.x - x) < 0.1 and abs(found.y - y) < 0.1


def _find_crowded(marks: Float32Array) -> BoolArray:
    """Return which marks have another's middle so near that the two are one mark, or one place of the answer."""
    x, y = (marks[:, 1] + marks[:, 3]) / 2, (marks[:, 2] + marks[:, 4]) / 2
    wide, tall = marks[:, 3] - marks[:, 1], marks[:, 4] - marks[:, 2]
    # targets round halves to the even place, so middles exactly one step apart may share a place
    near_x = np.abs(x[:, None] - x) <= np.maximum(DETECTOR_STEP, 0.4 * np.minimum(wide[:, None], wide))
    near_y = np.abs(y[:, None] - y) <= np.maximum(DETECTOR_STEP, 0.42 * np.minimum(tall[:, None], tall))
    near: BoolArray = near_x & near_y
    np.fill_diagonal(near, val=False)
    return np.asarray(near.any(axis=1), dtype=np.bool_)


def test_no_real_handwriting_is_needed() -> None:
    bare = Composer(gather_supplies(Handwriting(), validation_digits()))
    for place in range(60):
        assert bare.compose(np.random.default_rng([4, place])).picture.shape == SCENE_SHAPE
