"""A model of any form and frames go in; label probabilities come out: run, `.keras`, `.onnx` or bundle."""

import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from inkdigits.errors import RunError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.session import Network
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, Float32Array, UInt8Array
from inkdigits.training.config import FOREST
from inkdigits.training.runs.run import CONFIG_FILE, read_run

__all__ = ["find_model_file", "load_network", "load_predictor", "predict_network", "predict_with"]

_BATCH_SIZE = 1_000  # frames at a time: 2,000 and more were not faster


def predict_with(model: str | os.PathLike[str], x: UInt8Array) -> Float32Array:
    """Return the probabilities that a model on disk gives.

    Args:
        model: A run's folder, a `.keras` file, an `.onnx` file, a bundle's folder or the name of a shipped bundle.
        x: uint8, shape (n, 28, 28), 0 for paper to 255 for ink; n of 1 or more.

    Returns:
        float32, shape (n, 10), rows sum to 1.

    Raises:
        RunError: The run or the `.keras` file holds no network of ours.
        BundleError: The bundle or the `.onnx` file does.
    """
    return load_predictor(model)(x)


def load_predictor(model: str | os.PathLike[str]) -> Callable[[UInt8Array], Float32Array]:
    """Load a model once, to ask it often.

    Args:
        model: As `predict_with` takes it.

    Returns:
        A function from uint8 frames (n, 28, 28) to float32 probabilities (n, 10), as `predict_with` gives them.

    Raises:
        RunError: The run or the `.keras` file holds no network of ours.
        BundleError: The bundle or the `.onnx` file does.
    """
    path = Path(model)
    if path.suffix == ".keras" or (path / CONFIG_FILE).is_file():
        loaded = load_network(path)
        return lambda x: predict_network(loaded, x)
    network = Network(path if path.suffix == ".onnx" else read_bundle(model).onnx)
    return lambda x: network.predict_proba(x[..., np.newaxis])


def load_network(path: str | os.PathLike[str]) -> keras.Model:
    """Load the network of a run or of a `.keras` file.

    Raises:
        RunError: There is none, it cannot be read, or it does not take uint8 (N, 28, 28, 1) and give (N, 10).
    """
    file = find_model_file(Path(path))
    try:
        network = keras.saving.load_model(file, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        first_line = str(error).splitlines()[0]
        msg = f"{file}: expected a Keras model, {first_line}; `inkdigits train` writes one"
        raise RunError(msg) from error
    found = (network.input_shape, keras.backend.standardize_dtype(network.inputs[0].dtype), network.output_shape)
    expected = ((None, FRAME_SIDE, FRAME_SIDE, 1), "uint8", (None, CLASS_COUNT))
    if found != expected:
        msg = (
            f"{file}: expected input, its type and output {expected}, found {found}; put the rescaling into the network"
        )
        raise RunError(msg)
    return network


def predict_network(network: keras.Model, x: UInt8Array) -> Float32Array:
    """Return the probabilities that a Keras network gives.

    Args:
        network: Takes uint8 (N, 28, 28, 1), gives (N, 10).
        x: uint8, shape (n, 28, 28), n of 1 or more.

    Returns:
        float32, shape (n, 10).
    """
    probabilities = network.predict(x[..., np.newaxis], batch_size=_BATCH_SIZE, verbose=0)
    return np.asarray(probabilities, dtype=np.float32)


def find_model_file(path: Path) -> Path:
    """Return the `.keras` file of a run's folder; a path that is no folder is that file itself.

    Raises:
        RunError: The folder is no run, or one without a network.
    """
    if not path.is_dir():
        return path
    run = read_run(path)
    if run.config.network == FOREST:
        msg = f"{path}: a {FOREST} run keeps its config and metrics, not its trees; see metrics.json or train it again"
        raise RunError(msg)
    if not run.model_path.is_file():
        msg = f"{path}: expected {run.model_path.name}, no epoch is complete; go on with `inkdigits train --resume`"
        raise RunError(msg)
    return run.model_path
