"""Silhouettes are filled shapes, light on black, of the sizes that are told."""

import numpy as np

from inkdigits.training.synthesis.silhouettes import draw_silhouette


def test_silhouettes_are_light_on_black_and_filled() -> None:
    generator = np.random.default_rng(7)
    shares = []
    for _ in range(60):
        picture = draw_silhouette(generator)
        assert picture.shape[0] == picture.shape[1]
        assert 28 <= picture.shape[0] <= 56
        shares.append(float((picture > 20).mean()))
    assert 0.15 < np.median(shares) < 0.8
