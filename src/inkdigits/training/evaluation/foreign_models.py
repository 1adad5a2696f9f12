"""Loads models of any form and origin: bundles, runs, `.onnx` and `.keras` files, ours and other projects'.

What a file says of its input is taken from it: shape, type, frames a call. What it cannot say, scale and polarity, is
tried on 500 of MNIST's validation digits unless it is stated: the likeliest wins, and the choice is told.
"""

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import numpy.typing as npt

from inkdigits.errors import BundleError
from inkdigits.models.bundle import read_bundle
from inkdigits.models.session import Graph, Network
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, INPUT_NAME, ONNX_FILE, Float32Array, UInt8Array
from inkdigits.system.folders import is_file
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.input_forms import OUR_FORM, SCALES, InputForm, Layout, Scale, find_layout
from inkdigits.training.evaluation.keras_files import load_keras_file, refuse_other_files
from inkdigits.training.runs.run import CONFIG_FILE, find_model_file

__all__ = ["ForeignModel", "Stated", "open_model", "open_network"]

_TRIED = 500  # validation digits
_ONNX_BATCH, _KERAS_BATCH = 256, 1_000  # frames a call: larger batches were not faster
_ONNX_TYPES: dict[str, Literal["uint8", "float32"]] = {"tensor(uint8)": "uint8", "tensor(float)": "float32"}
_WEIGHT_TYPES = ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE", "INT8", "UINT8")  # as ONNX calls them

