"""Compares the forms of detector and line recognizer with others of their size, trained alike from the first step.

    python benchmarks/alternatives.py --handwriting ../shared/data/train --strings STRINGS.npz
        [--only NAME] [--out FOLDER]

Each network of a pair sees the same batches in the same order. It is far from its best after so few steps, but the
order of forms shows early. Measured are the numbers of held-out writers that it reads exactly, and its processor time
(of one core, in float32, by Keras) in the ratio to the form that the reader uses.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from inkdigits.models.ctc import find_strings
from inkdigits.spec import DETECTOR_CHANNELS, DETECTOR_INPUT_NAME, STRIP_INPUT_NAME, UInt8Array
from inkdigits.training.config.composed import ComposedConfig, make_composed_config
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.export.line_recognizer import cut_held_out
from inkdigits.training.fitting.composed import ComposedLearning, compile_network
from inkdigits.training.fitting.detector import detect_with
from inkdigits.training.fitting.detector_loss import detector_loss
from inkdigits.training.fitting.own_labels import choose_scale, read_text
from inkdigits.training.networks.convolutions import LayerMaker, LocalContrast
from inkdigits.training.networks.detector import WIDTHS, build_detector
from inkdigits.training.networks.line_recognizer import build_line_recognizer
from inkdigits.training.networks.tutorial import layer_seeds
from inkdigits.training.synthesis import detector_batches, line_batches
from inkdigits.training.synthesis.composing import BatchPlace

SEED = 7
DETECTOR_STEPS, LINE_STEPS = 1_200, 2_500
TIMED = 20  # runs of a network whose processor time is compared
SCENE, STRIP = (8, 96, 192, 1), (8, 32, 256, 1)  # shapes of the pictures in a timed run
DILATIONS = (1, 2, 4, 8, 4, 2, 1)
Batches = Callable[[Sequence[BatchPlace]], Iterable[tuple[UInt8Array, npt.NDArray[np.generic]]]]


@dataclass(frozen=True)
class Kind:
    """What the forms of one network share.

    Attributes:
        config: Settings; an epoch is the whole training.
        loss: As `keras.Model.compile` takes it.
        batches: Composes those of given places.
        group: Batches of one place.
        shape: Of the pictures in a timed run.
        measure: Share of the numbers of held-out writers that a network reads exactly.
        forms: Builders by name; the first is the reader's.
    """

    config: ComposedConfig
    loss: object
    batches: Batches
    group: int
    shape: tuple[int, ...]
    measure: Callable[[keras.Model], float]
    forms: dict[str, Callable[[str], keras.Model]]


def build_flat(precision: str) -> keras.Model:
    """A detector without a U: all layers but the first at a quarter of the size, looking further by dilation."""
    make = LayerMaker(iter(layer_seeds(SEED, 40)), precision)
    pictures = keras.Input((None, None, 1), dtype="uint8", name=DETECTOR_INPUT_NAME)
    x = LocalContrast(name="local_contrast", dtype="float32")(pictures)
    x = make.stack(x, "half", WIDTHS[:2], shrink=True)
    x = make.stack(x, "quarter", (WIDTHS[-1],), shrink=True)
    for number, dilation in enumerate(DILATIONS):
        y = layers.Conv2D(96, 3, 1, "same", dilation_rate=dilation, use_bias=False, dtype=precision)(x)
        y = layers.ReLU(dtype=precision)(layers.BatchNormalization(dtype=precision)(y))
        x = y if number == 0 else layers.Add(dtype=precision)([x, y])
    return _answer(pictures, x)


def build_coarse(precision: str) -> keras.Model:
    """A detector that joins its resolutions only up to an eighth of the size; each place answers for four."""
    make = LayerMaker(iter(layer_seeds(SEED, 40)), precision)
    pictures = keras.Input((None, None, 1), dtype="uint8", name=DETECTOR_INPUT_NAME)
    x = LocalContrast(name="local_contrast", dtype="float32")(pictures)
    x = make.stack(x, "half", WIDTHS[:2], shrink=True)
    x = make.stack(x, "quarter", (WIDTHS[2],) * 3, shrink=True)
    at_eighth = make.stack(x, "eighth", (WIDTHS[3],) * 4, shrink=True)
    x = make.stack(at_eighth, "sixteenth", (*(WIDTHS[4],) * 3, WIDTHS[5]), shrink=True)
    x = make.join("eighth", at_eighth, layers.UpSampling2D(2, dtype=precision)(x))
    x = make.stack(x, "joined_eighth", (96, 96))
    return _answer(pictures, layers.UpSampling2D(2, dtype=precision)(x))


def _answer(pictures: keras.KerasTensor, x: keras.KerasTensor) -> keras.Model:
    bias = np.zeros(DETECTOR_CHANNELS, dtype=np.float32)
    bias[:-5] = -4.0  # as in the reader's form: nearly all places hold nothing
    answers = layers.Conv2D(DETECTOR_CHANNELS, 1, name="answers", dtype="float32")
    model = keras.Model(pictures, answers(x))
    answers.set_weights([answers.get_weights()[0], bias])
    return model


def build_attentive(precision: str) -> keras.Model:
    """A line recognizer whose last layer along the line is an attention of four heads over all steps."""
    plain = build_line_recognizer(seed=SEED, precision=precision)
    x = plain.get_layer("logits").input
    y = layers.LayerNormalization(dtype="float32")(x)
    y = layers.MultiHeadAttention(4, 24, dtype="float32")(y, y)
    logits = layers.Dense(11, name="attentive_logits", dtype="float32")
    return keras.Model(plain.input, logits(layers.Add(dtype="float32")([x, y])))


def build_wide(precision: str) -> keras.Model:
    """A line recognizer of more filters, with shortcuts, that answers for every second column."""
    make = LayerMaker(iter(layer_seeds(SEED, 20)), precision)
    strips = keras.Input((32, None, 1), dtype="uint8", name=STRIP_INPUT_NAME)
    x = make.convolve(LocalContrast(name="local_contrast", dtype="float32")(strips), "whole", 16)
    for name, filters, count, stride in (("half", 32, 2, 2), ("quarter", 64, 3, 2), ("eighth", 112, 3, (2, 1))):
        x = make.convolve(x, f"{name}_1", filters, stride=stride)
        for number in range(2, count + 1):
            x = layers.Add(dtype=precision)([x, make.convolve(x, f"{name}_{number}", filters)])
    x = layers.Permute((2, 1, 3), dtype=precision)(layers.MaxPooling2D((2, 1), dtype=precision)(x))
    x = make.convolve_along(layers.Reshape((-1, 224), dtype=precision)(x), "along_1", 160, 3)
    for number in (2, 3, 4):
        x = layers.Add(dtype=precision)([x, make.convolve_along(x, f"along_{number}", 160, 5)])
    logits = layers.Dense(22, dtype="float32")(layers.Dropout(0.1, seed=SEED, dtype=precision)(x))
    return keras.Model(strips, layers.Reshape((-1, 11), dtype="float32")(logits))


def build_narrow(precision: str) -> keras.Model:
    """A line recognizer of half the filters."""
    return build_line_recognizer(seed=SEED, widths=(8, 16, 28, 40, 48), precision=precision)


def train(kind: Kind, form: str) -> keras.Model:
    """Train one form on the kind's batches; return it with averaged weights, in float32."""
    config = kind.config
    network, averaged = kind.forms[form](config.precision), kind.forms[form]("float32")
    tensors: Any = None  # only for weights to start with
    compile_network(network, kind.loss, config, tensors)
    learning = ComposedLearning(config, lambda _: None, network, averaged, tensors)
    places = [(SEED, number) for number in range(-(-config.steps // kind.group))]
    learning.fit(0, islice(kind.batches(places), config.steps))
    return learning.average()


def time_ratio(one: keras.Model, other: keras.Model, shape: tuple[int, ...]) -> float:
    """Return the processor time of one network in that of another, taken in turns."""
    pictures = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    spent = [0.0, 0.0]
    for turn in range(TIMED + 1):
        for place, network in enumerate((one, other)):
            start = time.process_time()
            network.predict_on_batch(pictures)
            spent[place] += (time.process_time() - start) * (turn > 0)  # the first one compiles
    return spent[0] / spent[1]


def make_kinds(handwriting: Path, strings: Path, share: float) -> dict[str, Kind]:
    """Return both kinds; `share` of the steps are trained."""
    folder, processes = str(handwriting), max(1, (os.cpu_count() or 2) // 2)
    held_out = load_handwriting(handwriting, held_out=True).numbers
    lines = cut_held_out(handwriting)

    def read_numbers(network: keras.Model) -> float:
        right = [
            read_text(choose_scale(one.picture, lambda gray, scale: detect_with(network, gray, scale))) == one.text
            for one in held_out
        ]
        return sum(right) / len(right)

    def read_lines(network: keras.Model) -> float:
        right = []
        for line in lines:
            logits = network.predict_on_batch(line.strip[np.newaxis, ..., np.newaxis])[0].astype(np.float64)
            steps = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
            right.append("".join(map(str, find_strings(steps, most=1)[0].labels)) == line.text)
        return sum(right) / len(right)

    scenes, strips = round(share * DETECTOR_STEPS) * 32, round(share * LINE_STEPS) * 32
    detector = make_composed_config(DetectorConfig, epochs=1, scenes=scenes, seed=SEED)
    recognizer = make_composed_config(LineRecognizerConfig, epochs=1, lines=strips, seed=SEED)
    recipe = detector_batches.BatchRecipe(32, Path(folder), strings)
    line_recipe = line_batches.LineRecipe(32, Path(folder), strings)

    def compose_scenes(places: Sequence[BatchPlace]) -> Iterable[tuple[UInt8Array, npt.NDArray[np.generic]]]:
        made = detector_batches.compose_batches(places, recipe, processes=processes)
        return ((x, y.astype(np.float32)) for x, y in made)

    def compose_lines(places: Sequence[BatchPlace]) -> Iterable[tuple[UInt8Array, npt.NDArray[np.generic]]]:
        return line_batches.compose_batches(places, line_recipe, processes=processes)

    own: dict[str, Callable[[str], keras.Model]] = {
        "U with centers": lambda precision: build_detector(seed=SEED, precision=precision),
        "flat, dilated": build_flat,
        "joined at an eighth": build_coarse,
    }
    along: dict[str, Callable[[str], keras.Model]] = {
        "convolutions, CTC": lambda precision: build_line_recognizer(seed=SEED, precision=precision),
        "and attention": build_attentive,
        "half the filters": build_narrow,
        "wide, an answer for 2 columns": build_wide,
    }
    return {
        "detector": Kind(detector, detector_loss, compose_scenes, 1, SCENE, read_numbers, own),
        "line recognizer": Kind(
            recognizer, keras.losses.CTC(), compose_lines, line_batches.GROUP, STRIP, read_lines, along
        ),
    }


def main(arguments: list[str] | None = None) -> None:
    """Train all forms and print the table; `--out` also keeps it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--handwriting", type=Path, required=True, help="folder of the training sets")
    parser.add_argument("--strings", type=Path, required=True, help="strings.npz of a run of the detector")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual steps, to try the script")
    parser.add_argument("--only", choices=["detector", "line recognizer"], help="this kind of network alone")
    parser.add_argument("--out", type=Path, help="folder for the table")
    chosen = parser.parse_args(arguments)
    table = [
        "| network | form | numbers | steps | held-out numbers read, % | processor time |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, kind in make_kinds(chosen.handwriting, chosen.strings, chosen.share).items():
        if chosen.only not in (None, name):
            continue
        first: keras.Model | None = None
        for form in kind.forms:
            network = train(kind, form)
            first = first or network
            ratio, exact = time_ratio(network, first, kind.shape), 100 * kind.measure(network)
            row = (
                f"| {name} | {form} | {network.count_params():,} | {kind.config.steps:,} | {exact:.1f} | {ratio:.2f} |"
            )
            table.append(row)
            print(row, flush=True)
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "alternatives.md").write_text("\n".join([*table, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
