"""Lines and frames of marks at known places are what they were when recorded; tests/golden/record.py says how."""

from pathlib import Path

import numpy as np
import pytest

from golden.record import REFERENCE, pictures, process, record

AGAIN = "if the change is meant, record anew: python tests/golden/record.py"


@pytest.mark.parametrize("name", pictures())
def test_a_picture_gives_what_was_recorded(name: str) -> None:
    found = process(*pictures()[name])
    with np.load(REFERENCE, allow_pickle=False) as reference:
        recorded = {entry: reference[f"{name}/{entry}"] for entry in found}
    assert np.array_equal(found["lines"], recorded["lines"]), f"lines: {AGAIN}"
    assert found["frames"].shape == recorded["frames"].shape == (len(found["lines"]), 28, 28), AGAIN
    # another build of OpenCV may round a pixel otherwise
    difference = np.abs(found["frames"].astype(int) - recorded["frames"].astype(int))
    assert difference.max(initial=0) <= 2, f"frames: {AGAIN}"


def test_the_recorder_writes_what_is_compared(tmp_path: Path) -> None:
    with np.load(record(tmp_path / "again.npz"), allow_pickle=False) as again:
        names = {f"{name}/{entry}" for name in pictures() for entry in ("lines", "frames")}
        assert set(again.files) == names
        assert again["page/frames"].shape == (15, 28, 28)
        assert again["blank/lines"].shape == (0,)
    with np.load(REFERENCE, allow_pickle=False) as reference:
        assert set(reference.files) == names
    assert REFERENCE.stat().st_size < 100_000
