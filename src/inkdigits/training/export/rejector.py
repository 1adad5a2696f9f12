"""Writes the folder that the reader loads from a run of the rejector: graph, thresholds, card.

The thresholds are chosen on MNIST's validation digits alone.
"""

import os
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from inkdigits.errors import RunError
from inkdigits.models.metadata import RejectorInfo
from inkdigits.spec import REJECTOR_TENSORS, Float32Array, UInt8Array
from inkdigits.training.config.rejector import REJECTOR, RejectorConfig
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.evaluation.prediction import load_network
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.text import LICENSE, SHORT_LICENSE, wrap
from inkdigits.training.export.onnx_graph import check_parity, to_onnx
from inkdigits.training.runs.run import Run, read_finished_run

__all__ = ["export_rejector", "find_rejection"]

_PARITY_COUNT = 1_000


def find_rejection(shares: Float32Array, rejected: float) -> float:
    """Return the highest threshold under which at most a given share of digits lies.

    Args:
        shares: float32, shape (n,), the digit shares of real digits, 0 to 1; n of 1 or more.
        rejected: Share of them that may be rejected, 0 to 1.

    Returns:
        The threshold, 0 to 1; 1 where all may be rejected.

    >>> find_rejection(np.array([0.1, 0.6, 0.8, 0.9], np.float32), 0.25)
    0.6
    """
    place = int(rejected * len(shares))
    return round(float(np.sort(shares)[place]), 6) if place < len(shares) else 1.0


def export_rejector(run: str | os.PathLike[str], out: str | os.PathLike[str], called: BundleName) -> Path:
    """Choose the thresholds on MNIST's validation digits, convert, compare, and write the folder `out/name`.

    Args:
        run: A finished run's folder, of the rejector.
        out: Folder of models; an older one of that name in it is replaced.
        called: Name and version.

    Returns:
        The folder.

    Raises:
        RunError: The run is not finished, or is of another network.
        ExportError: Graph and network differ by more than 1e-4 on 1,000 validation digits; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    source = read_finished_run(run)
    config = _config(source)
    network = load_network(source.path, REJECTOR_TENSORS)
    mnist = load_mnist()
    graph = to_onnx(network, {"name": called.name, "license": SHORT_LICENSE}, REJECTOR_TENSORS)
    difference = check_parity(graph, network, mnist.validation.x[:_PARITY_COUNT], REJECTOR_TENSORS)
    shares = _predict(network, mnist.validation.x)
    doubt = find_rejection(shares, config.doubted)
    accepted = float((_predict(network, mnist.test.x) >= doubt).mean())
    info = RejectorInfo(
        name=called.name,
        version=called.version,
        parameters=network.count_params(),
        reject_below=find_rejection(shares, config.rejected),
        doubt_below=doubt,
        reject_below_in_clutter=find_rejection(shares, config.rejected_in_clutter),
        training={"config": asdict(config), "environment": source.environment},
        metrics={"mnist_test_accepted": accepted, "onnx_difference": difference},
    )
    return write_bundle(Path(out) / called.name, graph, info, _write_card(info, config, accepted))


def _config(run: Run) -> RejectorConfig:
    if not isinstance(run.config, RejectorConfig):
        msg = f"{run.path}: expected a run of {REJECTOR}, got one of {run.config.network}"
        raise RunError(msg)
    return run.config


def _predict(network: keras.Model, x: UInt8Array) -> Float32Array:
    return np.asarray(network.predict(x[..., np.newaxis], batch_size=1_000, verbose=0)[:, 0], dtype=np.float32)


def _write_card(info: RejectorInfo, config: RejectorConfig, accepted: float) -> str:
    return f"""# {info.name} {info.version}

Tells digits from non-digits. It takes uint8 frames `(N, 28, 28, 1)`, framed as MNIST frames them, and gives the
probability that each is a digit, whichever, `(N, 1)`. {info.parameters:,} numbers.

## Data

Digits: MNIST's first 55,000, some of them in two coarse levels, and {3 * (config.frames // 5) // 2:,} drawn by code
(`inkdigits.training.synthesis.digit_strokes`). No digits, all drawn by code: {config.frames:,} letters and signs
(`letter_strokes`), scribbles, clothes and other filled shapes (`silhouettes`), textures and blots (`non_digits`); and
MNIST's digits turned or mirrored into what is none. Left out are letters that a person reads as a digit when they stand
alone: O Q I l Z S G b B g q.

## Recipe

`inkdigits train rejector`: Adam, {config.epochs} epochs of batches of {config.batch_size}, seed {config.seed}, frames
moved and roughened as the reading networks' are. The network learns to name the digit or the kind of what is none;
shipped is the sum over the ten digits.

## Figures

Under a share of {info.reject_below:g} a mark is not a digit, chosen so that at most {100 * config.rejected:g} % of
MNIST's 5,000 validation digits are left out; under {info.doubt_below:g} it is unsure ({100 * config.doubted:g} %). In a
picture most of whose marks are doubtful, it is not a digit under {info.reject_below_in_clutter:g}
({100 * config.rejected_in_clutter:g} %). Of MNIST's 10,000 test digits {100 * accepted:.2f} % are beyond doubt.
What else `benchmarks/rejection.py` measures is in docs/results.md of the project.

## Limits

- A letter that looks like a digit is taken for one: O, l, S and their like always, a hasty U, T or y now and then.
- A digit in a form that neither MNIST nor our drawings have may be rejected.

## License

{wrap(LICENSE)}
"""
