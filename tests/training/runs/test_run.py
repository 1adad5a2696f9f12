"""A run's folder: what is written is read back, what is damaged is refused, an interruption leaves whole files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import OutputError, RunError
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.runs.run import Checkpoint, EpochRow, Run, create_run, find_runs, read_run

CONFIG = TrainConfig(network="mlp", seed=3)
ROWS = (
    EpochRow(1, 0.5, 0.875, None, None, 1.25, 0.001),
    EpochRow(2, 0.1, 1 / 3, 0.2, 0.9375, 1.5, 1e-9),
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(CONFIG, tmp_path / "runs")


def test_a_new_run_is_read_back(run: Run) -> None:
    assert read_run(run.path) == run
    assert run.config == CONFIG
    assert run.history == ()
    assert run.checkpoint is None
    assert not run.is_finished
    assert run.environment["python"].startswith("3.")


def test_runs_of_one_second_have_their_own_folders(tmp_path: Path) -> None:
    runs = [create_run(CONFIG, tmp_path) for _ in range(3)]
    assert len({run.path for run in runs}) == 3
    assert set(find_runs(tmp_path)) == set(runs)
    assert all(run.path.name[:4].isdigit() and "-mlp" in run.path.name for run in runs)


def test_no_folder_holds_no_runs(tmp_path: Path) -> None:
    (tmp_path / "stray").mkdir()
    assert find_runs(tmp_path) == ()
    assert find_runs(tmp_path / "missing") == ()


def test_history_keeps_every_bit_and_every_empty_cell(run: Run) -> None:
    run.write_history(ROWS)
    assert run.history == ROWS
    lines = (run.path / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds,learning_rate"
    assert lines[1] == "1,0.5,0.875,,,1.25,0.001"


def test_a_checkpoint_keeps_order_types_and_bits(run: Run) -> None:
    arrays = tuple(np.full((index % 3,), index, dtype=np.float32) for index in range(12))
    arrays = (*arrays, np.array(7, dtype=np.int64))
    run.write_checkpoint(Checkpoint(4, arrays))
    found = run.checkpoint
    assert found is not None
    assert found.epoch == 4
    assert [array.dtype for array in found.variables] == [array.dtype for array in arrays]
    assert all(np.array_equal(one, other) for one, other in zip(found.variables, arrays, strict=True))


def test_a_finished_run_has_metrics_and_no_checkpoint(run: Run) -> None:
    run.write_checkpoint(Checkpoint(1, ()))
    run.finish({"test": 1})
    assert run.is_finished
    assert run.metrics == {"test": 1}
    assert run.checkpoint is None
    assert not (run.path / "checkpoint.npz").exists()


def test_metrics_of_an_unfinished_run_are_an_error(run: Run) -> None:
    with pytest.raises(RunError, match=r"metrics\.json.*--resume"):
        _ = run.metrics


def test_a_folder_that_is_no_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected the folder of a run"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "look"),
    [
        ("checkpoint.npz", "no zip", lambda run: run.checkpoint),
        ("history.csv", "epoch,loss\n1,0.5\n", lambda run: run.history),
        ("history.csv", "epoch,loss,accuracy,validation_loss,validation_accuracy,seconds,learning_rate\n1,x,,,,,\n",
         lambda run: run.history),
        ("metrics.json", "{", lambda run: run.metrics),
        ("metrics.json", "[]", lambda run: run.metrics),
        ("config.json", "{", lambda run: read_run(run.path)),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named(run: Run, name: str, text: str, look: Callable[[Run], object]) -> None:
    (run.path / name).write_text(text)
    with pytest.raises(RunError, match=name):
        look(run)


def test_a_checkpoint_cut_short_is_an_error(run: Run) -> None:
    run.write_checkpoint(Checkpoint(1, (np.arange(1000),)))
    path = run.path / "checkpoint.npz"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(RunError, match="train again"):
        _ = run.checkpoint


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def stop(fresh: Path) -> None:
        fresh.write_text("ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_in_place(path, stop)
    assert path.read_text() == "old"


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="choose another one with --out"):
        create_run(CONFIG, tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be written"):
        write_in_place(tmp_path / "missing" / "x.txt", lambda path: path.write_text(""))


def test_the_environment_names_neither_host_nor_path(run: Run) -> None:
    import platform  # noqa: PLC0415 - for this test alone

    text = (run.path / "environment.json").read_text()
    assert platform.node() not in text.split('"')
    assert str(Path.home()) not in text
    assert "/" not in text
