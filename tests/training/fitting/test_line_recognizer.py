"""The line reader learns, goes on from its checkpoint with the same result, and its folder is one the reader loads."""

from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import RunError
from inkdigits.models.line_recognizer import LineReader
from inkdigits.models.strips import Strip
from inkdigits.training.export.line_recognizer import export_line_reader
from inkdigits.training.fitting import line_recognizer
from inkdigits.training.fitting.line_recognizer import LineReaderConfig, train_line_reader

TINY = LineReaderConfig(epochs=2, lines=64, batch_size=32)


@pytest.fixture(autouse=True)
def _small_pools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_recognizer, "_DRAWN", 50)
    monkeypatch.setattr(line_recognizer, "_OTHERS", 20)


@pytest.mark.slow
def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    losses: list[float] = []
    whole = train_line_reader(TINY, on_epoch=lambda _, loss: losses.append(loss))
    assert losses[1] < losses[0]

    def stop(epoch: int, _loss: float) -> None:
        if epoch == 1:
            raise KeyboardInterrupt

    checkpoint = tmp_path / "line.npz"
    with pytest.raises(KeyboardInterrupt):
        train_line_reader(TINY, checkpoint=checkpoint, on_epoch=stop)
    resumed = train_line_reader(TINY, checkpoint=checkpoint)
    for one, two in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-3, atol=1e-4)  # two threads add in another order
    with pytest.raises(RunError, match="expected the checkpoint's own settings"):
        train_line_reader(LineReaderConfig(epochs=3, lines=64), checkpoint=checkpoint)
    checkpoint.write_bytes(b"no checkpoint")
    with pytest.raises(RunError, match="expected a checkpoint of a line reader"):
        train_line_reader(TINY, checkpoint=checkpoint)
    folder = export_line_reader(whole, TINY, tmp_path / "line_reader", lines=64)
    reader = LineReader(folder)
    assert reader.info.training["config"] == {
        "epochs": 2,
        "lines": 64,
        "batch_size": 32,
        "learning_rate": 0.003,
        "seed": 7,
    }
    strips = [Strip(np.zeros((32, width), np.uint8), 1.0, 0) for width in (32, 64, 32)]
    answers = reader.log_probabilities(strips)
    assert [answer.shape for answer in answers] == [(8, 11), (16, 11), (8, 11)]
    np.testing.assert_allclose(np.exp(answers[1]).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(answers[0], answers[2])


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 0), ("lines", 0), ("batch_size", 1.5), ("learning_rate", 0), ("seed", -1)]
)
def test_settings_that_cannot_be_meant_are_refused(name: str, value: float) -> None:
    with pytest.raises(RunError, match=f"{name}: expected"):
        LineReaderConfig(**{name: value})  # type: ignore[arg-type]
