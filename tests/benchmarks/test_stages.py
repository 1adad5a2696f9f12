"""The stages of `read` are found, each second counts once, and nothing stays changed."""

import time

import cv2
import numpy as np
import pytest

import inkdigits.reading.pipeline
from inkdigits import DigitReader
from inkdigits.models.classifier import Classifier
from stages import REST, Stopwatch, draw_pictures, find_stages, measure_memory, measure_stages, timed_stages

DRAWING = np.full((60, 40), 255, np.uint8)
DRAWING[10:50, 18:23] = 0


def work(seconds: float) -> None:
    """Take so much of the processor's time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_time_inside_another_stage_counts_for_the_outer_one() -> None:
    watch = Stopwatch()
    inner = watch.wrap("inner", lambda: work(0.02))

    def twice() -> str:
        inner()
        work(0.02)
        return "done"

    assert watch.wrap("outer", twice)() == "done"
    assert set(watch.seconds) == {"outer"}
    assert watch.seconds["outer"] >= 0.04
    inner()
    assert watch.seconds["inner"] >= 0.02
    watch.wrap("waiting", lambda: time.sleep(0.1))()
    assert watch.seconds["waiting"] < 0.05


def test_a_stage_that_fails_is_timed_and_the_next_one_too() -> None:
    watch = Stopwatch()

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        watch.wrap("failing", fail)()
    watch.wrap("next", lambda: None)()
    assert set(watch.seconds) == {"failing", "next"}


def test_stages_are_those_of_the_reader_and_are_put_back() -> None:
    names = {name for _, _, name in find_stages()}
    assert {"decoding.decode", "looks.find_marks", "ink_crops.cut_ink", "reading_order.order_marks"} <= names
    assert {"frames.to_frames", "classifier.predict_proba", "confidence.judge_digits", "outcomes.decide"} <= names
    assert not [name for name in names if name.startswith(("reader.", "results.", "numpy."))]
    before, predict = dict(vars(inkdigits.reading.pipeline)), Classifier.predict_proba
    with timed_stages(Stopwatch()):
        assert vars(inkdigits.reading.pipeline)["decode"] is not before["decode"]
        assert Classifier.predict_proba is not predict
    assert vars(inkdigits.reading.pipeline) == before
    assert Classifier.predict_proba is predict


def test_stages_add_up() -> None:
    data = cv2.imencode(".png", DRAWING)[1].tobytes()
    stages = measure_stages(DigitReader(), data, runs=3)
    assert list(stages)[-1] == REST
    order = ["decoding.decode", "looks.find_marks", "ink_crops.cut_ink", "classifier.predict_proba", "outcomes.decide"]
    assert [name for name in stages if name in order] == order
    assert stages["decoding.decode"] > 0
    assert 0 <= stages[REST] < sum(stages.values()) / 2


def test_memory_is_that_of_a_process_of_its_own() -> None:
    small, large = (cv2.imencode(".png", np.full((side, side), 255, np.uint8))[1].tobytes() for side in (40, 4000))
    loaded, peak = measure_memory(large, "fast")
    assert 20 < loaded < peak
    assert peak - loaded > 16  # megabytes: the gray picture alone
    assert measure_memory(small, "fast")[1] < peak - 16


def test_the_pictures_have_their_megapixels_and_their_numbers() -> None:
    pictures = draw_pictures()
    assert [picture.shape[0] * picture.shape[1] for picture in pictures.values()] == [1_000_000, 12_000_000]
    number = pictures["a number, 1 megapixel"]
    assert len(DigitReader().read(number).text.replace("\n", "")) == 5
