"""Compares networks over several seeds: mean, spread and best of their test accuracies.

A finished run of the same config is taken as it is, an unfinished one is resumed, and what is missing is trained.
"""

import os
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import ENSEMBLE, FOREST, NETWORKS, TrainConfig, make_config
from inkdigits.training.evaluation.run_metrics import read_evaluation
from inkdigits.training.experiments.members import Progress, obtain_run
from inkdigits.training.runs.run import Run

__all__ = ["FIRST_SEED", "Compared", "compare", "plan_runs", "summarize"]

FIRST_SEED = 7  # the tutorial's; further seeds follow it: 8, 9, ...


@dataclass(frozen=True, slots=True)
class Compared:
    """One network over its seeds.

    Attributes:
        network: Its name.
        tutorial: Accuracy that the tutorial printed, 0 to 1; None when it has no such network.
        accuracies: On MNIST test, 0 to 1, in the order of the seeds.
        seeds: Of the runs, rising.
        trained_on: Digits that each run learned from.
        parameters: Trained numbers; None for a forest.
        seconds_per_epoch: Median over the epochs of all seeds; None for a forest.
        fit_seconds: Median over the seeds of the wall clock of one training.
        environments: What the runs ran on, each different one once.
    """

    network: str
    tutorial: float | None
    accuracies: tuple[float, ...]
    seeds: tuple[int, ...]
    trained_on: int
    parameters: int | None
    seconds_per_epoch: float | None
    fit_seconds: float
    environments: tuple[Mapping[str, Any], ...]

    @property
    def mean(self) -> float:
        """Mean accuracy over the seeds, 0 to 1."""
        return statistics.fmean(self.accuracies)

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation (divided by n - 1) of the accuracies; None for one seed."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else None

    @property
    def best(self) -> float:
        """Highest accuracy of a seed, 0 to 1."""
        return max(self.accuracies)


def plan_runs(networks: Sequence[str], *, seeds: int, epochs: int | None = None) -> tuple[TrainConfig, ...]:
    """Return what has to be trained: each network with each seed, in this order.

    Args:
        networks: Names of `NETWORKS`.
        seeds: How many seeds, 1 or more, from 7 up.
        epochs: Of each network; None is its own recipe's, the tutorial's 10 for most. A forest has none.

    Raises:
        RunError: A name is unknown or that of the ensemble, a number is out of range, or nothing is asked for.

    >>> [config.seed for config in plan_runs(["mlp"], seeds=2)]
    [7, 8]
    """
    if seeds < 1 or not networks:
        msg = f"expected 1 network and 1 seed or more, got {len(networks)} and {seeds}; ask for more"
        raise RunError(msg)
    if ENSEMBLE in networks:
        msg = f"expected networks of one member, got {ENSEMBLE}; train it with `inkdigits train {ENSEMBLE}`"
        raise RunError(msg)
    return tuple(
        make_config(network, seed=seed)
        if epochs is None or network == FOREST
        else make_config(network, seed=seed, epochs=epochs)
        for network in dict.fromkeys(networks)
        for seed in range(FIRST_SEED, FIRST_SEED + seeds)
    )


def compare(
    configs: Sequence[TrainConfig], *, runs: str | os.PathLike[str], progress: Progress | None = None
) -> tuple[Compared, ...]:
    """Train what is missing and summarize each network.

    Args:
        configs: As `plan_runs` gives them.
        runs: Folder of runs: looked through first, and new ones go there.
        progress: Called with the config of each training; the context manager that it returns is open during that
            training and gives its listener. Finished runs do not call it.

    Returns:
        One entry for each network, in the order of `configs`.

    Raises:
        RunError: A run in the folder is damaged, or the one to resume is being trained by another process.
        OutputError: The folder cannot be written.
    """
    return summarize([obtain_run(config, runs, progress) for config in configs])


def summarize(runs: Sequence[Run]) -> tuple[Compared, ...]:
    """Return one entry for each network, in the order of the runs, which are finished.

    Raises:
        RunError: A run's files are damaged.
    """
    return tuple(_summarize(network, group) for network, group in _group(runs))


def _group(runs: Sequence[Run]) -> Iterator[tuple[str, list[Run]]]:
    for network in dict.fromkeys(run.config.network for run in runs):
        yield network, [run for run in runs if run.config.network == network]


def _summarize(network: str, runs: Sequence[Run]) -> Compared:
    metrics = [run.metrics for run in runs]
    seconds = [row.seconds for run in runs for row in run.history]
    environments = [run.environment for run in runs]
    return Compared(
        network=network,
        tutorial=NETWORKS[network],
        accuracies=tuple(read_evaluation(run).raw.accuracy for run in runs),
        seeds=tuple(run.config.seed for run in runs),
        trained_on=metrics[0]["trained_on"],
        parameters=metrics[0]["parameters"],
        seconds_per_epoch=statistics.median(seconds) if seconds else None,
        fit_seconds=statistics.median(values["fit_seconds"] for values in metrics),
        environments=tuple(values for place, values in enumerate(environments) if values not in environments[:place]),
    )
