"""Papers and exposures: every kind occurs, values stay in range, ink stays visible, and the generator decides all."""

import numpy as np
import pytest

from inkdigits.training.synthesis.exposure import expose
from inkdigits.training.synthesis.papers import _KINDS, Paper, draw_paper

SHAPE = (96, 192)


def test_shares_are_a_whole() -> None:
    assert sum(share for share, _ in _KINDS.values()) == pytest.approx(1)


def test_papers_are_lighter_than_middle_gray_and_of_all_kinds() -> None:
    papers = [draw_paper(SHAPE, np.random.default_rng(seed)) for seed in range(200)]
    assert all(paper.gray.shape == SHAPE and paper.gray.dtype == np.float32 for paper in papers)
    assert all(119 < paper.level <= 255 for paper in papers)
    clean = [paper for paper in papers if paper.is_clean]
    assert 0.1 < len(clean) / len(papers) < 0.25
    assert all(np.ptp(paper.gray) == 0 for paper in clean)
    assert sum(np.ptp(paper.gray) > 20 for paper in papers) > 60


@pytest.mark.parametrize("name", [name for name in _KINDS if name not in {"clean", "scan", "plain"}])
def test_textures_change_a_flat_ground(name: str) -> None:
    for seed in range(5):
        gray = np.full(SHAPE, 220, dtype=np.float32)
        _KINDS[name][1](gray, np.random.default_rng(seed))
        assert np.ptp(gray) > 1


def test_ink_stands_out_in_nearly_every_exposure_dark_or_light() -> None:
    ink = np.zeros(SHAPE, dtype=np.float32)
    ink[30:70, 80:100] = 0.8
    seen, light = 0, 0
    for seed in range(300):
        generator = np.random.default_rng([2, seed])
        picture = expose(draw_paper(SHAPE, generator), ink, generator)
        assert picture.shape == SHAPE
        assert picture.dtype == np.uint8
        difference = float(np.median(picture[35:65, 85:95])) - float(np.median(picture[35:65, 45:75]))
        seen, light = seen + (abs(difference) > 20), light + (difference > 20)
    assert seen > 285
    assert 40 < light < 115


def test_an_exposure_needs_no_ink() -> None:
    paper = Paper(np.full(SHAPE, 200, dtype=np.float32), 200.0, is_clean=False)
    nothing = np.zeros(SHAPE, dtype=np.float32)
    for seed in range(40):
        assert expose(paper, nothing, np.random.default_rng(seed)).shape == SHAPE


def test_the_generator_decides_everything() -> None:
    ink = np.zeros(SHAPE, dtype=np.float32)
    pictures = []
    for seed in (5, 5, 6):
        generator = np.random.default_rng(seed)
        pictures.append(expose(draw_paper(SHAPE, generator), ink, generator))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0] != pictures[2]).any()
