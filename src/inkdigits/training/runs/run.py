"""Creates, reads and writes a run's folder: config, environment, history, checkpoint and metrics. No Keras here.

    <out>/<UTC time>-<network>/
        config.json        what was asked for
        environment.json   versions, processor, threads
        history.csv        a line per epoch
        model.keras        the network after the last complete epoch (not for random_forest)
        checkpoint.npz     everything that training needs to go on; removed when it is done
        metrics.json       what was measured at the end; a run with it is finished
        *.png              learning curves, confusion matrix, worst mistakes

Files are written beside their place and renamed into it, so an interruption leaves the old one or the new one.
"""

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inkdigits.errors import OutputError, RunError
from inkdigits.system.array_archives import read_arrays
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import is_file, is_folder
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.classifier import FOREST, NETWORKS, TrainConfig
from inkdigits.training.config.networks import config_from_json, config_to_json
from inkdigits.training.runs.environment import describe_environment

__all__ = [
    "Checkpoint",
    "EpochRow",
    "Run",
    "create_run",
    "find_model_file",
    "find_runs",
    "read_finished_run",
    "read_run",
]

CONFIG_FILE = "config.json"
ENVIRONMENT_FILE = "environment.json"
HISTORY_FILE = "history.csv"
KERAS_FILE = "model.keras"
CHECKPOINT_FILE = "checkpoint.npz"
METRICS_FILE = "metrics.json"


@dataclass(frozen=True, slots=True)
class EpochRow:
    """A line of `history.csv`.

    Attributes:
        epoch: 1 or more.
        loss: Mean over the epoch's steps, dropout on, 0 or more: the cross-entropy, or the line recognizer's CTC loss.
        accuracy: Mean over the epoch's steps, dropout on, 0 to 1; None of the line recognizer, which has none.
        validation_loss: After the epoch, 0 or more; None without validation digits.
        validation_accuracy: After the epoch, 0 to 1; None without validation digits.
        seconds: Wall clock of the epoch, validation included.
        learning_rate: Of the epoch's last step.
    """

    epoch: int
    loss: float
    accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    learning_rate: float


@dataclass(frozen=True, eq=False, slots=True)
class Checkpoint:
    """All that training needs to go on: complete epochs and the variables of network and optimizer, in Keras' order."""

    epoch: int
    variables: tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run's folder and its config; files are read when asked for."""

    path: Path
    config: NetworkConfig

    @property
    def classifier_config(self) -> TrainConfig:
        """The config of a run whose network names single digits.

        Raises:
            RunError: It is of another network.
        """
        if not isinstance(self.config, TrainConfig):
            msg = f"{self.path}: expected a run of {', '.join(NETWORKS)}, got one of {self.config.network}"
            raise RunError(msg)
        return self.config

    @property
    def is_finished(self) -> bool:
        """Tell whether all epochs are done and measured."""
        return is_file(self.path / METRICS_FILE)

    @property
    def model_path(self) -> Path:
        """Path of `model.keras`; the file is there after the first epoch."""
        return self.path / KERAS_FILE

    @property
    def metrics(self) -> Mapping[str, Any]:
        """What was measured at the end.

        Raises:
            RunError: The run is not finished, or the file is damaged.
        """
        return _read_json(self.path / METRICS_FILE)

    @property
    def environment(self) -> Mapping[str, Any]:
        """What the run ran on.

        Raises:
            RunError: The file is missing or damaged.
        """
        return _read_json(self.path / ENVIRONMENT_FILE)

    @property
    def history(self) -> tuple[EpochRow, ...]:
        """The epochs done so far; none for `random_forest`.

        Raises:
            RunError: The file is damaged.
        """
        path = self.path / HISTORY_FILE
        if not is_file(path):
            return ()
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return tuple(_parse_row(path, row) for row in csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            msg = f"{path}: expected a history, {error}; train again"
            raise RunError(msg) from error

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where training goes on; None before the first epoch is complete and when the run is finished.

        Raises:
            RunError: The file is damaged.
        """
        path = self.path / CHECKPOINT_FILE
        if not is_file(path):
            return None
        try:
            arrays = read_arrays(path)
            epoch = int(arrays.pop("epoch"))
            if epoch < 0:
                msg = f"epoch {epoch}"
                raise ValueError(msg)  # noqa: TRY301 - one message for all that can be wrong
            return Checkpoint(epoch, tuple(arrays[name] for name in sorted(arrays)))
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
            msg = f"{path}: expected a checkpoint, {error}; train again"
            raise RunError(msg) from error

    def write_history(self, rows: Sequence[EpochRow]) -> None:
        """Write `history.csv` anew; an empty cell stands for None."""
        text = io.StringIO()
        names = [entry.name for entry in fields(EpochRow)]
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_format_cell(getattr(row, name)) for name in names] for row in rows)
        self._write(HISTORY_FILE, lambda path: path.write_text(text.getvalue(), encoding="utf-8"))

    def write_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Write `checkpoint.npz`; call it last, after history and model of the same epoch."""
        arrays: dict[str, Any] = {f"v{index:04d}": array for index, array in enumerate(checkpoint.variables)}
        arrays["epoch"] = np.int64(checkpoint.epoch)
        self._write(CHECKPOINT_FILE, lambda path: np.savez(path, **arrays))

    def finish(self, metrics: Mapping[str, object]) -> None:
        """Write `metrics.json`, which makes the run a finished one, and drop the checkpoint."""
        text = json.dumps(metrics, indent=2) + "\n"
        self._write(METRICS_FILE, lambda path: path.write_text(text, encoding="utf-8"))
        (self.path / CHECKPOINT_FILE).unlink(missing_ok=True)

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        write_in_place(self.path / name, write)


def create_run(config: NetworkConfig, out: str | os.PathLike[str]) -> Run:
    """Make a new run's folder with its config and environment; nothing is trained yet.

    Args:
        config: What will be trained.
        out: Folder of runs, made when missing.

    Raises:
        OutputError: The folder cannot be written.
    """
    stem = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}-{config.network}"
    try:
        path = _make_folder(Path(out), stem)
    except OSError as error:
        msg = f"{out}: cannot make a run's folder there ({error.strerror}); choose another one with --out"
        raise OutputError(msg) from error
    environment = json.dumps(describe_environment(), indent=2) + "\n"
    write_in_place(path / ENVIRONMENT_FILE, lambda fresh: fresh.write_text(environment, encoding="utf-8"))
    # written last: a folder without config.json is not taken for a run
    write_in_place(path / CONFIG_FILE, lambda fresh: fresh.write_text(config_to_json(config), encoding="utf-8"))
    return Run(path, config)


