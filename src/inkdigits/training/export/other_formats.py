"""Writes a run as a LiteRT or OpenVINO file, after comparing it with Keras.

These are files for other runtimes, not bundles: `inkdigits read` takes ONNX alone.
"""

import importlib
import importlib.util
import os
import shutil
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Literal

import keras
import numpy as np

from inkdigits.errors import ExportError, MissingExtraError
from inkdigits.spec import FRAME_SIDE, Float32Array, UInt8Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import make_folder
from inkdigits.training.evaluation.prediction import load_network, predict_network
from inkdigits.training.export.onnx_graph import MAX_DIFFERENCE

__all__ = ["OtherFormat", "check_agreement", "export_other"]

OtherFormat = Literal["litert", "openvino"]

_SUFFIXES: dict[OtherFormat, str] = {"litert": ".tflite", "openvino": ".xml"}
_PACKAGES: dict[OtherFormat, str] = {"litert": "tensorflow", "openvino": "openvino"}


def export_other(run: str | os.PathLike[str], target: str | os.PathLike[str], kind: OtherFormat, x: UInt8Array) -> Path:
    """Convert a run's network and compare the two.

    Args:
        run: A run's folder, not of a `random_forest`.
        target: Path to write, without a suffix: `.tflite`, or `.xml` and `.bin`, is added.
        kind: "litert" or "openvino".
        x: uint8, shape (n, 28, 28), n of 1 or more: digits to compare on.

    Returns:
        The file; for OpenVINO the `.xml`, its weights lie beside it.

    Raises:
        MissingExtraError: The converter is not installed.
        RunError: The run holds no network.
        ExportError: The two differ by more than 1e-4; nothing was written.
        OutputError: The file cannot be written.
    """
    if importlib.util.find_spec(_PACKAGES[kind]) is None:
        package = _PACKAGES[kind]
        msg = f"--format {kind} needs the package {package}, not installed here; run: pip install {package}"
        raise MissingExtraError(msg)
    network = load_network(run)
    network(np.zeros((1, FRAME_SIDE, FRAME_SIDE, 1), dtype=np.uint8))  # Keras exports no network that was never called
    path = Path(f"{os.fspath(target)}{_SUFFIXES[kind]}")
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / path.name
        network.export(str(fresh), format=kind, verbose=False)
        check_agreement(fresh, kind, network, x)
        _move(fresh, path)
    return path


def check_agreement(file: Path, kind: OtherFormat, network: keras.Model, x: UInt8Array) -> float:
    """Run a converted file beside its network.

    Args:
        file: As Keras wrote it.
        kind: "litert" or "openvino".
        network: What it was made from.
        x: uint8, shape (n, 28, 28), n of 1 or more.

    Returns:
        The largest difference of a probability.

    Raises:
        ExportError: It is over 1e-4, or a value is no number.
    """
    answer = (_run_litert if kind == "litert" else _run_openvino)(file, x[..., np.newaxis])
    difference = float(np.abs(answer - predict_network(network, x)).max())
    if not difference <= MAX_DIFFERENCE:  # also when it is no number
        found = f"expected {kind} and Keras to agree within {MAX_DIFFERENCE} on {len(x)} digits, found {difference:.2g}"
        msg = f"{found}; nothing was written, please report this with the run's environment.json"
        raise ExportError(msg)
    return difference


def _run_litert(file: Path, frames: UInt8Array) -> Float32Array:
    import tensorflow as tf  # noqa: PLC0415 - the one place that needs more than Keras

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the interpreter announces its move to a package of its own
        interpreter = tf.lite.Interpreter(model_path=str(file))
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], frames.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], frames)
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]), dtype=np.float32)


def _run_openvino(file: Path, frames: UInt8Array) -> Float32Array:
    openvino = importlib.import_module("openvino")  # optional: no import statement, so that nothing expects its types
    # on processors with bfloat16 OpenVINO would compute in it and differ by 0.005
    compiled = openvino.Core().compile_model(str(file), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return np.asarray(compiled(frames)[0], dtype=np.float32)


def _move(fresh: Path, path: Path) -> None:
    """Copy the converted file, and the weights beside it if there are any, to where they were asked for."""
    make_folder(path.parent)
    for suffix in (".bin", path.suffix):
        source = fresh.with_suffix(suffix)
        if source.is_file():
            write_in_place(path.with_suffix(suffix), partial(shutil.copyfile, source))
