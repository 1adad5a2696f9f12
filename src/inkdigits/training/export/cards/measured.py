"""Measures a bundle and writes its card and the picture of its mistakes anew."""

import os
import tempfile
from pathlib import Path

from inkdigits.models.bundle import Bundle, read_bundle
from inkdigits.spec import MISTAKES_FILE
from inkdigits.training.benchmarking.measuring import FULL, Effort, Measured, MeasuringListener, measure
from inkdigits.training.benchmarking.report import describe_machine
from inkdigits.training.evaluation.evaluating import draw_mistakes
from inkdigits.training.evaluation.foreign_models import Stated, open_model
from inkdigits.training.export.bundle_writing import rewrite_bundle
from inkdigits.training.export.cards.model_card import write_card

__all__ = ["measure_bundle", "read_carded", "renew_card"]

_SHEET_LIMIT = 400  # mistakes shown: a network worth shipping makes fewer, so all of them are


def read_carded(model: str | os.PathLike[str]) -> Bundle:
    """Return a bundle whose card can be written, before time is spent on measuring it.

    Args:
        model: Name of a shipped bundle, or a bundle's folder.

    Raises:
        BundleError: It is missing or damaged, or does not tell how it was trained.
    """
    bundle = read_bundle(model)
    write_card(bundle.info)
    return bundle


def measure_bundle(bundle: Bundle, effort: Effort = FULL, progress: MeasuringListener | None = None) -> Measured:
    """Measure a bundle on MNIST test, as `inkdigits bench` does; nothing is written.

    Args:
        bundle: What is measured.
        effort: How much is measured.
        progress: Is told of each thousand frames.

    Returns:
        Twice the same but for the times.
    """
    return measure(open_model(bundle.path, Stated()), effort, progress)


def renew_card(bundle: Bundle, measured: Measured) -> None:
    """Rewrite a bundle's README.md, mistakes.png and SHA256SUMS; nothing else changes.

    Args:
        bundle: From `read_carded`.
        measured: From `measure_bundle`, of this bundle.

    Raises:
        BundleError: The bundle does not tell how it was trained.
        OutputError: Its folder cannot be written.
    """
    card = write_card(bundle.info, measured, machine=describe_machine())
    rewrite_bundle(bundle, card, mistakes=_draw(bundle, measured))


def _draw(bundle: Bundle, measured: Measured) -> bytes:
    """Return the contact sheet of the mistakes as a PNG; no bytes when there are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MISTAKES_FILE
        name = f"{bundle.info.name} {bundle.info.version} on MNIST test"
        return (
            path.read_bytes()
            if draw_mistakes(measured.digits, measured.probabilities, path, name=name, limit=_SHEET_LIMIT)
            else b""
        )
