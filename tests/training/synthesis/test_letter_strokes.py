"""Every form of a letter is ink on paper, and letters that a person reads as a digit have none."""

import numpy as np
import pytest

from inkdigits.training.synthesis.digit_strokes import draw_form
from inkdigits.training.synthesis.grade_strokes import GRADE_FORMS
from inkdigits.training.synthesis.letter_strokes import FORMS


@pytest.mark.parametrize("name", [*FORMS, *GRADE_FORMS])
def test_every_form_of_a_letter_is_ink_on_paper(name: str) -> None:
    generator = np.random.default_rng(7)
    for form in {**FORMS, **GRADE_FORMS}[name]:
        frame = draw_form(form, generator)
        assert 0 < np.count_nonzero(frame) < 600


def test_letters_that_look_like_digits_are_left_out() -> None:
    assert not set(FORMS) & set("OoQIilZzSsGbBgq")
