"""Batches: composed in other processes as in this one, of all kinds of scenes, decided by their place alone."""

import multiprocessing
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from inkdigits.training.synthesis import detector_batches
from inkdigits.training.synthesis.detector_batches import BatchRecipe, SceneMixture, Shares, compose_batches
from inkdigits.training.synthesis.detector_targets import TARGET_CHANNELS
from inkdigits.training.synthesis.labeled_strings import save_strings
from inkdigits.training.synthesis.scenes.canvas import MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture
from support.handwriting_sets import draw_number, mnist, write_folder

pytestmark = pytest.mark.train


@pytest.fixture(autouse=True)
def _mnist_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_batches, "load_mnist", mnist)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("batches"))


def test_other_processes_compose_what_this_one_does(folder: Path) -> None:
    recipe, places = BatchRecipe(3, folder), [(7, 0), (7, 1), (8, 0)]
    here = SceneMixture(recipe)
    batches = list(compose_batches(places, recipe))
    assert len(batches) == 3
    for place, (pictures, targets) in zip(places, batches, strict=True):
        assert pictures.shape == (3, 96, 192, 1)
        assert targets.shape == (3, 24, 48, TARGET_CHANNELS)
        wanted, asked = here.compose_batch(place)
        np.testing.assert_array_equal(pictures, wanted)
        np.testing.assert_array_equal(targets, asked)
    assert (batches[0][0] != batches[1][0]).any()
    assert (batches[0][0] != batches[2][0]).any()


def test_each_kind_has_its_share_and_none_leaves_it_to_the_others(folder: Path, tmp_path: Path) -> None:
    string = RealPicture(draw_number("15"), to_rows([MarkRow(1, 10, 5, 40, 43), MarkRow(5, 58, 5, 90, 43)]))
    save_strings(tmp_path / "strings.npz", [string])
    only_strings = SceneMixture(BatchRecipe(1, folder, tmp_path / "strings.npz", Shares(strings=1.0)))
    labels = {
        label
        for seed in range(20)
        for label in only_strings.compose_scene(np.random.default_rng(seed)).marks[:, 0].tolist()
    }
    assert labels == {1, 5}
    only_words = SceneMixture(BatchRecipe(1, folder, None, Shares(strings=0.5, words=1.0)))
    for seed in range(20):
        assert len(only_words.compose_scene(np.random.default_rng(seed)).marks) == 0
    only_digits = SceneMixture(BatchRecipe(1, None, None, Shares(strings=0.0, words=0.5, digits=1.0)))
    for seed in range(20):
        assert len(only_digits.compose_scene(np.random.default_rng(seed)).marks) <= 1


def test_what_is_left_half_way_ends_its_processes(folder: Path) -> None:
    before = set(multiprocessing.active_children())
    batches = compose_batches([(1, place) for place in range(50)], BatchRecipe(1, folder))
    next(batches)
    assert set(multiprocessing.active_children()) - before
    batches.close()  # type: ignore[attr-defined]  # it is a generator
    assert not set(multiprocessing.active_children()) - before
