"""Detection asks the detector alone, a page reads the same alone and among many, and a trace is complete."""

from dataclasses import fields

import numpy as np
import pytest

from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.session import Network
from inkdigits.reading.decision.thresholds import choose_policy
from inkdigits.reading.detection.page import Page
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.reading.pipeline import Pipeline
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.spec import Float32Array, UInt8Array
from support.drawing import blank, write

RECOGNIZER = Recognizer(DEFAULT_BUNDLE)
PIPELINE = Pipeline(RECOGNIZER, choose_policy(RECOGNIZER.classifier.info, RECOGNIZER.detector.info))
PICTURE = write(["2074", "15"], 60).picture


def test_the_classifier_waits_until_all_pages_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[int, ...]] = []
    run = Network.predict_proba

    def count_and_run(network: Network, pictures: UInt8Array) -> Float32Array:
        ran.append(pictures.shape)
        return run(network, pictures)

    monkeypatch.setattr(Network, "predict_proba", count_and_run)
    pages = [PIPELINE.detect(PICTURE), PIPELINE.detect(PICTURE)]
    assert [len(page.marks) for page in pages] == [6, 6]
    assert ran != []
    assert {shape[0] for shape in ran} == {1}, "pictures, one by one"
    ran.clear()
    assert [reading.text for reading in PIPELINE.read_pages(pages)] == ["2074\n15"] * 2
    *strips, frames = ran
    assert {shape[:2] for shape in strips} == {(2, 32)}, "the same line of both pages"
    assert frames == (12, 28, 28, 1)


def test_a_page_is_read_as_among_others() -> None:
    pages = [PIPELINE.detect(PICTURE), PIPELINE.detect(blank(50, 50)), PIPELINE.detect(PICTURE, single=True)]
    together = PIPELINE.read_pages(pages)
    alone = [PIPELINE.read_pages([page])[0] for page in pages]
    assert [reading.text for reading in together] == [reading.text for reading in alone]
    assert [reading.outcome for reading in together] == ["digits", "blank", together[2].outcome]
    assert PIPELINE.read_pages([]) == []


def test_a_trace_has_a_mark_and_a_frame_for_each_digit_of_its_reading() -> None:
    trace = PIPELINE.trace(PICTURE)
    assert trace.reading == PIPELINE.read_pages([PIPELINE.detect(PICTURE)])[0]
    assert len(trace.marks) == len(trace.frames) == len(trace.reading.digits) == 6
    assert [trace.page.place(mark.box) for mark in trace.marks] == [digit.box for digit in trace.reading.digits]
    assert np.array_equal(trace.gray, PICTURE)
    assert trace.page.stages != ()
    assert np.array_equal(trace.classified, RECOGNIZER.classifier.predict_proba(trace.frames))


def test_a_trace_knows_its_field() -> None:
    field = make_field(FieldOptions(length=3))
    trace = PIPELINE.trace(PICTURE, field)
    assert trace.field == field
    assert {digit.reason for digit in trace.reading.digits if digit.outcome == "unsure"} == {"field mismatch"}


def test_every_digit_that_is_not_sure_has_a_reason() -> None:
    page = PIPELINE.detect(write(["20-74"], 60).picture)
    for field, outcomes in (
        (None, {"digit", "not_a_digit"}),
        (make_field(FieldOptions(length=5)), {"unsure", "not_a_digit"}),
    ):
        (reading,) = PIPELINE.read_pages([page], field)
        assert {digit.outcome for digit in reading.digits} == outcomes
        assert all((digit.reason is None) == (digit.outcome == "digit") for digit in reading.digits)


def test_what_waits_for_the_networks_holds_no_picture() -> None:
    page = PIPELINE.detect(write(["2074"], 500, 40, margin=300).picture)
    arrays = [getattr(page, field.name) for field in fields(Page)]
    assert not any(isinstance(value, np.ndarray) for value in arrays)
    assert sum(mark.crop.size for mark in page.marks) < page.size[0] * page.size[1] / 10
    assert all(mark.crop.base is None or mark.crop.base.size <= mark.crop.size for mark in page.marks)
