"""The annotated picture shows where each mark was found, and leaves the rest as it is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.errors import OutputError
from inkdigits.reading.output.drawing import encode_picture, to_picture
from inkdigits.results import Box, DigitOutcome
from support.drawing import blank, write
from support.readings import digit, reading


class TestPicture:
    @pytest.mark.parametrize("outcome", ["digit", "unsure", "not_a_digit"])
    def test_it_differs_where_the_box_is_and_only_there(self, outcome: DigitOutcome) -> None:
        box = Box(180, 140, 220, 200)
        gray = blank(300, 400)
        plain = to_picture(gray, reading())
        found = to_picture(gray, reading(digit(4, outcome, box=box)))
        # without the margins that are added; the one above holds captions and grows with them
        changed = np.any(found[-304:-4, 4:-4] != plain[-304:-4, 4:-4], axis=2)
        rows, columns = np.nonzero(changed)
        assert box.x_min - 5 <= columns.min() <= box.x_min
        assert rows.max() in range(box.y_max, box.y_max + 5)
        assert not changed[box.y_min : box.y_max, box.x_min : box.x_max].any(), "the ink itself is left as it is"
        caption = changed[: box.y_min - 6]
        assert caption.any() == (outcome != "not_a_digit")

    def test_nothing_is_called_100_percent(self) -> None:
        box = Box(100, 100, 300, 260)
        surest, sure, less = (
            to_picture(blank(300, 400), reading(replace(digit(4, box=box), confidence=confidence)))
            for confidence in (0.9999, 0.99, 0.98)
        )
        assert np.array_equal(surest, sure)
        assert not np.array_equal(sure, less)

    def test_each_outcome_has_its_color(self) -> None:
        box = Box(180, 140, 220, 200)
        colors = set()
        outcomes: tuple[DigitOutcome, ...] = ("digit", "unsure", "not_a_digit")
        for outcome in outcomes:
            found = to_picture(blank(300, 400), reading(digit(4, outcome, box=box)))
            colors.add(tuple(found[found.shape[0] - 300 - 4 + 170, 4 + 180 - 1].tolist()))
        assert len(colors) == 3

    def test_the_picture_is_kept_under_the_boxes(self) -> None:
        page = write(["57"], 200, 20)
        found = to_picture(page.picture, reading(size=page.picture.shape[::-1]))
        height, width = page.picture.shape
        assert np.array_equal(found[-4 - height : -4, 4 : 4 + width], np.dstack([page.picture] * 3))

    @pytest.mark.parametrize(("height", "width"), [(28, 28), (60, 100), (239, 240)])
    def test_a_small_picture_is_enlarged_by_a_whole_factor(self, height: int, width: int) -> None:
        gray = np.random.default_rng(0).integers(0, 256, (height, width), dtype=np.uint8)
        found = to_picture(gray, reading(size=(width, height)))
        factor = (found.shape[1] - 8) // width
        assert factor > 1
        assert found.shape[1] == factor * width + 8
        assert np.array_equal(found[-4 - factor * height : -4 : factor, 4:-4:factor, 0], gray)

    @settings(max_examples=30, deadline=None)
    @given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([1, 1, 20, 900]), st.booleans())
    def test_any_size_has_a_picture_of_bounded_size(self, height: int, width: int, stretch: int, tall: bool) -> None:  # noqa: FBT001
        height, width = (height * stretch, width) if tall else (height, width * stretch)
        mark = digit(4, box=Box(0, 0, width, height))
        found = to_picture(blank(height, width), reading(mark, size=(width, height)))
        assert found.dtype == np.uint8
        assert found.shape[2] == 3
        assert max(found.shape) <= max(1_200, height + 200, width + 200)


def test_an_ending_that_names_no_format_is_refused() -> None:
    assert encode_picture(to_picture(blank(30, 30), reading()), ".png").startswith(b"\x89PNG")
    with pytest.raises(OutputError, match=r"such as \.png, got '\.nothing'"):
        encode_picture(to_picture(blank(30, 30), reading()), ".nothing")
