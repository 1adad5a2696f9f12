"""Temperatures that were put in are found again; thresholds are checked against trying every one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.decision import calibrate
from inkdigits.training.calibration import find_threshold, fit_temperature


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_temperature_is_found_again(temperature: float) -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(0, 2, (20_000, 10))
    honest = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = np.array([generator.choice(10, p=row) for row in honest], dtype=np.uint8)
    told = calibrate(honest.astype(np.float32), 1 / temperature).astype(np.float32)
    assert fit_temperature(told, y) == pytest.approx(temperature, rel=0.05)


def test_a_network_that_is_always_right_gets_the_sharpest_temperature() -> None:
    probabilities = np.full((5, 10), 0.05, np.float32)
    probabilities[:, 3] = 0.55
    assert fit_temperature(probabilities, np.full(5, 3, np.uint8)) == pytest.approx(0.1, rel=1e-3)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=30))
def test_a_threshold_is_the_lowest_that_holds(pairs: list[tuple[float, bool]]) -> None:
    confidence = np.array([pair[0] for pair in pairs])
    is_right = np.array([pair[1] for pair in pairs])
    most_wrong = 0.25
    tried = [share for share in sorted({0.0, *confidence}) if _wrong(confidence >= share, is_right) <= most_wrong]
    threshold = find_threshold(confidence, is_right, most_wrong)
    accepted = confidence >= threshold
    expected = confidence >= min([share for share in tried if (confidence >= share).any()], default=1.0)
    assert np.array_equal(accepted, expected)


def _wrong(accepted: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]", is_right: object) -> float:
    return float(np.mean(~np.asarray(is_right)[accepted])) if accepted.any() else 0.0


def test_all_right_accepts_all_and_all_wrong_accepts_none() -> None:
    confidence = np.array([0.2, 0.9])
    assert find_threshold(confidence, np.array([True, True])) == 0.0
    assert find_threshold(confidence, np.array([False, False])) == 1.0
