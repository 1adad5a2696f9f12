"""Every network that can be trained, by name: what trains a run of it, and what writes a run as the reader's folder.

A new kind of network needs a line here, its settings in `config`, and its files in `networks`, `fitting` and `export`.
Importing this imports Keras.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import keras

from inkdigits.training.config.classifier import NETWORKS
from inkdigits.training.config.detector import DETECTOR
from inkdigits.training.config.line_recognizer import LINE_RECOGNIZER
from inkdigits.training.export.classifier import export_bundle
from inkdigits.training.export.detector import export_detector
from inkdigits.training.export.line_recognizer import export_line_recognizer
from inkdigits.training.fitting.classifier import train
from inkdigits.training.fitting.detector import train_detector
from inkdigits.training.fitting.line_recognizer import train_line_recognizer
from inkdigits.training.networks.detector import build_detector
from inkdigits.training.networks.line_recognizer import build_line_recognizer
from inkdigits.training.networks.registry import BUILDERS
from inkdigits.training.runs.run import Run

__all__ = ["TRAINABLE", "Trainable"]


@dataclass(frozen=True, slots=True)
class Trainable:
    """What can be done with a network by its name.

    Attributes:
        train: Makes a finished run: takes the config, `out`, `resume` and `on_progress`.
        export: Writes the folder that the reader loads: takes the run's folder, `out` and the name.
        build: Makes the untrained network of a `seed`; None of what is no single Keras network.
    """

    train: Callable[..., Run]
    export: Callable[..., Path]
    build: Callable[..., keras.Model] | None


def _classifier(network: str) -> Trainable:
    return Trainable(train, export_bundle, BUILDERS.get(network))


TRAINABLE: Mapping[str, Trainable] = MappingProxyType(
    {
        **{network: _classifier(network) for network in NETWORKS},
        LINE_RECOGNIZER: Trainable(train_line_recognizer, export_line_recognizer, build_line_recognizer),
        DETECTOR: Trainable(train_detector, export_detector, build_detector),
    }
)
