"""Asks twins of a network about digits that neither they nor the calibration have seen.

5,000 digits prove one error in a thousand only where at most one of them is read wrong. A twin is a run of the same
recipe that held another part of MNIST's training digits out: what it says of them stands for what the network would
have said, had it not seen them. It learned from fewer digits, so it errs a little more, which is the safe side.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from inkdigits.errors import RunError
from inkdigits.training.calibration.error_budget import Answers
from inkdigits.training.calibration.held_out import ask, undisputed
from inkdigits.training.checks import parse_part
from inkdigits.training.config.networks import config_from_json
from inkdigits.training.data.mnist import TRAIN_COUNT, load_mnist
from inkdigits.training.data.splits import held_out_span
from inkdigits.training.evaluation.prediction import load_predictor
from inkdigits.training.runs.run import Run, read_run

__all__ = ["ask_twins"]

_MAY_DIFFER = ("split", "seed", "precision", "start")
_PATHS = ("handwriting", "strings")  # a bundle tells only their last part


def ask_twins(config: Mapping[str, object], twins: Sequence[str | os.PathLike[str]]) -> list[Answers]:
    """Return what each twin says of the digits that it held out, the plainly mislabeled ones left out.

    Args:
        config: Of the network whose twins they are, as its bundle tells it.
        twins: Folders of finished runs on MNIST with the same settings but for split, seed, precision and the run
            that each begins with. That one must have held the same digits out.

    Raises:
        RunError: One is not finished, is no twin, holds out what another one or the calibration does, or its recipe has
            a teacher or a beginning that has seen those digits.
        BundleError: The shipped detector is damaged.
    """
    runs = [read_run(twin) for twin in twins]
    wanted = asdict(config_from_json(json.dumps(dict(config)), "the bundle"))
    for run in runs:
        _check_twin(run, wanted)
    spans = [_held_out(run) for run in runs]
    _check_apart(runs, spans)
    return [_ask_twin(run, span) for run, span in zip(runs, spans, strict=True)]


def _check_twin(run: Run, wanted: Mapping[str, object]) -> None:
    if not run.is_finished:
        msg = f"{run.path}: expected a finished run; go on with `inkdigits train --resume` first"
        raise RunError(msg)
    own = asdict(run.classifier_config)
    own |= {name: Path(own[name]).name for name in _PATHS if own[name] is not None}
    different = sorted(name for name in own if name not in _MAY_DIFFER and own[name] != wanted[name])
    if different:
        told = ", ".join(f"{name} {wanted[name]!r}, got {own[name]!r}" for name in different)
        msg = f"{run.path}: expected a twin of the bundle, with {told}; train one with the bundle's settings"
        raise RunError(msg)
    if parse_part(run.classifier_config.split) is None:
        expected = "expected a run that held a part out, as `--split 1/6`"
        msg = f"{run.path}: {expected}, got the split {run.classifier_config.split}; train one"
        raise RunError(msg)
    if run.classifier_config.teacher is not None:
        msg = f"{run.path}: expected a twin without a teacher, which has seen the digits held out; train without one"
        raise RunError(msg)
    start = run.classifier_config.start
    if start is not None and read_run(start).classifier_config.split != run.classifier_config.split:
        expected = f"expected a twin that begins with a run of the split {run.classifier_config.split}"
        msg = f"{run.path}: {expected}, got {start}, which has seen the digits held out; train with another --start"
        raise RunError(msg)


def _held_out(run: Run) -> range:
    return held_out_span(run.classifier_config.split, len(load_mnist().whole), is_mnist=True)


def _check_apart(runs: Sequence[Run], spans: Sequence[range]) -> None:
    taken = [range(TRAIN_COUNT, len(load_mnist().whole))]  # what the calibration itself looks at
    for run, span in zip(runs, spans, strict=True):
        if any(span.start < other.stop and other.start < span.stop for other in taken):
            expected = "expected digits that neither validate the bundle nor are held out by another twin"
            msg = f"{run.path}: {expected}, got {span.start} to {span.stop - 1}; train it with another --split"
            raise RunError(msg)
        taken.append(span)


def _ask_twin(run: Run, span: range) -> Answers:
    digits = undisputed(load_mnist().whole.slice(span.start, span.stop), span.start)
    return ask(load_predictor(run.path), digits, digits.x, np.ones(len(digits), dtype=np.bool_))
