"""Writes the folder that the reader loads from a run of the detector, measured on digits it has not seen."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
from keras import layers

import inkdigits.training.networks.detector  # noqa: F401 - a saved network is loaded by the layers of its own there
from inkdigits.errors import RunError
from inkdigits.models.detector import LEAST_SCORE, Detector, detect_marks, find_places
from inkdigits.models.peaks import DetectedMark, find_peaks
from inkdigits.models.session import Network
from inkdigits.spec import (
    DETECTOR_INPUT_NAME,
    DETECTOR_OUTPUT_NAME,
    DETECTOR_TENSORS,
    PROBABILITY_CHANNELS,
    UInt8Array,
)
from inkdigits.training.config.detector import DETECTOR, DetectorConfig
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.detector import write_card
from inkdigits.training.export.cards.text import SHORT_LICENSE
from inkdigits.training.export.composed import find_sets, tell_settings
from inkdigits.training.export.detector_confidence import SCENES, compose_scenes, with_confidence
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.export.quantization import MOST_LOST, to_int8
from inkdigits.training.fitting.own_labels import choose_scale, read_text
from inkdigits.training.runs.run import Run, read_finished_run
from inkdigits.training.synthesis.scenes.canvas import MarkRow, Scene

__all__ = ["export_detector", "with_probabilities"]

_BATCH = 20  # scenes that Keras and ONNX Runtime answer at a time: 100 MB of Keras
_TYPICAL = 96  # scenes that tell the ranges of the network's values, for its form in eight bits
_SURE = 0.5  # score from which a mark counts as found


def export_detector(
    run: str | os.PathLike[str], out: str | os.PathLike[str], called: BundleName, *, scenes: int = SCENES
) -> Path:
    """Convert, compare, measure, and write the folder `out/name`.

    Args:
        run: A finished run's folder, of the detector.
        out: Folder of models; an older one of that name in it is replaced.
        called: Name and version.
        scenes: How many composed scenes to compare and measure on, 20 or more.

    Returns:
        The folder.

    Raises:
        RunError: The run is not finished, or is of another network.
        DataError: The handwriting that it learned from cannot be loaded.
        ExportError: Graph and network differ by more than 1e-4; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    source = read_finished_run(run)
    config = _config(source)
    network = load_network(source.path, DETECTOR_TENSORS)
    answering = with_probabilities(network)
    graph = to_onnx(answering, {"name": called.name, "license": SHORT_LICENSE}, DETECTOR_TENSORS)
    composed = compose_scenes(config.seed, scenes)
    difference = _compare(graph, answering, np.stack([scene.picture for scene in composed]))
    graph, exact = _round(graph, composed, config)
    runtime, sets = Network(graph, DETECTOR_TENSORS), find_sets(config)
    info = replace(
        Detector().info,
        name=called.name,
        version=called.version,
        parameters=network.count_params(),
        training={"config": tell_settings(config), "environment": source.environment, "handwriting": sets},
        metrics={
            **_measure_scenes(runtime, composed),
            **exact,
            "onnx_difference": difference,
        },
    )
    if config.handwriting is not None:
        info = with_confidence(info, runtime, load_handwriting(config.handwriting, held_out=True), composed)
    return write_bundle(Path(out) / called.name, graph, info, write_card(info, config, sets))


def with_probabilities(network: keras.Model) -> keras.Model:
    """Return the network with a sigmoid on those of its answers that are probabilities; the boxes stay as they are.

    Args:
        network: Of `networks.detector.build_detector`.
    """
    pictures = keras.Input((None, None, 1), dtype="uint8", name=DETECTOR_INPUT_NAME)
    answers = network(pictures)
    probabilities = layers.Activation("sigmoid", name="probabilities")(answers[..., :PROBABILITY_CHANNELS])
    places = layers.Concatenate(name=DETECTOR_OUTPUT_NAME)([probabilities, answers[..., PROBABILITY_CHANNELS:]])
    return keras.Model(pictures, places, name=network.name)


def _config(run: Run) -> DetectorConfig:
    if not isinstance(run.config, DetectorConfig):
        msg = f"{run.path}: expected a run of {DETECTOR}, got one of {run.config.network}"
        raise RunError(msg)
    return run.config


def _compare(graph: bytes, network: keras.Model, pictures: UInt8Array) -> float:
    """Return the largest difference between graph and network; `check_parity` refuses one that is too large."""
    starts = range(0, len(pictures) - _BATCH + 1, _BATCH)
    return max(check_parity(graph, network, pictures[start : start + _BATCH], DETECTOR_TENSORS) for start in starts)


def _round(graph: bytes, scenes: list[Scene], config: DetectorConfig) -> tuple[bytes, Mapping[str, float]]:
    """Return the graph in eight bits, or as it is where that reads real numbers worse, and how well it reads them."""
    rounded = to_int8(graph, np.stack([scene.picture for scene in scenes[:_TYPICAL]]))
    exact, whole = (_measure_numbers(Network(data, DETECTOR_TENSORS), config) for data in (rounded, graph))
    if not exact:
        return rounded, {}
    whole_exact = whole["held_out_exact"]
    if exact["held_out_exact"] < whole_exact - MOST_LOST:
        return graph, whole
    return rounded, {**exact, "held_out_exact_float": whole_exact}


def _measure_scenes(network: Network, scenes: list[Scene]) -> Mapping[str, float]:
    """Return which share of composed marks is found with its label, and how many others a scene is said to have."""
    there, found, invented = 0, 0, 0
    for scene in scenes:
        marks = find_peaks(find_places(network, scene.picture), _SURE, 1.0, (0.0, 0.0))
        matched = sum(_is_found(MarkRow(*row.tolist()), marks) for row in scene.marks)
        there, found, invented = there + len(scene.marks), found + matched, invented + max(len(marks) - matched, 0)
    return {
        "scenes": len(scenes),
        "marks": there,
        "found": found / max(there, 1),
        "invented_per_scene": invented / len(scenes),
    }


def _is_found(wanted: MarkRow, marks: list[DetectedMark]) -> bool:
    """Return whether a mark of the right label has its middle in the box."""
    box = wanted.box
    return any(
        mark.label == wanted.label and box.x_min <= mark.x <= box.x_max and box.y_min <= mark.y <= box.y_max
        for mark in marks
    )


def _measure_numbers(network: Network, config: DetectorConfig) -> Mapping[str, float]:
    """Return which share of the numbers of writers that trained nothing is read exactly, where there is handwriting."""
    if config.handwriting is None:
        return {}

    def detect(gray: UInt8Array, scale: float) -> list[DetectedMark]:
        return detect_marks(lambda fitted: find_places(network, fitted), gray, scale=scale, least=LEAST_SCORE)

    numbers = load_handwriting(config.handwriting, held_out=True).numbers
    exact = sum(read_text(choose_scale(number.picture, detect)) == number.text for number in numbers)
    return {"held_out_numbers": len(numbers), "held_out_exact": exact / max(len(numbers), 1)}
