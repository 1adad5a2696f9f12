"""Explanations: the reading is `read`'s, the stages are there to see, and a spoiled digit's fault is named."""

from dataclasses import replace

import cv2
import numpy as np

from inkdigits import DigitReader
from inkdigits.reading.output.faults import find_faults
from inkdigits.spec import UInt8Array
from support.drawing import blank, write

STAGES = ["input", "evened light", "removed lines", "ink", "boxes and lines", "frames", "labels"]


def spoil(picture: UInt8Array, *, size: int = 1, shade: float = 1.0) -> UInt8Array:
    """Return a picture made smaller by `size` and paler."""
    small = cv2.resize(picture, None, fx=1 / size, fy=1 / size, interpolation=cv2.INTER_AREA)
    return np.asarray(255 - shade * (255 - small.astype(np.float64)), dtype=np.uint8)


def test_the_stages_are_those_of_the_reading(reader: DigitReader) -> None:
    page = write(["2074", "15"], 60)
    explanation = reader.explain(page.picture)
    assert explanation.reading == reader.read(page.picture)
    assert [stage.name for stage in explanation.stages] == STAGES
    assert explanation.faults == ()
    for stage in explanation.stages:
        assert stage.picture.dtype == np.uint8
        assert stage.picture.shape[2] == 3
        assert stage.picture.std() > 1 or stage.name == "removed lines"


def test_removed_lines_are_shown_red(reader: DigitReader) -> None:
    picture = write(["2074"], 60).picture.copy()
    picture[:6] = 90
    picture[-6:] = 90
    shown = {stage.name: stage.picture for stage in reader.explain(picture).stages}
    red = (shown["removed lines"][..., 2].astype(int) - shown["removed lines"][..., 0]) > 100
    assert red[:6].mean() > 0.5
    assert not red[20:-20].any()


def test_a_blank_picture_has_no_frames_but_a_reason(reader: DigitReader) -> None:
    explanation = reader.explain(np.full((200, 300), 230, np.uint8))
    assert explanation.reading.outcome == "blank"
    assert {"frames", "labels"}.isdisjoint(stage.name for stage in explanation.stages)
    assert "nothing stands out from the paper" in explanation.faults[0]


def test_a_large_picture_is_shown_smaller(reader: DigitReader) -> None:
    picture = blank(3000, 2000)
    cv2.putText(picture, "1", (900, 1500), cv2.FONT_HERSHEY_SIMPLEX, 12, 0, 30)
    assert all(max(stage.picture.shape) <= 1300 for stage in reader.explain(picture).stages)


def faults_of(reader: DigitReader, picture: UInt8Array) -> str:
    """Return the faults that are suspected when the first digit of a picture is in doubt."""
    trace = reader.trace(picture)
    first, *others = trace.reading.digits
    doubtful = replace(trace.reading, digits=(replace(first, outcome="unsure", confidence=0.5), *others))
    return "\n".join(find_faults(replace(trace, reading=doubtful)))


def test_no_doubt_no_fault(reader: DigitReader) -> None:
    assert find_faults(reader.trace(write(["3529"], 60).picture)) == ()


def test_a_form_between_two_labels_is_told(reader: DigitReader) -> None:
    assert "mark 1, read as 3 with 50 %: its form is between 3 and" in faults_of(reader, write(["3529"], 60).picture)


def test_a_digit_that_looks_like_none_is_told(reader: DigitReader) -> None:
    trace = reader.trace(write(["3529"], 60).picture)
    first, *others = trace.reading.digits
    doubtful = replace(trace.reading, digits=(replace(first, outcome="unsure", reason="unlike a digit"), *others))
    assert "it looks little like a digit" in find_faults(replace(trace, reading=doubtful))[0]


def test_a_cut_off_digit_is_named(reader: DigitReader) -> None:
    picture = write(["8"], 120).picture
    rows = np.flatnonzero((picture < 128).any(axis=1))
    assert "cut off by the border" in faults_of(reader, picture[: rows[0] + (rows[-1] - rows[0]) * 11 // 20])


def test_a_tiny_digit_is_named(reader: DigitReader) -> None:
    assert "too small, " in faults_of(reader, spoil(write(["3529"], 60).picture, size=7))


def test_faint_ink_is_named(reader: DigitReader) -> None:
    assert "faint ink" in faults_of(reader, spoil(write(["3529"], 60).picture, shade=0.13))


def test_a_thin_stroke_is_named(reader: DigitReader) -> None:
    assert "stroke too thin for its size" in faults_of(reader, write(["3529"], 200, 3).picture)


def test_glare_is_named(reader: DigitReader) -> None:
    picture = spoil(write(["3529"], 60).picture, shade=0.9).astype(np.int64) - 60
    picture[:, : picture.shape[1] // 3] += 61
    assert "glare" in faults_of(reader, np.clip(picture, 0, 255).astype(np.uint8))


def test_touching_digits_are_named(reader: DigitReader) -> None:
    picture = write(["00"], 60).picture
    columns = np.flatnonzero((picture < 128).any(axis=0))
    middle = (columns[0] + columns[-1]) // 2
    picture[40:46, middle - 20 : middle + 20] = 0
    assert "two digits may touch" in faults_of(reader, picture)


def test_a_tilted_line_and_light_ink_are_named(reader: DigitReader) -> None:
    picture = write(["35294"], 60).picture
    side = 2 * picture.shape[1]
    turn = cv2.getRotationMatrix2D((picture.shape[1] / 2, picture.shape[0] / 2), -18, 1.0)
    turn[:, 2] += (side - picture.shape[1]) / 2, (side - picture.shape[0]) / 2
    turned = cv2.warpAffine(picture, turn, (side, side), borderValue=255)
    faults = faults_of(reader, np.asarray(255 - turned, dtype=np.uint8))
    assert "tilted by 1" in faults
    assert "light ink on a dark ground was assumed" in faults


def test_a_length_that_does_not_fit_is_told_first(reader: DigitReader) -> None:
    picture = write(["20741"], 60).picture
    faults = reader.explain(picture, length=4).faults
    assert faults[0].startswith("expected 4 digits and saw 5 marks, so none is sure")
    assert reader.explain(picture, length=5).faults == ()
