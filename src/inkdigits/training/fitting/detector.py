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
from inkdigits.training.evaluation.run_metrics import finish_without_test
from inkdigits.training.fitting.composed import ComposedLearning, compile_network
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.fitting.own_labels import label_pictures
from inkdigits.training.fitting.resumable import Learning, check_resumable, fit_epochs, ignore_progress
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener
from inkdigits.training.runs.run import Run, create_run
from inkdigits.training.synthesis.composing import BatchPlace
from inkdigits.training.synthesis.detector_batches import BatchRecipe, compose_batches
from inkdigits.training.synthesis.labeled_strings import load_strings, save_strings

__all__ = ["STRINGS_FILE", "detect_with", "train_detector"]

STRINGS_FILE = "strings.npz"  # of a run: the real strings that the detector has read right, with the boxes it found
_FIRST_LABELS, _LABELS_EVERY = 0.25, 0.125  # of all epochs: when strings are labeled first, and how often again
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
        network = build_detector(seed=config.seed, precision=config.precision)
        compile_network(network, detector_loss, config, DETECTOR_TENSORS)
        learning = ComposedLearning(config, listener, network, build_detector(seed=config.seed), DETECTOR_TENSORS)
        course = _Course(run.path / STRINGS_FILE, learning)
        fit_epochs(run, Learning(network, course.name_batches, course.fit, learning.average), listener)
        finish_without_test(run, trained_on=config.scenes, parameters=network.count_params())
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


@dataclass(frozen=True, eq=False, slots=True)
class _Course:
    """One training: what its epochs need.

    Attributes:
        strings: Where the labeled strings are kept.
        learning: How the network learns.
    """

    strings: Path
    learning: ComposedLearning[DetectorConfig]

    def name_batches(self, epoch: int) -> list[BatchPlace]:
        """Return the places of an epoch's batches, which decide everything random in it."""
        config = self.learning.config
        return [(config.seed, epoch * config.steps + step) for step in range(config.steps)]

    def fit(self, epoch: int, places: list[BatchPlace]) -> dict[str, float]:
        """Train one epoch; before some of them, strings are labeled."""
        config = self.learning.config
        folder = None if config.handwriting is None else Path(config.handwriting)
        if folder is not None and _is_labeling(epoch, config):
            _label(self.learning.average(), folder, self.strings)
        recipe = BatchRecipe(config.batch_size, folder, self.strings)
        batches = compose_batches(places, recipe, processes=max(1, count_cores() // 2))
        return self.learning.fit(epoch, ((x, y.astype(np.float32)) for x, y in batches))


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
