"""Trains the detector on composed scenes and real pictures; it labels the strings of known text by itself on the way."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
from keras import ops

from inkdigits.errors import RunError
from inkdigits.models.detector import fit_to_detector
from inkdigits.models.peaks import DetectedMark, find_peaks
from inkdigits.spec import MARK_LABELS, Float32Array, UInt8Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.training.checks import MAX_SEED, check_setting, is_whole
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.fitting.own_labels import label_pictures
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.synthesis.scene_batches import Shares, compose_batches, load_strings, save_strings

__all__ = ["DetectorConfig", "detect_with", "train_detector"]

_WARM_UP = 300  # steps in which the learning rate rises: focal losses are steep at first
_FALLING_SHARE = 0.5  # of all steps, the last ones, in which the learning rate falls to 0 along a cosine
_FIRST_LABELS, _LABELS_EVERY = 0.25, 0.125  # of all epochs: when strings are labeled first, and again
_MOMENTUM = 0.995  # of the averaged weights that are kept; each step adds 0.5 %
_LARGEST_STEP = 10.0  # norm of a step's gradient
_WEIGHT_DECAY = 0.005
_LEAST = 0.25  # score from which a peak is a mark when strings are labeled


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorConfig:
    """Everything that decides the detector's weights, beside the handwriting it learns from.

    Args:
        epochs: 1 or more.
        scenes: Seen in each epoch, 1 or more.
        batch_size: Scenes a step, 1 or more.
        learning_rate: AdamW's highest, above 0.
        seed: Of weights and scenes, 0 or more.
        handwriting: Folder of real handwriting; None trains on MNIST, code and fonts alone.

    Raises:
        RunError: A value is of another type or range.
    """

    epochs: int = 60
    scenes: int = 16_000
    batch_size: int = 32
    learning_rate: float = 0.0025
    seed: int = 7
    handwriting: str | None = None

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name in ("epochs", "scenes", "batch_size"):
            value = getattr(self, name)
            check_setting(name, value, is_whole(value, 1), "a whole number of 1 or more")
        rate = self.learning_rate
        check_setting("learning_rate", rate, isinstance(rate, float) and 0 < rate < float("inf"), "a number above 0")
        check_setting("seed", self.seed, is_whole(self.seed, 0, MAX_SEED), f"a whole number from 0 to {MAX_SEED}")

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.scenes // self.batch_size)


class _WarmCosine(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises, stays, and falls to 0 in the end."""

    def __init__(self, peak: float, steps: int) -> None:
        self.peak, self.steps = peak, steps

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        """Return the rate of a step."""
        at = ops.cast(step, "float32")
        rise = ops.minimum(1.0, (at + 1) / min(_WARM_UP, max(self.steps // 10, 1)))
        left = ops.clip((self.steps - at) / (_FALLING_SHARE * self.steps), 0.0, 1.0)
        return self.peak * rise * (0.5 - 0.5 * ops.cos(np.pi * left))

    def get_config(self) -> dict[str, float]:
        """Return the arguments."""
        return {"peak": self.peak, "steps": self.steps}


def train_detector(
    config: DetectorConfig,
    *,
    checkpoint: Path,
    on_epoch: Callable[[int, float], None] | None = None,
    processes: int = 1,
) -> keras.Model:
    """Train the network.

    Args:
        config: Everything that decides the weights.
        checkpoint: A file that is written after each epoch; when it is there already, training goes on from it. The
            strings that the detector labeled lie beside it.
        on_epoch: Called after each epoch with its number, 1 to `epochs`, and its mean loss.
        processes: How many compose scenes beside the training.

    Returns:
        The network of `networks.detector.build_detector` with the averaged weights.

    Raises:
        RunError: The checkpoint is damaged, or of another config.
        DataError: The handwriting cannot be loaded.
        OutputError: The checkpoint cannot be written.
    """
    network = build_detector(seed=config.seed)
    optimizer = keras.optimizers.AdamW(
        _WarmCosine(config.learning_rate, config.steps * config.epochs),
        weight_decay=_WEIGHT_DECAY,
        clipnorm=_LARGEST_STEP,
        use_ema=True,
        ema_momentum=_MOMENTUM,
    )
    optimizer.build(network.trainable_variables)  # so that a checkpoint finds its variables before the first step
    network.compile(optimizer, loss=detector_loss)
    folder = None if config.handwriting is None else Path(config.handwriting)
    strings = checkpoint.with_suffix(".strings.npz")
    for epoch in range(_restore(network, config, checkpoint), config.epochs):
        if folder is not None and _is_labeling(epoch, config.epochs):
            _label(network, folder, strings)
        places = [(config.seed, epoch * config.steps + step) for step in range(config.steps)]
        batches = compose_batches(
            places, batch_size=config.batch_size, folder=folder, strings=strings, shares=Shares(), processes=processes
        )
        losses = [float(network.train_on_batch(x, y.astype(np.float32))) for x, y in batches]
        _keep(network, config, checkpoint, epoch + 1)
        if on_epoch is not None:
            on_epoch(epoch + 1, float(np.mean(losses)))
    optimizer.finalize_variable_values(network.trainable_variables)
    return network


def detect_with(network: keras.Model, gray: UInt8Array, scale: float) -> list[DetectedMark]:
    """Return what a network in training sees in a picture, as `models.detector.Detector.detect` does.

    Args:
        network: Of `networks.detector.build_detector`.
        gray: uint8, shape (H, W).
        scale: Of the copy that is looked at.
    """
    size = (max(1, round(gray.shape[1] * scale)), max(1, round(gray.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    copy = np.asarray(cv2.resize(gray, size, interpolation=way), dtype=np.uint8) if scale != 1 else gray
    fitted, (left, top) = fit_to_detector(copy)
    places: Float32Array = ops.convert_to_numpy(network(fitted[np.newaxis, ..., np.newaxis], training=False))[0].copy()
    asked = (
        len(MARK_LABELS) + 2
    )  # peaks, other ink and print are logits in training, probabilities in the shipped graph
    places[..., :asked] = 1 / (1 + np.exp(-np.clip(places[..., :asked], -30, 30)))
    return find_peaks(places, _LEAST, scale, (-left, -top))


def _is_labeling(epoch: int, epochs: int) -> bool:
    first, every = round(_FIRST_LABELS * epochs), max(1, round(_LABELS_EVERY * epochs))
    return epoch >= first and (epoch - first) % every == 0


def _label(network: keras.Model, folder: Path, strings: Path) -> None:
    """Let the averaged network label what it reads right; the training weights come back after it."""
    optimizer = network.optimizer
    own = [variable.numpy() for variable in network.trainable_variables]
    optimizer.finalize_variable_values(network.trainable_variables)
    known = {picture.picture.tobytes(): picture for picture in load_strings(strings)}
    found = label_pictures(load_handwriting(folder).numbers, lambda gray, scale: detect_with(network, gray, scale))
    known |= {picture.picture.tobytes(): picture for picture in found}
    for variable, value in zip(network.trainable_variables, own, strict=True):
        variable.assign(value)
    write_in_place(strings, lambda fresh: save_strings(fresh, list(known.values())))


def _keep(network: keras.Model, config: DetectorConfig, path: Path, epoch: int) -> None:
    variables = [*network.variables, *network.optimizer.variables]
    arrays: dict[str, Any] = {f"v{index:04d}": ops.convert_to_numpy(v) for index, v in enumerate(variables)}
    arrays |= {"epoch": np.int64(epoch), "config": np.array(json.dumps(asdict(config)))}
    write_in_place(path, lambda fresh: np.savez(fresh, **arrays))


def _restore(network: keras.Model, config: DetectorConfig, path: Path) -> int:
    """Put the checkpoint, if any, into the network; return the complete epochs."""
    if not path.is_file():
        return 0
    variables = [*network.variables, *network.optimizer.variables]
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = json.loads(str(arrays["config"]))
            if found != asdict(config):
                msg = f"{path}: expected the checkpoint's own settings, {found}; leave them as they were, or delete it"
                raise RunError(msg)
            for index, variable in enumerate(variables):
                variable.assign(arrays[f"v{index:04d}"])
            return int(arrays["epoch"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        msg = f"{path}: expected a checkpoint of a detector, {error}; delete it and train again"
        raise RunError(msg) from error
