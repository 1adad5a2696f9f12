"""Fits what the detector's folder says of confidence: on its export, and anew when a network beside it has changed."""

import os
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError
from inkdigits.models.bundle import DEFAULT_BUNDLE, read_contents
from inkdigits.models.detector import Detector
from inkdigits.models.metadata import DetectorInfo, parse_detector_info
from inkdigits.models.session import Network
from inkdigits.reading.framing import Recognizer
from inkdigits.spec import DETECTOR_TENSORS, MODEL_FILE, ONNX_FILE
from inkdigits.training.calibration.answer_fitting import with_answers
from inkdigits.training.calibration.frame_scores import fit_frames
from inkdigits.training.calibration.held_out_answers import collect_answers
from inkdigits.training.calibration.held_out_marks import NO_DIGIT, collect_marks
from inkdigits.training.calibration.mark_confidence import fit_marks
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.data.handwriting import SETS, Handwriting, load_handwriting
from inkdigits.training.data.mnist import load_mnist
from inkdigits.training.export.bundle_writing import write_bundle
from inkdigits.training.export.cards.detector import write_card
from inkdigits.training.synthesis.scenes.canvas import Scene
from inkdigits.training.synthesis.scenes.composer import Composer, gather_supplies

__all__ = ["SCENES", "calibrate_detector", "compose_scenes", "with_confidence"]

SCENES = 500  # to compare and to measure on
_STREAM = 2**31  # names their random numbers beside those of the training's batches


def compose_scenes(seed: int, count: int = SCENES) -> list[Scene]:
    """Compose scenes of MNIST's validation digits and forms in code, which trained nothing."""
    composer = Composer(gather_supplies(Handwriting(), load_mnist().validation))
    return [composer.compose(np.random.default_rng([seed, _STREAM, place])) for place in range(count)]


def with_confidence(
    info: DetectorInfo, network: Network, held_out: Handwriting, scenes: list[Scene], *, copies: int | None = None
) -> DetectorInfo:
    """Return what is said of a network, with what its scores and the reader's answers mean on held-out writers.

    That stays as it is where marks, digits or lines are all right or all wrong: a network that sees so little teaches
    nothing about its scores.

    Args:
        info: What else is said.
        network: Of `spec.DETECTOR_TENSORS`.
        held_out: Of writers that trained nothing.
        scenes: From `compose_scenes`.
        copies: Spoiled copies of each number; None takes as many as usual.
    """
    marks = collect_marks(held_out, scenes, _make_recognizer(network, info))
    is_digit = marks.labels != NO_DIGIT
    if is_digit.all() or not is_digit.any():
        return info
    fitted = replace(info, **asdict(fit_marks(marks)))
    frames = load_mnist().validation.x[..., np.newaxis]
    fitted = replace(fitted, frame_weights=fit_frames(Detector.from_network(network, fitted), frames))
    some = {} if copies is None else {"copies": copies}
    answers = collect_answers(held_out, _make_recognizer(network, fitted), **some)
    for is_right in (answers.is_right, answers.is_right_line):
        if is_right.all() or not is_right.any():
            return fitted
    return with_answers(fitted, answers)


def _make_recognizer(network: Network, info: DetectorInfo) -> Recognizer:
    return Recognizer(DEFAULT_BUNDLE, detector=Detector.from_network(network, info))


def calibrate_detector(
    folder: str | os.PathLike[str], handwriting: str | os.PathLike[str], version: str
) -> tuple[Path, DetectorInfo]:
    """Fit the confidence of a detector's folder anew; its network stays as it was.

    It is to be done when the line recognizer or the default bundle beside it has changed.

    Args:
        folder: Of the detector.
        handwriting: Folder of real handwriting, as docs/data.md describes it.
        version: Of the folder from now on: other numbers are another version.

    Returns:
        The folder, and what it says now.

    Raises:
        BundleError: The folder is missing, damaged or of another format.
        DataError: The handwriting cannot be loaded, or has no numbers of writers that trained nothing.
        OutputError: The folder cannot be written.
    """
    path = Path(folder)
    contents = read_contents(path)
    info = replace(parse_detector_info(path / MODEL_FILE, contents[MODEL_FILE]), version=version)
    held_out = load_handwriting(handwriting, held_out=True)
    if not held_out.numbers:
        msg = (
            f"{handwriting}: expected numbers of writers that trained nothing, found none; docs/data.md names the sets"
        )
        raise DataError(msg)
    settings = info.training["config"]
    config = DetectorConfig(**{**(settings if isinstance(settings, dict) else {}), "handwriting": str(handwriting)})
    network = Network(contents[ONNX_FILE], DETECTOR_TENSORS)
    info = with_confidence(info, network, held_out, compose_scenes(config.seed))
    told = info.training.get("handwriting")
    sets = [name for name in SETS if isinstance(told, list) and name in told]
    return write_bundle(path, contents[ONNX_FILE], info, write_card(info, config, sets)), info
