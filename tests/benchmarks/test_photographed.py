"""Pages are drawn and photographed in every way, and their numbers are counted."""

import json
from pathlib import Path

import numpy as np
import pytest

from exposures import EXPOSURES
from inkdigits.spec import Float64Array
from inkdigits.training.data.mnist import load_mnist
from photos import SIZES, draw_page, main


@pytest.mark.parametrize("is_mixed", [False, True])
def test_a_page_shows_its_numbers(*, is_mixed: bool) -> None:
    ink, texts = draw_page(load_mnist().validation, np.random.default_rng(1), is_mixed=is_mixed)
    assert ink.shape == (700, 900)
    assert (ink.min(), ink.max()) == (0, 1)
    assert len(texts) >= 3
    assert {len(text) for text in texts} == ({4, 5} if is_mixed else {5})


@pytest.fixture(scope="module")
def ink() -> Float64Array:
    return draw_page(load_mnist().validation, np.random.default_rng(1), is_mixed=False)[0]


@pytest.mark.parametrize("kind", EXPOSURES)
def test_each_photo_shows_the_page_and_is_no_two_times_the_same(kind: str, ink: Float64Array) -> None:
    first, second = (EXPOSURES[kind](ink, np.random.default_rng(seed)) for seed in (1, 2))
    assert first.shape == ink.shape
    assert first.dtype == np.uint8
    assert not np.array_equal(first, second)
    if kind != "on a dark table":  # where the page lies elsewhere
        depth = float(first[ink < 0.1].mean()) - float(first[ink > 0.9].mean())
        assert (-depth if kind == "chalk on a board" else depth) > 20


def test_the_command_counts_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["photos.py", "--out", str(tmp_path), "--limit", "1"])
    main()
    assert (tmp_path / "photos.md").read_text() == capsys.readouterr().out
    rows = json.loads((tmp_path / "photos.json").read_text())["rows"]
    assert [row["kind"] for row in rows] == [*EXPOSURES, SIZES]
    assert all(0 <= row["exact"] <= row["n"] <= 5 for row in rows)
    assert all(row["exact"] >= 1 for row in rows)
    assert sum(row["exact"] for row in rows) > 0.6 * sum(row["n"] for row in rows)
    assert (tmp_path / "photos.png").is_file()
