"""Writes the folder of a line recognizer from its run, measured on lines it has not seen."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers

import inkdigits.training.networks.line_recognizer  # noqa: F401 - a saved network is loaded by the layers of its own
from inkdigits.errors import RunError
from inkdigits.models.ctc import find_strings
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import LineRecognizerInfo
from inkdigits.models.session import Network
from inkdigits.models.strips import to_strip
from inkdigits.spec import OUTPUT_NAME, STRIP_HEIGHT, STRIP_INPUT_NAME, STRIP_TENSORS
from inkdigits.training.config.line_recognizer import LINE_RECOGNIZER, LineRecognizerConfig
from inkdigits.training.data.handwriting import Handwriting, load_handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.line_recognizer import write_card
from inkdigits.training.export.cards.text import SHORT_LICENSE
from inkdigits.training.export.composed import find_sets, tell_settings
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.export.quantization import MOST_LOST, to_int8
from inkdigits.training.fitting.own_labels import find_rows
from inkdigits.training.runs.run import Run, read_finished_run
from inkdigits.training.synthesis.line_batches import LineComposer, stack_lines
from inkdigits.training.synthesis.lines import Line
from inkdigits.training.synthesis.scenes.composer import gather_supplies

__all__ = ["cut_held_out", "export_line_recognizer", "measure_lines"]

_LINES = 500  # composed of validation digits, to compare and to measure on
_STREAM = 2**31  # names their random numbers beside those of the training's batches
_BATCH = 20  # lines that Keras and ONNX Runtime answer at a time
_LEAST = 1e-9  # keeps the logarithm finite
_TYPICAL = 96  # lines that tell the ranges of the network's values, for its form in eight bits


def export_line_recognizer(
    run: str | os.PathLike[str], out: str | os.PathLike[str], called: BundleName, *, lines: int = _LINES
) -> Path:
    """Convert, compare, measure, and write the folder `out/name`.

    Args:
        run: A finished run's folder, of the line recognizer.
        out: Folder of models; an older one of that name in it is replaced.
        called: Name and version.
        lines: How many composed lines to compare and measure on, 20 or more.

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
    network = load_network(source.path, STRIP_TENSORS)
    answering = _with_probabilities(network)
    graph = to_onnx(answering, {"name": called.name, "license": SHORT_LICENSE}, STRIP_TENSORS)
    composed = _compose(config, lines)
    difference = _compare(graph, answering, composed)
    held_out = [] if config.handwriting is None else cut_held_out(config.handwriting)
    graph, exact = _round(graph, composed, held_out)
    sets = find_sets(config)
    info = LineRecognizerInfo(
        name=called.name,
        version=called.version,
        parameters=network.count_params(),
        training={"config": tell_settings(config), "environment": source.environment, "handwriting": sets},
        metrics={
            "lines": lines,
            "exact": measure_lines(Network(graph, STRIP_TENSORS), composed),
            **exact,
            "onnx_difference": difference,
        },
    )
    return write_bundle(Path(out) / called.name, graph, info, write_card(info, config, sets))


def _config(run: Run) -> LineRecognizerConfig:
    if not isinstance(run.config, LineRecognizerConfig):
        msg = f"{run.path}: expected a run of {LINE_RECOGNIZER}, got one of {run.config.network}"
        raise RunError(msg)
    return run.config


def _with_probabilities(network: keras.Model) -> keras.Model:
    strips = keras.Input((STRIP_HEIGHT, None, 1), dtype="uint8", name=STRIP_INPUT_NAME)
    return keras.Model(strips, layers.Softmax(name=OUTPUT_NAME)(network(strips)), name=network.name)


def _compose(config: LineRecognizerConfig, count: int) -> list[Line]:
    """Compose lines of MNIST's validation digits and forms in code, which trained nothing; narrow ones first."""
    composer = LineComposer(gather_supplies(Handwriting(), load_mnist().validation))
    lines = [composer.compose(np.random.default_rng([config.seed, _STREAM, place])) for place in range(count)]
    return sorted(lines, key=lambda line: line.strip.shape[1])


def _compare(graph: bytes, network: keras.Model, lines: list[Line]) -> float:
    """Return the largest difference between graph and network; `check_parity` refuses one that is too large."""
    starts = range(0, len(lines) - _BATCH + 1, _BATCH)
    stacks = (stack_lines(lines[start : start + _BATCH])[0][..., 0] for start in starts)
    return max(check_parity(graph, network, stack, STRIP_TENSORS) for stack in stacks)


def measure_lines(network: Network, lines: Iterable[Line]) -> float:
    """Return the share of lines whose likeliest string is their text, 0 to 1; 0 of no lines.

    Args:
        network: Of `spec.STRIP_TENSORS`, with probabilities.
        lines: Strips and what they say.
    """
    right = []
    for line in lines:
        steps = network.predict_proba(line.strip[np.newaxis, ..., np.newaxis])[0].astype(np.float64)
        labels = find_strings(np.log(np.maximum(steps, _LEAST)), most=1)[0].labels
        right.append("".join(map(str, labels)) == line.text)
    return sum(right) / max(len(right), 1)


def cut_held_out(folder: str | os.PathLike[str]) -> list[Line]:
    """Return the numbers of writers that trained nothing, over the whole width of their crops.

    Args:
        folder: Of real handwriting.

    Raises:
        DataError: It cannot be loaded.
    """
    detector = Detector()
    numbers = load_handwriting(folder, held_out=True).numbers
    boxes = [find_rows(number.picture, lambda gray, scale: detector.detect(gray, scale=scale)) for number in numbers]
    return [
        Line(to_strip(number.picture, box).picture, number.text) for number, box in zip(numbers, boxes, strict=True)
    ]


def _round(graph: bytes, composed: list[Line], held_out: list[Line]) -> tuple[bytes, Mapping[str, float]]:
    """Return the graph in eight bits, or as it is where that reads real numbers worse, and how well it reads them."""
    middle = len(composed) // 2  # lines of a usual width, which are padded to that of the widest
    typical = composed[max(middle - _TYPICAL // 2, 0) : middle + _TYPICAL // 2]
    rounded = to_int8(graph, stack_lines(typical)[0][..., 0])
    if not held_out:
        return rounded, {}
    exact, whole = (measure_lines(Network(data, STRIP_TENSORS), held_out) for data in (rounded, graph))
    counted = {"held_out_numbers": float(len(held_out))}
    if exact < whole - MOST_LOST:
        return graph, {**counted, "held_out_exact": whole}
    return rounded, {**counted, "held_out_exact": exact, "held_out_exact_float": whole}