def read_run(path: str | os.PathLike[str]) -> Run:
    """Read a run's folder.

    Raises:
        RunError: It is no run, or its config is damaged.
    """
    file = Path(path) / CONFIG_FILE
    if not is_file(file):
        msg = f"{path}: expected the folder of a run with {CONFIG_FILE}; `inkdigits train` makes one"
        raise RunError(msg)
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        msg = f"{file}: cannot be read ({error.strerror}); give the right to read it, or train again"
        raise RunError(msg) from error
    return Run(Path(path), config_from_json(text, str(file)))


def read_finished_run(path: str | os.PathLike[str]) -> Run:
    """Read the folder of a run that is trained and measured.

    Raises:
        RunError: It is no run, its config is damaged, or it has not finished.
    """
    run = read_run(path)
    if not run.is_finished:
        msg = f"{path}: expected a finished run; go on with `inkdigits train --resume` first"
        raise RunError(msg)
    return run


def find_runs(folder: str | os.PathLike[str]) -> tuple[Run, ...]:
    """Return the runs directly inside `folder`, oldest first; none when the folder is missing.

    Raises:
        RunError: A run's config is damaged.
    """
    return tuple(read_run(path.parent) for path in sorted(Path(folder).glob(f"*/{CONFIG_FILE}")))


def find_model_file(path: Path) -> Path:
    """Return the `.keras` file of a run's folder; a path that is no folder is that file itself.

    Raises:
        RunError: The folder is no run, or one without a network.
    """
    if not is_folder(path):
        return path
    run = read_run(path)
    if run.config.network == FOREST:
        msg = f"{path}: a {FOREST} run keeps its config and metrics, not its trees; see metrics.json or train it again"
        raise RunError(msg)
    if not is_file(run.model_path):
        msg = f"{path}: expected {run.model_path.name}, no epoch is complete; go on with `inkdigits train --resume`"
        raise RunError(msg)
    return run.model_path


def _make_folder(out: Path, stem: str) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    count = 1
    while True:
        path = out / (stem if count == 1 else f"{stem}-{count}")
        try:
            path.mkdir()
        except FileExistsError:  # another run of this second
            count += 1
        else:
            return path


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{path}: expected JSON of a finished run, {error}; go on with `inkdigits train --resume`"
        raise RunError(msg) from error
    if not isinstance(values, dict):
        msg = f"{path}: expected a JSON object, got {type(values).__name__}; train again"
        raise RunError(msg)
    return values


def _parse_row(path: Path, row: Mapping[str, str]) -> EpochRow:
    try:
        numbers = {name: float(value) if value else None for name, value in row.items()}
        return EpochRow(**{**numbers, "epoch": int(row["epoch"])})  # type: ignore[arg-type]
    except (ValueError, TypeError, KeyError, ArithmeticError) as error:
        msg = f"{path}: expected the columns of a history, {error}; train again"
        raise RunError(msg) from error


def _format_cell(value: float | None) -> str:
    return "" if value is None else repr(value)
