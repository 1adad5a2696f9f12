"""Trains the detector on composed scenes and real pictures; on the way it labels strings of known text by itself."""

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from inkdigits.models.detector import detect_marks
from inkdigits.models.peaks import DetectedMark
from inkdigits.spec import DETECTOR_TENSORS, PROBABILITY_CHANNELS, Float32Array, UInt8Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.cpu import count_cores
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.evaluation.run_metrics import finish_without_test
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.fitting.own_labels import label_pictures
from inkdigits.training.fitting.resumable import Learning, check_resumable, fit_epochs, ignore_progress
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.networks.schedules import WarmCosine
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener, StepReport
from inkdigits.training.runs.run import Run, create_run
from inkdigits.training.synthesis.detector_batches import BatchPlace, BatchRecipe, compose_batches
from inkdigits.training.synthesis.labeled_strings import load_strings, save_strings

__all__ = ["STRINGS_FILE", "detect_with", "train_detector"]

STRINGS_FILE = "strings.npz"  # of a run: the real strings that the detector has read right, with the boxes it found
_FALLING_SHARE = 0.5  # of all steps, the last ones, in which the learning rate falls to 0
_WARM_UP = 300  # steps in which it rises: focal losses are steep at first
_FIRST_LABELS, _LABELS_EVERY = 0.25, 0.125  # of all epochs: when strings are labeled first, and how often again
_MOMENTUM = 0.995  # of the averaged weights that are kept; each step adds 0.5 %
_LARGEST_STEP = 10.0  # norm of a step's gradient
_WEIGHT_DECAY = 0.005
_LOGITS = 30.0  # beyond it the sigmoid of a float32 is 0 or 1


def train_detector(
    config: DetectorConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
) -> Run:
    """Train, and keep everything in a run's folder; the network gives logits where it is asked for probabilities.

    Args:
        config: Everything that decides the weights, beside the handwriting itself.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run`, with each step and with each epoch, as `runs.progress` says.

    Returns:
        The finished run, whose network has weights averaged over the last steps.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or being trained by another process; or
            the weights to start with are not the detector's.
        DataError: The handwriting cannot be loaded.
        OutputError: The run's folder cannot be written.
    """
    check_resumable(resume, config)
    if config.handwriting is not None:
        load_handwriting(config.handwriting, held_out=True)  # so that a wrong folder is told before anything is trained
    run = resume or create_run(config, out)
    listener = on_progress or ignore_progress
    with hold_run(run):
        listener(run)
        course = _Course(run, config, listener, _compile(config), build_detector(seed=config.seed))
        fit_epochs(run, Learning(course.network, course.name_batches, course.fit, course.average), listener)
        finish_without_test(run, trained_on=config.scenes, parameters=course.network.count_params())
    return run


def detect_with(network: keras.Model, gray: UInt8Array, scale: float) -> list[DetectedMark]:
    """Return what a network in training sees in a picture, as `models.detector.Detector.detect` does.

    Args:
        network: Of `networks.detector.build_detector`.
        gray: uint8, shape (H, W).
        scale: Of the copy that is looked at.
    """

    def answer(fitted: UInt8Array) -> Float32Array:
        # as a compiled graph: layer by layer, as a call of the network does it, takes nine times as long
        places: Float32Array = network.predict_on_batch(fitted[np.newaxis, ..., np.newaxis])[0].copy()
        asked = np.clip(places[..., :PROBABILITY_CHANNELS], -_LOGITS, _LOGITS)
        places[..., :PROBABILITY_CHANNELS] = 1 / (1 + np.exp(-asked))
        return places

    return detect_marks(answer, gray, scale=scale)


def _compile(config: DetectorConfig) -> keras.Model:
    network = build_detector(seed=config.seed, precision=config.precision)
    if config.start is not None:
        network.set_weights(load_network(config.start, DETECTOR_TENSORS).get_weights())
    steps = config.steps * config.epochs
    optimizer = keras.optimizers.AdamW(
        WarmCosine(config.learning_rate, steps, warm_up=_WARM_UP, falling_share=_FALLING_SHARE),
        weight_decay=_WEIGHT_DECAY,
        clipnorm=_LARGEST_STEP,
        use_ema=True,
        ema_momentum=_MOMENTUM,
    )
    optimizer.build(network.trainable_variables)
    network.compile(optimizer, loss=detector_loss)
    return network


@dataclass(frozen=True, eq=False, slots=True)
class _Course:
    """One training: what its epochs need.

    Attributes:
        run: Where the labeled strings are kept.
        config: Its settings.
        listener: Told of each step.
        network: Compiled; it learns.
        averaged: Of the same form; it is given the averaged weights.
    """

    run: Run
    config: DetectorConfig
    listener: Listener
    network: keras.Model
    averaged: keras.Model

    def name_batches(self, epoch: int) -> list[BatchPlace]:
        """Return the places of an epoch's batches, which decide everything random in it."""
        steps = self.config.steps
        return [(self.config.seed, epoch * steps + step) for step in range(steps)]

    def fit(self, epoch: int, places: list[BatchPlace]) -> dict[str, float]:
        """Train one epoch; before some of them, strings are labeled."""
        config, strings = self.config, self.run.path / STRINGS_FILE
        folder = None if config.handwriting is None else Path(config.handwriting)
        if folder is not None and _is_labeling(epoch, config):
            _label(self.average(), folder, strings)
        recipe = BatchRecipe(config.batch_size, folder, strings)
        losses: list[float] = []
        for x, y in compose_batches(places, recipe, processes=max(1, count_cores() // 2)):
            losses.append(float(self.network.train_on_batch(x, y.astype(np.float32))))
            mean = float(np.mean(losses))
            self.listener(StepReport(epoch + 1, config.epochs, len(losses), config.steps, mean, None))
        return {"loss": float(np.mean(losses))}

    def average(self) -> keras.Model:
        """Return `averaged` with the weights that the optimizer has averaged and the network's statistics."""
        if int(self.network.optimizer.iterations) == 0:  # nothing was averaged yet
            self.averaged.set_weights(self.network.get_weights())
            return self.averaged
        pairs = zip(self.averaged.non_trainable_variables, self.network.non_trainable_variables, strict=True)
        for variable, value in pairs:
            variable.assign(value)
        self.network.optimizer.finalize_variable_values(self.averaged.trainable_variables)
        return self.averaged


def _is_labeling(epoch: int, config: DetectorConfig) -> bool:
    """Return whether strings are labeled before an epoch, 0 or more; from the start where the weights were trained."""
    first = max(round(_FIRST_LABELS * config.epochs), 1) if config.start is None else 0
    return epoch >= first and (epoch - first) % max(1, round(_LABELS_EVERY * config.epochs)) == 0


def _label(network: keras.Model, folder: Path, strings: Path) -> None:
    """Let the network label those strings that it has not read right before: a whole labeling takes minutes."""
    known = {real.picture.tobytes(): real for real in load_strings(strings)}
    unknown = [number for number in load_handwriting(folder).numbers if number.picture.tobytes() not in known]
    found = label_pictures(unknown, functools.partial(detect_with, network))
    known |= {real.picture.tobytes(): real for real in found}
    write_in_place(strings, lambda fresh: save_strings(fresh, list(known.values())))
