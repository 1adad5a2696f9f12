"""Writes somebody's own network, Keras or ONNX, as a bundle for the reader, after checking it on 1,000 digits."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx

from inkdigits.errors import BundleError, ExportError
from inkdigits.models.metadata import BundleInfo
from inkdigits.training.calibration.budgets import with_confidence
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.evaluation.evaluating import DISPUTED, evaluate
from inkdigits.training.evaluation.foreign_models import ForeignModel, Stated, open_model, open_network
from inkdigits.training.evaluation.keras_files import load_keras_file
from inkdigits.training.export.bundle_writing import BundleName, write_bundle
from inkdigits.training.export.cards.own_network import write_own_card
from inkdigits.training.export.onnx_graph import check_answers, convert
from inkdigits.training.export.onnx_wrapping import wrap_graph
from inkdigits.training.runs.run import find_model_file

__all__ = ["export_model"]

_CHECKED = 1_000  # validation digits of MNIST on which the network is asked before anything is written
# right answers among them that a network of digits has. One hidden layer after two epochs on 6,000 digits had 915;
# `fast`, given digits in a wrong form, has 130 (inverted) and 330 (transposed)
_FEWEST_RIGHT = 500


def export_model(  # noqa: PLR0913 - what can be said of a network
    model: keras.Model | str | os.PathLike[str],
    name: str,
    *,
    out: str | os.PathLike[str] = "models",
    version: str = "1.0.0",
    stated: Stated = Stated(),  # noqa: B008 - frozen
    held_out: LabeledFrames | None = None,
    allow_code: bool = False,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Write any network for 28 x 28 digits as the bundle `out/name`, for `DigitReader(model="models/mine")`.

    What it takes is found out on 500 validation digits of MNIST, unless it is stated. Then the network and its graph
    answer 1,000 of them. Confidence and error budgets are fitted on digits that did not train it.

    Args:
        model: A Keras network, or the path of a `.keras` or `.onnx` file: shape (N, 28, 28), (N, 28, 28, 1), (N, 784)
            or (N, 1, 28, 28), float32 or uint8, scaled or not, logits or probabilities out.
        name: Of the bundle.
        out: Folder of bundles; an older bundle of that name in it is replaced.
        version: Of the weights.
        stated: What is known of its form; of a `.keras` or `.onnx` file, too.
        held_out: Digits that did not train it; None takes every second one of MNIST's test digits, which train no
            network of MNIST.
        allow_code: Whether a Lambda layer of a `.keras` file may run its code.
        tell: Called with what was found, a line each.

    Returns:
        The bundle's folder.

    Raises:
        BundleError: It is of another form or damaged, reads fewer than 500 of the 1,000 digits, or takes a fixed number
            of frames.
        ExportError: The graph answers otherwise than the network, or TensorFlow cannot convert it; nothing was written.
        OutputError: The folder cannot be written, or holds something else.
    """
    say = tell or (lambda _: None)
    opened, network = _open(model, stated, allow_code=allow_code)
    say(opened.describe())
    digits = load_mnist().validation.slice(0, _CHECKED)
    expected = opened.predict_proba(digits.x)
    right = int(np.sum(expected.argmax(axis=1) == digits.y))
    say(f"{opened.name}: reads {right:,} of {_CHECKED:,} validation digits of MNIST")
    if right < _FEWEST_RIGHT:
        cure = "state its form (--layout, --scale, --invert, --logits), or train it longer"
        msg = f"{opened.name}: expected {_FEWEST_RIGHT} right or more, found {right}; {cure}"
        raise BundleError(msg)
    metadata = {"name": name, "version": version, "labels": "0,1,2,3,4,5,6,7,8,9"}
    try:
        graph = wrap_graph(_to_graph(model, network, opened), opened.form, metadata, gives_logits=opened.gives_logits)
    except BundleError as error:
        msg = f"{opened.name}: {error}"
        raise BundleError(msg) from error
    largest = check_answers(graph, expected, digits.x)
    info = _make_info(opened, BundleName(name, version), {"onnx_difference": largest, "right_of_1000": right})
    told = load_mnist().train.x
    info = with_confidence(info, opened.predict_proba, _default_held_out() if held_out is None else held_out, told)
    return write_bundle(Path(out) / name, graph, info, write_own_card(info, own_digits=held_out is not None))


def _open(
    model: keras.Model | str | os.PathLike[str], stated: Stated, *, allow_code: bool
) -> tuple[ForeignModel, keras.Model | None]:
    """Return what is known of the model, and the Keras network; None of an ONNX file."""
    if isinstance(model, keras.Model):
        return open_network(model, stated, name=model.name), model
    opened = open_model(model, stated, allow_code=allow_code)
    if opened.keras_file is not None:
        return opened, load_keras_file(find_model_file(Path(model)), allow_code=allow_code)
    if opened.curve is not None:
        msg = f"{model}: expected a .keras or .onnx file, found a bundle, which the reader takes as it is; leave it"
        raise BundleError(msg)
    return opened, None


def _to_graph(
    model: keras.Model | str | os.PathLike[str], network: keras.Model | None, opened: ForeignModel
) -> onnx.ModelProto:
    if network is None:
        return onnx.load(os.fspath(model))
    try:
        return convert(network, opened.form.frame_shape, opened.form.dtype)
    except Exception as error:  # Keras, TensorFlow and tf2onnx raise whatever they like here
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        msg = f"{opened.name}: expected layers that TensorFlow can convert to ONNX, {first_line}; use other layers"
        raise ExportError(msg) from error


def _default_held_out() -> LabeledFrames:
    """Return every second test digit of MNIST without the disputed ones: writers of both halves are among them."""
    test = load_mnist().test
    kept = np.setdiff1d(np.arange(0, len(test), 2), DISPUTED)
    return LabeledFrames(test.x[kept], test.y[kept])


def _make_info(opened: ForeignModel, called: BundleName, checked: dict[str, Any]) -> BundleInfo:
    test = load_mnist().test
    measured = evaluate(test, opened.predict_proba(test.x), is_mnist_test=True).to_json()
    kept = {key: measured[key] for key in ("raw", "corrected", "removed", "calibration_error")}
    own = {"form": str(opened.form), "gives_logits": opened.gives_logits, "file": opened.name}
    return BundleInfo(
        name=called.name,
        version=called.version,
        parameters=opened.parameters,
        training={"own_network": own},
        metrics={"test": kept, **checked},
    )
