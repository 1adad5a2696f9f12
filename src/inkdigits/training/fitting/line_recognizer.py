"""Trains the line recognizer on real numbers and words and on lines of composed scenes, with the CTC loss."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import keras

from inkdigits.models.detector import Detector
from inkdigits.spec import STRIP_TENSORS
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.cpu import count_cores
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.evaluation.run_metrics import finish_without_test
from inkdigits.training.fitting.composed import ComposedLearning, compile_network
from inkdigits.training.fitting.own_labels import label_pictures
from inkdigits.training.fitting.resumable import Learning, check_resumable, fit_epochs, ignore_progress
from inkdigits.training.networks.line_recognizer import build_line_recognizer
from inkdigits.training.runs.lock import hold_run
from inkdigits.training.runs.progress import Listener
from inkdigits.training.runs.run import Run, create_run
from inkdigits.training.synthesis.composing import BatchPlace
from inkdigits.training.synthesis.labeled_strings import save_strings
from inkdigits.training.synthesis.line_batches import GROUP, LineRecipe, compose_batches

__all__ = ["STRINGS_FILE", "train_line_recognizer"]

STRINGS_FILE = "strings.npz"  # of a run: the real numbers that the shipped detector reads right, with their boxes


def train_line_recognizer(
    config: LineRecognizerConfig,
    *,
    out: str | os.PathLike[str] = "runs",
    resume: Run | None = None,
    on_progress: Listener | None = None,
) -> Run:
    """Train, and keep everything in a run's folder; the network gives logits of blank and the labels 0 to 9.

    Args:
        config: Everything that decides the weights, beside the handwriting itself.
        out: Folder in which the run's folder is made; not used with `resume`.
        resume: An unfinished run of the same config to go on with, from its last complete epoch.
        on_progress: Called with the `Run`, with each step and with each epoch, as `runs.progress` says.

    Returns:
        The finished run, whose network has weights averaged over the last steps.

    Raises:
        RunError: The run to resume is finished, of another config, damaged, or being trained by another process; or
            the weights to start with are not the line recognizer's.
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
        network = build_line_recognizer(seed=config.seed, precision=config.precision)
        compile_network(network, keras.losses.CTC(), config, STRIP_TENSORS)
        learning = ComposedLearning(config, listener, network, build_line_recognizer(seed=config.seed), STRIP_TENSORS)
        course = _Course(run.path / STRINGS_FILE, learning)
        fit_epochs(run, Learning(network, course.name_groups, course.fit, learning.average), listener)
        finish_without_test(run, trained_on=config.lines, parameters=network.count_params())
    return run


@dataclass(frozen=True, eq=False, slots=True)
class _Course:
    """One training: what its epochs need.

    Attributes:
        strings: Where real numbers are kept whose boxes the detector has found.
        learning: How the network learns.
    """

    strings: Path
    learning: ComposedLearning[LineRecognizerConfig]

    def name_groups(self, epoch: int) -> list[BatchPlace]:
        """Return the places of an epoch's groups of batches, which decide everything random in it."""
        config = self.learning.config
        groups = -(-config.steps // GROUP)
        return [(config.seed, epoch * groups + number) for number in range(groups)]

    def fit(self, epoch: int, places: list[BatchPlace]) -> dict[str, float]:
        """Train one epoch; before the first, the detector looks for the boxes of real numbers."""
        config = self.learning.config
        folder = None if config.handwriting is None else Path(config.handwriting)
        if folder is not None and not self.strings.is_file():
            _find_boxes(folder, self.strings)
        recipe = LineRecipe(config.batch_size, folder, self.strings)
        batches = compose_batches(places, recipe, processes=max(1, count_cores() // 2))
        return self.learning.fit(epoch, islice(batches, config.steps))


def _find_boxes(folder: Path, strings: Path) -> None:
    """Keep the numbers that the shipped detector reads as their text says: its boxes are right there."""
    detector = Detector()
    found = label_pictures(load_handwriting(folder).numbers, lambda gray, scale: detector.detect(gray, scale=scale))
    write_in_place(strings, lambda fresh: save_strings(fresh, found))
