"""Medians and quantiles are NumPy's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as shapes

from inkdigits.imageops.quantiles import median, quantile, row_medians


@given(
    shapes.arrays(
        st.sampled_from([np.uint8, np.int64, np.float32, np.float64]),
        shapes.array_shapes(min_dims=1, max_dims=3),
        elements={"min_value": 0, "max_value": 200},
    )
)
def test_medians_are_those_of_numpy(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    assert median(values) == pytest.approx(np.median(values.astype(np.float64)))
    expected = np.median(values.astype(np.float64), axis=-1)
    np.testing.assert_allclose(row_medians(values), expected)
    assert row_medians(values).dtype == np.float64
    for share in (0.0, 0.1, 0.75, 1.0):
        assert quantile(values, share) == pytest.approx(np.quantile(values.astype(np.float64), share), abs=1e-4)


def test_a_list_will_do() -> None:
    assert median([4]) == 4.0
    assert median([1, 2]) == 1.5