Answer = Callable[[npt.NDArray[Any]], Float32Array]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the user says of models whose files do not; None leaves it to be found.

    Attributes:
        layout: Of the input array.
        scale: Of its numbers.
        inverted: Whether paper is high and ink is low.
        gives_logits: Whether the output is logits, not probabilities.
    """

    layout: Layout | None = None
    scale: Scale | None = None
    inverted: bool | None = None
    gives_logits: bool | None = None


@dataclass(frozen=True, eq=False, slots=True)
class ForeignModel:
    """A loaded model and what is known of it.

    Attributes:
        name: Of the bundle, or of the file.
        form: What it takes.
        gives_logits: Whether its output is made probabilities by a softmax.
        tried: How many forms were tried on validation digits; 0 when nothing had to be.
        size_bytes: Of the network's file.
        parameters: Trained numbers.
        curve: Slope and offset of a bundle's confidence; None of any other model.
        answer: From an array of `form`, of at most a batch, to the model's output.
        reopen: Loads it anew with so many threads, of the same form; None of a Keras model, whose threads are set once.
        keras_file: Of a Keras model; None of any other.
    """

    name: str
    form: InputForm
    gives_logits: bool
    tried: int
    size_bytes: int
    parameters: int
    curve: tuple[float, float] | None
    answer: Answer
    reopen: "Callable[[int], ForeignModel] | None"
    keras_file: Path | None = None

    @property
    def stated(self) -> Stated:
        """What a user would state to get the same form without a trial."""
        return Stated(self.form.layout, self.form.scale, self.form.inverted, self.gives_logits)

    def describe(self) -> str:
        """Return one line: what it takes and gives, and whether that was tried."""
        tried = f"; the likeliest of {self.tried} forms on {_TRIED} validation digits" if self.tried else ""
        return f"{self.name}: takes {self.form}; gives {'logits' if self.gives_logits else 'probabilities'}{tried}"

    def predict_proba(self, frames: UInt8Array) -> Float32Array:
        """Return the probability of each label for each frame.

        Args:
            frames: uint8, shape (n, 28, 28), 0 for paper to 255 for ink, n of 1 or more.

        Returns:
            float32, shape (n, 10), rows sum to 1.
        """
        outputs = _run_batches(self.answer, self.form, frames, _KERAS_BATCH if self.reopen is None else _ONNX_BATCH)
        return _softmax(outputs) if self.gives_logits else outputs


@dataclass(frozen=True, slots=True)
class _File:
    """A model as its file describes it."""

    name: str
    input_name: str
    shape: tuple[int | None, ...]
    dtype: str
    answer: Answer
    size_bytes: int
    parameters: int
    batch_limit: int


def open_model(
    model: str | os.PathLike[str], stated: Stated, *, threads: int = 1, allow_code: bool = False
) -> ForeignModel:
    """Load a model of any form.

    Args:
        model: Name of a shipped bundle, a bundle's folder, a `.onnx` or `.keras` file, or a run's folder.
        stated: What the user says of it; of a bundle, nothing has to be said and nothing is taken from here.
        threads: Of ONNX Runtime inside one call.
        allow_code: Whether a Lambda layer of a `.keras` file may run its code.

    Raises:
        BundleError: It is missing or damaged, of another form, does not take 28 x 28 frames, or does not give 10
            classes.
        RunError: A run's folder holds no network.
    """
    path = Path(model)
    refuse_other_files(path)
    if path.suffix == ".onnx":
        return _open_onnx(path, stated, threads)
    if path.suffix == ".keras" or is_file(path / CONFIG_FILE):
        file = find_model_file(path)
        network = load_keras_file(file, allow_code=allow_code)
        opened = open_network(network, stated, name=str(file), size_bytes=_measure(file))
        return replace(opened, name=path.name, keras_file=file)
    return _open_bundle(model, threads)


def open_network(network: keras.Model, stated: Stated, *, name: str, size_bytes: int = 0) -> ForeignModel:
    """Find out what a Keras network in memory takes and gives.

    Args:
        network: Of one input.
        stated: What the user says of it.
        name: What messages call it.
        size_bytes: Of its file; 0 where it has none.

    Raises:
        BundleError: It has no input shape, several inputs, does not take 28 x 28 frames, or does not give 10 classes.
    """
    try:
        shape, dtype = network.input_shape, keras.backend.standardize_dtype(network.inputs[0].dtype)
        count = len(network.inputs)
    except (ValueError, TypeError, AttributeError) as error:
        first_line = str(error).splitlines()[0]
        msg = f"{name}: expected a Keras model with an input shape, {first_line}; begin it with keras.Input"
        raise BundleError(msg) from error
    if not isinstance(shape, tuple) or count != 1:
        msg = f"{name}: expected a model of one input, found {shape}; give it the picture as its only input"
        raise BundleError(msg)

    def answer(values: npt.NDArray[Any]) -> Float32Array:
        return _pick(name, keras.tree.flatten(network.predict_on_batch(values)))

    tensor = (network.inputs[0].name, shape, dtype)
    opened = _File(name, *tensor, answer, size_bytes, network.count_params(), _KERAS_BATCH)
    return _find_form(opened, stated)


def _open_bundle(model: str | os.PathLike[str], threads: int) -> ForeignModel:
    bundle = read_bundle(model)
    return ForeignModel(
        name=Path(model).name,
        form=OUR_FORM,
        gives_logits=False,
        tried=0,
        size_bytes=(bundle.path / ONNX_FILE).stat().st_size,
        parameters=bundle.info.parameters,
        curve=(bundle.info.confidence_slope, bundle.info.confidence_offset),
        answer=Network(bundle.onnx, threads=threads).predict_proba,
        reopen=lambda count: _open_bundle(model, count),
    )


def _open_onnx(path: Path, stated: Stated, threads: int) -> ForeignModel:
    graph = Graph(path, threads=threads)
    name, dtype = str(path), _ONNX_TYPES.get(graph.input_type, graph.input_type)
    size, parameters = _measure_onnx(path)
    tensor = (graph.input_name, graph.input_shape, dtype)
    file = _File(name, *tensor, lambda x: _pick(name, graph.run(x)), size, parameters, _ONNX_BATCH)
    found = _find_form(file, stated)

    def reopen(count: int) -> ForeignModel:
        fresh = Graph(path, threads=count)
        return replace(found, answer=lambda x: _pick(name, fresh.run(x)))

    return replace(found, name=path.name, reopen=reopen)


def _find_form(file: _File, stated: Stated) -> ForeignModel:
    """Settle what the file leaves open."""
    layout = find_layout(file.name, file.shape, stated.layout)
    if file.dtype not in {"uint8", "float32"}:
        msg = f"{file.name}: expected an input of uint8 or float32, found {file.dtype}; convert the model"
        raise BundleError(msg)
    dtype: Literal["uint8", "float32"] = "uint8" if file.dtype == "uint8" else "float32"
    whole = SCALES["0..255"]
    if dtype == "uint8" and stated.scale not in {None, whole}:
        msg = f"{file.name}: expected a float32 input for the scale {stated.scale}, found uint8; leave --scale out"
        raise BundleError(msg)
    scales = [whole] if dtype == "uint8" else list(SCALES.values()) if stated.scale is None else [stated.scale]
    is_ours = dtype == "uint8" and file.input_name == INPUT_NAME  # as `inkdigits train` and `export` write it
    polarities = [False] if is_ours else [False, True] if stated.inverted is None else [stated.inverted]
    forms = [
        InputForm(layout, dtype, scale, inverted, file.shape[0])
        for inverted, scale in itertools.product(polarities, scales)
    ]
    form, gives_logits = _choose_form(file, forms, gives_logits=stated.gives_logits)
    tried = len(forms) if len(forms) > 1 else 0
    known = (form, gives_logits, tried, file.size_bytes, file.parameters)
    return ForeignModel(file.name, *known, curve=None, answer=file.answer, reopen=None)


def _choose_form(file: _File, forms: Sequence[InputForm], *, gives_logits: bool | None) -> tuple[InputForm, bool]:
    """Return the form under which the true labels of validation digits are likeliest, and whether it gives logits."""
    digits = load_mnist().validation.slice(0, _TRIED)
    tried = []
    for form in forms:
        outputs = _run_batches(file.answer, form, digits.x, file.batch_limit)
        if not np.isfinite(outputs).all():
            continue
        is_distribution = _are_distributions(outputs)
        if gives_logits is False and not is_distribution:
            advice = "end it with a softmax, or state --logits"
            msg = f"{file.name}: expected probabilities, rows that sum to 1, found other outputs; {advice}"
            raise BundleError(msg)
        as_logits = not is_distribution if gives_logits is None else gives_logits
        tried.append((_loss(_softmax(outputs) if as_logits else outputs, digits), form, as_logits))
    if not tried:
        msg = f"{file.name}: expected numbers, its outputs for {_TRIED} digits are infinite or none; check --scale"
        raise BundleError(msg)
    _, form, as_logits = min(tried, key=lambda entry: entry[0])
    return form, as_logits


def _run_batches(answer: Answer, form: InputForm, frames: UInt8Array, limit: int) -> Float32Array:
    """Return the outputs for all frames; a fixed batch is filled up with blank frames."""
    step = form.batch or limit
    outputs = []
    for start in range(0, len(frames), step):
        part = frames[start : start + step]
        if form.batch is not None and len(part) < step:
            blank = np.zeros((step - len(part), FRAME_SIDE, FRAME_SIDE), np.uint8)
            outputs.append(answer(form.encode(np.concatenate([part, blank])))[: len(part)])
        else:
            outputs.append(answer(form.encode(part)))
    return np.concatenate(outputs)


def _pick(name: str, outputs: Sequence[object]) -> Float32Array:
    """Return the one output that could be scores of ten classes."""
    arrays = [output for output in outputs if isinstance(output, np.ndarray)]
    fitting = [array for array in arrays if array.shape[1:] == (CLASS_COUNT,) and array.dtype.kind == "f"]
    if len(fitting) != 1:
        found = [f"{array.dtype} {('N', *array.shape[1:])}" for array in arrays] or "no array"
        expected = f"expected one output of shape (N, {CLASS_COUNT}), scores of the digits 0 to 9"
        msg = f"{name}: {expected}, found {found}; give the model an output of ten classes"
        raise BundleError(msg)
    return fitting[0].astype(np.float32)


def _measure_onnx(path: Path) -> tuple[int, int]:
    """Return the size in bytes, files of weights beside it included, and how many numbers its weights hold."""
    import onnx  # noqa: PLC0415 - loaded for files of other projects only

    graph = onnx.load(path, load_external_data=False)
    types = {getattr(onnx.TensorProto, name) for name in _WEIGHT_TYPES}
    weights = [tensor for tensor in graph.graph.initializer if tensor.data_type in types]
    outside = {entry.value for tensor in weights for entry in tensor.external_data if entry.key == "location"}
    size = sum(file.stat().st_size for file in (path, *(path.parent / name for name in outside)))
    return size, sum(int(np.prod(tensor.dims, dtype=np.int64)) for tensor in weights)


def _measure(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _are_distributions(outputs: Float32Array) -> bool:
    return bool((outputs >= 0).all() and np.allclose(outputs.sum(axis=1), 1, atol=1e-3))


def _softmax(logits: Float32Array) -> Float32Array:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def _loss(probabilities: Float32Array, digits: LabeledFrames) -> float:
    shares = probabilities[np.arange(len(digits)), digits.y].astype(np.float64)
    return -float(np.log(np.maximum(shares, 1e-12)).mean())
