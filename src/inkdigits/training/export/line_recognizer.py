"""Writes the folder that the reader loads from a run of the line recognizer, measured on held-out digits."""

import os
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
from keras import layers

from inkdigits.errors import RunError
from inkdigits.models.ctc import find_strings
from inkdigits.models.metadata import LineRecognizerInfo
from inkdigits.models.session import Network
from inkdigits.spec import OUTPUT_NAME, STRIP_HEIGHT, STRIP_INPUT_NAME, STRIP_TENSORS, UInt8Array
from inkdigits.training.config.line_recognizer import LINE_RECOGNIZER, LineRecognizerConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.text import LICENSE, SHORT_LICENSE, wrap
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.fitting.line_recognizer import draw_other_marks
from inkdigits.training.runs.run import Run, read_finished_run
from inkdigits.training.synthesis.text_lines import ComposedString, compose_string

__all__ = ["export_line_recognizer"]

_LINES = 1_500  # composed of validation digits, to measure on
_OTHERS = 300
_PARITY_COUNT = 64
_PARITY_WIDTH = 128


def export_line_recognizer(
    run: str | os.PathLike[str], out: str | os.PathLike[str], called: BundleName, *, lines: int = _LINES
) -> Path:
    """Convert, compare, measure on lines of MNIST's validation digits, and write the folder `out/name`.

    Args:
        run: A finished run's folder, of the line recognizer.
        out: Folder of models; an older one of that name in it is replaced.
        called: Name and version.
        lines: How many lines to measure on, 64 or more.

    Returns:
        The folder.

    Raises:
        RunError: The run is not finished, or is of another network.
        ExportError: Graph and network differ by more than 1e-4; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    source = read_finished_run(run)
    config = _config(source)
    network = _with_probabilities(load_network(source.path, STRIP_TENSORS))
    graph = to_onnx(network, {"name": called.name, "license": SHORT_LICENSE}, STRIP_TENSORS)
    composed = _compose(config, lines)
    strips = np.zeros((_PARITY_COUNT, STRIP_HEIGHT, _PARITY_WIDTH), dtype=np.uint8)
    for row, line in zip(strips, composed, strict=False):
        width = min(_PARITY_WIDTH, line.strip.shape[1])
        row[:, :width] = line.strip[:, :width]
    difference = check_parity(graph, network, strips, STRIP_TENSORS)
    info = LineRecognizerInfo(
        name=called.name,
        version=called.version,
        parameters=network.count_params(),
        training={"config": asdict(config), "environment": source.environment},
        metrics={"validation_lines": lines, "exact": _measure(graph, composed), "onnx_difference": difference},
    )
    return write_bundle(Path(out) / called.name, graph, info, _write_card(info, config))


def _config(run: Run) -> LineRecognizerConfig:
    if not isinstance(run.config, LineRecognizerConfig):
        msg = f"{run.path}: expected a run of {LINE_RECOGNIZER}, got one of {run.config.network}"
        raise RunError(msg)
    return run.config


def _with_probabilities(network: keras.Model) -> keras.Model:
    strips = keras.Input((STRIP_HEIGHT, None, 1), dtype="uint8", name=STRIP_INPUT_NAME)
    return keras.Sequential([strips, *network.layers, layers.Softmax(name=OUTPUT_NAME)], name=network.name)


def _compose(config: LineRecognizerConfig, lines: int) -> list[ComposedString]:
    generator = np.random.default_rng([config.seed, 2**31])
    others = draw_other_marks(_OTHERS, generator)
    digits = load_mnist().validation
    return [compose_string(digits, others, generator) for _ in range(lines)]


def _measure(graph: bytes, composed: list[ComposedString]) -> float:
    """Return the share of lines whose likeliest string is the right one."""
    reader = Network(graph, STRIP_TENSORS)
    right = 0
    for line in composed:
        strip: UInt8Array = line.strip[np.newaxis, ..., np.newaxis]
        steps = np.log(np.maximum(reader.predict_proba(strip)[0].astype(np.float64), 1e-9))
        right += find_strings(steps, most=1)[0].labels == tuple(line.labels.tolist())
    return right / len(composed)


def _write_card(info: LineRecognizerInfo, config: LineRecognizerConfig) -> str:
    exact = 100 * float(str(info.metrics["exact"]))
    return f"""# {info.name} {info.version}

Reads a line of digits at once. It takes uint8 strips `(N, 32, W, 1)`, made by `inkdigits.models.strips.to_strip`, and
gives for every fourth column the probabilities of blank and of the labels 0 to 9, `(N, W/4, 11)`.
{info.parameters:,} numbers.

## Data

Lines of 0 to 10 digits that `inkdigits.training.synthesis.text_lines` composes: MNIST's first 55,000 digits and digits
drawn by code, turned, slanted, of uneven size, touching or joined, with dashes, signs, dots, letters and scrawl between
them, which read as nothing; thick, thin, faint, blurred, broken, or of low resolution.

## Recipe

`inkdigits train line_recognizer`: CTC loss, Adam, {config.epochs} epochs of {config.lines:,} new lines, batches of
{config.batch_size}, seed {config.seed}.

## Figures

Of {info.metrics["validation_lines"]:,} lines composed of MNIST's validation digits in the same way, {exact:.1f} % are
read without any mistake. What the reader makes of pictures with it is in docs/results.md of the project.

## Limits

- Digits that cover one another by more than a fifth of their height are guessed.
- Letters that look like digits are read as digits.

## License

{wrap(LICENSE)}
"""
