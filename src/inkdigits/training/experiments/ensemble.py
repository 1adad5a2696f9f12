"""Trains an ensemble: its members, and one network that averages their answers.

The members are ordinary runs beside the ensemble's own. So one that is there already is taken as it is, and an
interrupted ensemble goes on where it stopped.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import keras
import numpy as np
from keras import layers

from inkdigits.errors import RunError
from inkdigits.spec import FRAME_SIDE, INPUT_NAME, OUTPUT_NAME
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.config.classifier import ENSEMBLE, MEMBER, TrainConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.data.splits import load_splits
from inkdigits.training.evaluation.prediction import load_network, load_predictor, predict_network
from inkdigits.training.evaluation.run_metrics import Trained, finish_run
from inkdigits.training.experiments.members import Progress, obtain_run
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.run import Run, create_run

Obtain: TypeAlias = Callable[[Sequence[TrainConfig], Path], list[Run]]

__all__ = ["average_networks", "member_configs", "train_ensemble"]


def member_configs(config: TrainConfig) -> tuple[TrainConfig, ...]:
    """Return what each member of an ensemble is trained by: the ensemble's settings, with seeds from its seed up.

    >>> from inkdigits.training.config.classifier import make_config
    >>> [member.seed for member in member_configs(make_config("ensemble", seed=10))]
    [10, 11, 12]
    """
    seeds = range(config.seed, config.seed + config.members)
    return tuple(replace(config, network=MEMBER, seed=seed, members=0) for seed in seeds)


def train_ensemble(
    config: TrainConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    progress: Progress | None = None,
    obtain: Obtain | None = None,
) -> Run:
    """Train what is missing of the members, average them, measure once on MNIST test, and keep all in a run's folder.

    Args:
        config: Of the network "ensemble".
        out: Folder of runs: the members and the ensemble's run go there, and finished members there are used. With
            `resume`, the folder that holds that run.
        resume: An unfinished run of the same config to go on with.
        progress: Listens to each member's training; not called from other processes.
        obtain: Gives the finished runs of the members, given their configs and that folder, as `parallel.obtain_runs`
            does; None trains one after another.

    Returns:
        The finished run of the ensemble; it has no epochs of its own.

    Raises:
        RunError: The config is of another network, the run to resume is finished or of another config, or a run in the
            folder is damaged, or the teacher is a run without a network of ours.
        BundleError: The teacher is no bundle, or a damaged one.
        OutputError: A folder cannot be written.
    """
    if config.network != ENSEMBLE:
        msg = f"expected the network {ENSEMBLE}, got {config.network}"
        raise RunError(msg)
    if resume is not None and (resume.is_finished or resume.config != config):
        msg = f"{resume.path}: expected an unfinished run of the same config; start a new one without --resume"
        raise RunError(msg)
    if config.teacher is not None:
        load_predictor(config.teacher)  # a wrong one is told before a folder is made
    run = resume or create_run(config, out)
    with hold_run(run):
        configs, folder = member_configs(config), run.path.parent
        if obtain is None:
            members = [obtain_run(member, folder, progress) for member in configs]
        else:
            members = obtain(configs, folder)
        network = average_networks([load_network(member.path) for member in members])
        write_in_place(run.model_path, network.save)
        _finish(run, network, members)
    return run


def average_networks(members: Sequence[keras.Model]) -> keras.Model:
    """Return one network that answers with the mean of its members' probabilities.

    Args:
        members: Networks that take uint8 frames (N, 28, 28, 1) and give float32 probabilities (N, 10); 2 or more.
    """
    frames = keras.Input((FRAME_SIDE, FRAME_SIDE, 1), dtype="uint8", name=INPUT_NAME)
    answers = []
    for place, member in enumerate(members, start=1):
        member.name = f"member_{place}"
        answers.append(member(frames))
    return keras.Model(frames, layers.Average(name=OUTPUT_NAME)(answers), name=ENSEMBLE)


def _finish(run: Run, network: keras.Model, members: Sequence[Run]) -> None:
    digits, validation = load_splits(run.classifier_config)
    accuracy = None
    if validation is not None:
        accuracy = float(np.mean(predict_network(network, validation.x).argmax(axis=1) == validation.y))
    test = load_mnist().test
    seconds = sum(member.metrics["fit_seconds"] for member in members)
    trained = Trained(predict_network(network, test.x), len(digits), network.count_params(), seconds, accuracy)
    finish_run(run, test, trained)
