"""Explanations: the reading is `read`'s, the stages are there to see, and a spoiled digit's fault is named."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from inkdigits import DigitReader
from inkdigits.reading.detection.page import Candidate, Mark
from inkdigits.reading.output.explanation import explain_trace
from inkdigits.reading.output.faults import find_faults
from inkdigits.reading.trace import Trace
from inkdigits.results import Box
from inkdigits.spec import UInt8Array
from support.drawing import blank, write

LAST = ["strips", "boxes and lines", "frames", "labels"]


def spoil(picture: UInt8Array, *, size: int = 1, shade: float = 1.0) -> UInt8Array:
    """Return a picture made smaller by `size` and paler."""
    small = cv2.resize(picture, None, fx=1 / size, fy=1 / size, interpolation=cv2.INTER_AREA)
    return np.asarray(255 - shade * (255 - small.astype(np.float64)), dtype=np.uint8)


def test_the_stages_are_those_of_the_reading(reader: DigitReader) -> None:
    page = write(["2074", "15"], 60)
    explanation = reader.explain(page.picture)
    assert explanation.reading == reader.read(page.picture)
    names = [stage.name for stage in explanation.stages]
    assert (names[0], names[-4:]) == ("input", LAST)
    assert {name.rsplit(" ", 1)[0] for name in names[1:-4]} == {"heat at scale"}
    assert explanation.faults == ()
    for stage in explanation.stages:
        assert stage.picture.dtype == np.uint8
        assert stage.picture.shape[2] == 3
        assert stage.picture.std() > 1


def test_a_blank_picture_has_no_frames_but_a_reason(reader: DigitReader) -> None:
    explanation = reader.explain(np.full((200, 300), 230, np.uint8))
    assert explanation.reading.outcome == "blank"
    assert {"frames", "labels"}.isdisjoint(stage.name for stage in explanation.stages)
    assert "no digit stands out from the paper" in explanation.faults[0]


def test_a_picture_of_something_else_says_so(reader: DigitReader) -> None:
    trace = reader.trace(write(["3"], 60).picture)
    (digit,) = trace.reading.digits
    other = replace(trace.reading, digits=(replace(digit, outcome="not_a_digit", reason="unlike a digit"),))
    assert "looks like no digit" in find_faults(replace(trace, reading=other))[0]


def test_a_large_picture_is_shown_smaller(reader: DigitReader) -> None:
    picture = blank(3000, 2000)
    cv2.putText(picture, "1", (900, 1500), cv2.FONT_HERSHEY_SIMPLEX, 12, (0,), 30)
    assert all(max(stage.picture.shape) <= 1300 for stage in reader.explain(picture).stages)


def test_what_was_dropped_is_told_and_drawn(reader: DigitReader) -> None:
    trace = reader.trace(write(["3529"], 60, margin=60).picture)
    speck = replace(trace.marks[0], box=Box(10, 10, 30, 40), line=-1, reason="faint")
    with_one = explain_trace(replace(trace, page=replace(trace.page, dropped=(speck,))))
    assert [(mark.box, mark.reason) for mark in with_one.dropped] == [(Box(10, 10, 30, 40), "faint")]
    plain = {stage.name: stage.picture for stage in explain_trace(trace).stages}
    drawn = {stage.name: stage.picture for stage in with_one.stages}
    assert not np.array_equal(plain["boxes and lines"], drawn["boxes and lines"])


def doubt(trace: Trace, mark: Mark | None = None) -> Trace:
    """Return the trace as if its first digit were in doubt."""
    first, *others = trace.reading.digits
    doubtful = replace(trace.reading, digits=(replace(first, outcome="unsure", confidence=0.5), *others))
    return replace(trace, reading=doubtful, marks=(mark or trace.marks[0], *trace.marks[1:]))


def faults_of(reader: DigitReader, picture: UInt8Array) -> str:
    """Return the faults that are suspected when the first digit of a picture is in doubt."""
    return "\n".join(find_faults(doubt(reader.trace(picture))))


@pytest.fixture(scope="module")
def plain(reader: DigitReader) -> Trace:
    """Return a trace in which nothing is wrong."""
    return reader.trace(write(["3529"], 60).picture)


def test_no_doubt_no_fault(plain: Trace) -> None:
    assert find_faults(plain) == ()


def test_a_form_between_two_labels_is_told(plain: Trace) -> None:
    assert "mark 1, read as 3 with 50 %: its form is between 3 and" in find_faults(doubt(plain))[0]


def test_a_digit_that_looks_like_none_is_told(plain: Trace) -> None:
    first, *others = plain.reading.digits
    unlike = replace(first, outcome="unsure", reason="unlike a digit", digit_probability=0.4)
    (fault,) = find_faults(replace(plain, reading=replace(plain.reading, digits=(unlike, *others))))
    assert fault.startswith("mark 1, read as 3, a digit with 40 %: it looks like other ink")


def test_two_networks_that_disagree_are_told(plain: Trace) -> None:
    nine = replace(plain.marks[0], labels=np.eye(10)[9])
    assert find_faults(doubt(plain, nine))[0].endswith("one network reads 9, the other 3")


@pytest.mark.parametrize(("scale", "copy"), [(0.25, "smaller"), (8.0, "larger")])
def test_two_copies_that_disagree_are_told(plain: Trace, scale: float, copy: str) -> None:
    eight = Candidate(plain.marks[0].box, "8", 0.7, scale)
    elsewhere = Candidate(plain.marks[2].box, "6", 0.9, scale)
    hardly = Candidate(plain.marks[0].box, "5", 0.3, scale)
    page = replace(plain.page, candidates=(elsewhere, hardly, eight))
    (fault,) = find_faults(doubt(replace(plain, page=page)))
    assert fault.endswith(f"in a {copy} copy of the picture it looks like 8")


def test_a_mark_that_touches_its_neighbor_is_told(plain: Trace) -> None:
    first, second = plain.marks[:2]
    wide = replace(first, box=replace(first.box, x_max=second.box.x_min + second.box.width // 3))
    assert "touches the mark beside it" in find_faults(doubt(plain, wide))[0]


@pytest.mark.parametrize("box", [Box(0, 20, 30, 60), Box(40, 1, 70, 60)])
def test_a_cut_off_digit_is_named(plain: Trace, box: Box) -> None:
    first, *others = plain.reading.digits
    at_border = replace(first, box=box, outcome="unsure")
    trace = replace(plain, reading=replace(plain.reading, digits=(at_border, *others)))
    assert "cut off by the border" in find_faults(trace)[0]


def test_a_frame_is_not_cut_off_by_its_border(reader: DigitReader) -> None:
    frame = np.zeros((28, 28), dtype=np.uint8)
    frame[0:28, 13:16] = 255
    assert "cut off" not in faults_of(reader, frame)


def test_a_tiny_digit_is_named(reader: DigitReader) -> None:
    assert "too small, seen " in faults_of(reader, spoil(write(["3529"], 60).picture, size=8))


def test_a_digit_seen_in_a_small_copy_only_is_named(plain: Trace) -> None:
    small = replace(plain.marks[0], scale=0.125)
    assert "too small, seen " in find_faults(doubt(plain, small))[0]


def test_faint_ink_is_named(reader: DigitReader) -> None:
    assert "faint ink" in faults_of(reader, spoil(write(["3529"], 60).picture, shade=0.13))


def test_a_tilted_line_is_named(reader: DigitReader) -> None:
    picture = write(["35294"], 60).picture
    side = 2 * picture.shape[1]
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), -18, 1.0)
    turn[:, 2] += (side - picture.shape[1]) / 2, (side - picture.shape[0]) / 2
    turned = cv2.warpAffine(picture, turn, (side, side), borderValue=(255,))
    for gray in (turned, 255 - turned):
        assert "the line is tilted by 1" in faults_of(reader, np.asarray(gray, dtype=np.uint8))


def test_a_length_that_does_not_fit_is_told_first(reader: DigitReader) -> None:
    picture = write(["20741"], 60).picture
    faults = reader.explain(picture, length=4).faults
    assert faults[0].startswith("expected 4 digits and saw 5 marks, so none is sure")
    assert reader.explain(picture, length=5).faults == ()
