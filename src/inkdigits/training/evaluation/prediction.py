"""Asks a model for label probabilities, in whatever form it is kept: run, `.keras`, `.onnx` or bundle."""

import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from inkdigits.errors import RunError
from inkdigits.spec import FRAME_TENSORS, Float32Array, Tensors, UInt8Array
from inkdigits.training.evaluation.foreign_models import Stated, open_model
from inkdigits.training.runs.run import find_model_file

__all__ = ["load_network", "load_predictor", "predict_network", "predict_with"]

_BATCH_SIZE = 1_000  # frames at a time: 2,000 and more were not faster


def predict_with(model: str | os.PathLike[str], x: UInt8Array) -> Float32Array:
    """Return the probabilities that a model on disk gives.

    Args:
        model: A run's folder, a `.keras` or `.onnx` file of any origin, a bundle's folder or a shipped bundle's name.
        x: uint8, shape (n, 28, 28), 0 for paper to 255 for ink; n of 1 or more.

    Returns:
        float32, shape (n, 10), rows sum to 1.

    Raises:
        RunError: The run's folder holds no network.
        BundleError: The bundle or the file is missing or damaged, or is no network for 28 x 28 digits.
    """
    return load_predictor(model)(x)


def load_predictor(model: str | os.PathLike[str]) -> Callable[[UInt8Array], Float32Array]:
    """Load a model once, to ask it often.

    Args:
        model: As `predict_with` takes it.

    Returns:
        A function from uint8 frames (n, 28, 28) to float32 probabilities (n, 10), as `predict_with` gives them.

    Raises:
        RunError: The run's folder holds no network.
        BundleError: The bundle or the file is missing or damaged, or is no network for 28 x 28 digits.
    """
    return open_model(model, Stated()).predict_proba


def load_network(path: str | os.PathLike[str], tensors: Tensors = FRAME_TENSORS) -> keras.Model:
    """Load the network of a run or of a `.keras` file.

    Args:
        path: Of the run's folder or the file.
        tensors: What the network is expected to take, as uint8, and to give.

    Raises:
        RunError: There is none, it cannot be read, or it takes or gives something else.
    """
    file = find_model_file(Path(path))
    try:
        network = keras.saving.load_model(file, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        first_line = str(error).splitlines()[0]
        msg = f"{file}: expected a Keras model, {first_line}; `inkdigits train` writes one"
        raise RunError(msg) from error
    found = (network.input_shape, keras.backend.standardize_dtype(network.inputs[0].dtype), network.output_shape)
    expected = ((None, *tensors.input_shape), "uint8", (None, *tensors.output_shape))
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
