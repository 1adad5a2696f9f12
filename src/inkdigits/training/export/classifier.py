"""Writes a finished run as a bundle for the reader, after comparing it with Keras."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras

from inkdigits.models.metadata import BundleInfo
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.calibration.budgets import with_confidence
from inkdigits.training.calibration.held_out import undisputed
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.data.handwriting import DIGIT_SETS, NUMBER_SETS
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.data.splits import held_out_span, load_splits
from inkdigits.training.evaluation.prediction import load_network, predict_network
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.model_card import write_card
from inkdigits.training.export.cards.text import SHORT_LICENSE
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.runs.run import Run, read_finished_run

__all__ = ["Converter", "export_bundle", "parity_frames"]

Converter = Callable[[keras.Model, Mapping[str, str]], bytes]

_PARITY_COUNT = 1_000  # validation digits of MNIST on which graph and network are compared
_LABELS = "0,1,2,3,4,5,6,7,8,9"
_PREPROCESSING = (
    "uint8 frames, 0 paper to 255 ink, long side of the ink 20 pixels, center of mass on pixel 14; no scaling"
)
_OTHER_LICENSE = "that of the data they were trained on, {data}, which is not part of inkdigits"


def export_bundle(
    run: str | os.PathLike[str], out: str | os.PathLike[str], called: BundleName, *, convert: Converter = to_onnx
) -> Path:
    """Convert a run's network, compare, and write the bundle `out/name`.

    Confidence and error budgets are fitted on the validation digits when the run held some out. Else the network's
    own margin counts, 0.5 is the threshold, and nothing is promised.

    Args:
        run: A finished run's folder, not of a `random_forest`.
        out: Folder of bundles; an older bundle of that name in it is replaced.
        called: Name and version.
        convert: Makes the ONNX graph from the network and the metadata.

    Returns:
        The bundle's folder.

    Raises:
        RunError: The run is not finished, or holds no network.
        ExportError: Graph and network differ by more than 1e-4 on 1,000 digits of MNIST; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    network = load_network(run)
    source = read_finished_run(run)
    graph = convert(network, _metadata(called, source.classifier_config))
    largest = check_parity(graph, network, parity_frames())
    info = _make_info(source, network, called, largest)
    return write_bundle(Path(out) / called.name, graph, info, write_card(info))


def parity_frames() -> UInt8Array:
    """Return the digits on which an export is compared: uint8, shape (1000, 28, 28), from MNIST's validation split.

    Also for a network that learned from other digits: what is compared is the arithmetic, and these are always there.
    """
    return load_mnist().validation.x[:_PARITY_COUNT]


def _metadata(called: BundleName, config: TrainConfig) -> dict[str, str]:
    data = _public_config(config)["data"]
    return {
        "name": called.name,
        "version": called.version,
        "labels": _LABELS,
        "preprocessing": _PREPROCESSING,
        "license": SHORT_LICENSE if data is None else _OTHER_LICENSE.format(data=data),
    }


def _make_info(run: Run, network: keras.Model, called: BundleName, largest: float) -> BundleInfo:
    measured = {name: value for name, value in run.metrics.items() if name != "test"}
    test = {name: run.metrics["test"][name] for name in ("raw", "corrected", "removed", "calibration_error")}
    info = BundleInfo(
        name=called.name,
        version=called.version,
        parameters=network.count_params(),
        training={
            "config": _public_config(run.classifier_config),
            "environment": run.environment,
            "handwriting": _find_sets(run.classifier_config),
        },
        metrics={**measured, "test": test, "onnx_difference": largest},
    )
    return _fit_confidence(run, network, info)


def _fit_confidence(run: Run, network: keras.Model, info: BundleInfo) -> BundleInfo:
    train, validation = load_splits(run.classifier_config)
    if validation is None:
        return info

    def predict(x: UInt8Array) -> Float32Array:
        return predict_network(network, x)

    if run.classifier_config.data is None:
        span = held_out_span(run.classifier_config.split, len(train) + len(validation), is_mnist=True)
        validation = undisputed(validation, span.start)
    return with_confidence(info, predict, validation, train.x)


def _find_sets(config: TrainConfig) -> list[str]:
    """Return the names of the sets of real handwriting whose digits the network learned from."""
    if config.handwriting is None:
        return []
    used = DIGIT_SETS if config.strings is None else (*NUMBER_SETS, *DIGIT_SETS)
    return [name for name in used if (Path(config.handwriting) / name).is_file()]


def _public_config(config: TrainConfig) -> dict[str, Any]:
    # only the last part: the whole path would tell about the machine
    paths = ("data", "teacher", "handwriting", "strings", "start")
    given = {name: getattr(config, name) for name in paths}
    return {**asdict(config), **{name: None if path is None else Path(path).name for name, path in given.items()}}
