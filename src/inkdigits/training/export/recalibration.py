"""Fits the confidence and budgets of a bundle anew; its network stays as it was."""

import os
from collections.abc import Mapping, Sequence

import numpy as np

from inkdigits.errors import BundleError
from inkdigits.models.bundle import CARD_FILE, Bundle, read_bundle
from inkdigits.models.session import Network
from inkdigits.spec import Float32Array, UInt8Array
from inkdigits.training.calibration.budgets import with_confidence
from inkdigits.training.calibration.cross_validation import ask_twins
from inkdigits.training.calibration.held_out import undisputed
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.bundle_writing import rewrite_bundle
from inkdigits.training.export.cards.confidence import count_twins, replace_section

__all__ = ["calibrate_bundle"]


def calibrate_bundle(model: str | os.PathLike[str], *, twins: Sequence[str | os.PathLike[str]] = ()) -> Bundle:
    """Fit the confidence and the budgets of a bundle on MNIST's validation digits and write them into its folder.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        twins: Runs of the same recipe that held other digits out (see `cross_validation`), whose answers to them
            are counted, too.

    Returns:
        The bundle as it is now; its network is as it was.

    Raises:
        BundleError: The bundle is missing or damaged, its network saw those digits in training, or it was calibrated
            with twins and none are given.
        RunError: A twin is none.
        OutputError: The folder cannot be written.
    """
    bundle = read_bundle(model)
    config = bundle.info.training.get("config")
    if not isinstance(config, Mapping) or config.get("data") is not None or config.get("split") != "train":
        expected = "expected a network trained on MNIST's training digits but the last 5,000 (`--split train`)"
        msg = f"{bundle.path}: {expected}, the digits that calibrate it; export its run again instead"
        raise BundleError(msg)
    if not twins and count_twins(bundle.info):
        expected = f"expected the {count_twins(bundle.info)} twins that its budgets were proved with"
        cure = "train them with --split 1/6 and 2/6, and name their runs with --twin"
        msg = f"{bundle.path}: {expected}, got none; {cure}"
        raise BundleError(msg)
    network, mnist = Network(bundle.onnx), load_mnist()

    def predict(x: UInt8Array) -> Float32Array:
        return network.predict_proba(x[..., np.newaxis])

    answers = ask_twins(config, twins) if twins else []
    info = with_confidence(bundle.info, predict, undisputed(mnist.validation), mnist.train.x, twins=answers)
    card = replace_section((bundle.path / CARD_FILE).read_text(encoding="utf-8"), info)
    rewrite_bundle(bundle, card, info=info)
    return Bundle(bundle.path, info, bundle.onnx)
