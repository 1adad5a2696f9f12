"""The pictures of the looks: color where the network sees something, darker where it did not look, a legend."""

import numpy as np

from inkdigits.models.detector import Detector
from inkdigits.reading.detection.looks import Look, find_marks
from inkdigits.reading.detection.stages import draw_stages
from inkdigits.spec import BoolArray, UInt8Array
from support.drawing import blank, write

NETWORK = Detector()
LEGEND = 22  # pixels, height


def colored(picture: UInt8Array) -> BoolArray:
    """Return which pixels are clearly not gray."""
    values = picture.astype(int)
    return np.asarray(values.max(axis=2) - values.min(axis=2) > 40)


def test_there_is_a_picture_for_each_look_with_color_on_the_digits() -> None:
    gray = write(["207"], 60, margin=60).picture
    _, looks = find_marks(gray, NETWORK)
    stages = draw_stages(gray, looks, NETWORK)
    assert [stage.name for stage in stages] == [f"heat at scale {look.scale:.3g}" for look in looks]
    for stage, look in zip(stages, looks, strict=True):
        assert colored(stage.picture)[:-LEGEND].any() or not look.marks


def test_an_empty_sheet_has_color_in_its_legend_only() -> None:
    gray = blank(300, 400)
    (stage,) = draw_stages(gray, find_marks(gray, NETWORK)[1], NETWORK)
    assert not colored(stage.picture)[:-LEGEND].any()
    assert colored(stage.picture)[-LEGEND:].any()


def test_what_was_not_looked_at_is_darker() -> None:
    gray = blank(1000, 1000)
    (stage,) = draw_stages(gray, [Look(1.0, ((0, 0, 192, 192),), ())], NETWORK)
    assert stage.picture[100, 100].min() > stage.picture[600, 600].max() + 30


def test_a_small_copy_is_enlarged() -> None:
    gray = write(["2"], 60).picture
    stage = draw_stages(gray, find_marks(gray, NETWORK)[1], NETWORK)[0]
    assert 400 < max(stage.picture.shape[:2]) <= 640 + LEGEND
