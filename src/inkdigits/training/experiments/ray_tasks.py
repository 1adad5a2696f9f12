"""Trains several configs as tasks of Ray, here or on a cluster.

All nodes have to see the folder under the same path, such as on a shared file system.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ray
import ray.exceptions

from inkdigits.errors import RunError
from inkdigits.system.ray_session import ray_session
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.experiments.parallel import (
    Look,
    collect_runs,
    find_missing,
    look_at,
    share_threads,
    train_apart,
)
from inkdigits.training.runs.progress import name_run
from inkdigits.training.runs.run import Run

__all__ = ["obtain_runs_with_ray"]

_LOOK_S = 1.0  # between looks at the folder
_RETRIES = 3  # of a training whose process or node is lost; each goes on from the last complete epoch


def obtain_runs_with_ray(
    configs: Sequence[TrainConfig],
    folder: str | os.PathLike[str],
    *,
    workers: int,
    address: str | None = None,
    on_look: Look | None = None,
) -> list[Run]:
    """Return a finished run of each config, training what is missing as tasks of Ray.

    Args:
        configs: What is wanted, each once.
        folder: Of the runs that are there and of the new ones; made absolute.
        workers: Trainings at a time where Ray is started here, which also says how many cores each has.
        address: Of a cluster that runs, where each training takes as many cores as here; None starts Ray here.
        on_look: Told of the progress.

    Raises:
        RunError: A training failed, or Ray cannot be reached; the other trainings were finished before.
        OutputError: The folder cannot be written.
    """
    place, threads = str(Path(folder).absolute()), share_threads(workers)
    with ray_session(address, workers * threads, failure=RunError):
        task: Any = ray.remote(num_cpus=threads, max_retries=_RETRIES, max_calls=1)(train_apart)
        pending = {task.remote(config, place, threads): config for config in find_missing(configs, folder)}
        problems = []
        try:
            while pending:
                done, _ = ray.wait(list(pending), timeout=_LOOK_S)
                problems += [problem for ref in done if (problem := _result(ref, pending.pop(ref)))]
                if on_look is not None:
                    on_look(look_at(configs, folder))
        finally:
            for ref in pending:
                ray.cancel(ref, force=True)
    return collect_runs(configs, folder, problems)


def _result(ref: Any, config: TrainConfig) -> str | None:  # noqa: ANN401 - Ray's
    try:
        problem: str | None = ray.get(ref)
    except ray.exceptions.RayError as error:
        return f"{name_run(config)}: Ray could not train it ({error})"
    return problem
