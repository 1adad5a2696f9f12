"""Each shipped bundle answers as it did when it was recorded; tests/golden/record_answers.py says how."""

from pathlib import Path

import numpy as np
import pytest

from golden.record_answers import ANSWERS, difference, record
from inkdigits.models.bundle import shipped_bundles

AGAIN = "if other weights are meant to be shipped, record anew: python tests/golden/record_answers.py"
TOLERANCE = 1e-4  # of a probability: another processor adds in another order


def test_every_shipped_bundle_is_guarded_and_nothing_else() -> None:
    assert sorted(path.stem for path in ANSWERS.glob("*.npz")) == list(shipped_bundles()), AGAIN


@pytest.mark.parametrize("bundle", shipped_bundles())
def test_a_bundle_answers_as_recorded(bundle: str) -> None:
    assert difference(bundle, ANSWERS / f"{bundle}.npz") <= TOLERANCE, AGAIN


@pytest.mark.parametrize("bundle", shipped_bundles())
def test_what_was_recorded_is_two_hundred_digits_hard_ones_among_them(bundle: str) -> None:
    with np.load(ANSWERS / f"{bundle}.npz", allow_pickle=False) as kept:
        places, probabilities = kept["places"], kept["probabilities"]
    assert len(np.unique(places)) == 200
    assert probabilities.shape == (200, 10)
    assert probabilities.dtype == np.float32
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.max(axis=1) < 0.9).sum() >= 20
    assert (ANSWERS / f"{bundle}.npz").stat().st_size < 20_000


def test_another_networks_answers_are_told_apart(tmp_path: Path) -> None:
    assert difference("tutorial", record("tutorial", tmp_path)) <= 1e-6
    assert difference("fast", tmp_path / "tutorial.npz") > 100 * TOLERANCE
