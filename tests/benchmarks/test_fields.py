"""The fields that are drawn for `fields.py`, and what counts as right."""

import numpy as np
import pytest

from fields import is_right, measure, to_markdown
from form_fields import KINDS, FieldPicture, draw_field
from inkdigits.reading.fields import FieldOptions, make_field
from inkdigits.training.data.mnist import load_mnist

DIGITS = load_mnist().validation


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_and_index_have_one_picture_whose_text_is_what_is_told(kind: str) -> None:
    one, again, other = (draw_field(kind, index, DIGITS) for index in (0, 0, 1))
    np.testing.assert_array_equal(one.picture, again.picture)
    assert one.picture.dtype == np.uint8
    assert one.picture.shape != other.picture.shape
    field = make_field(FieldOptions(**one.options))
    digits = "".join(filter(str.isdigit, one.text))
    if field is not None and field.is_line and one.text != "?":
        layouts = [layout for layout in field.layouts(range(1, 20), "/-.,:") if len(layout.allowed) == len(digits)]
        assert any(field.accepts(layout, digits) and layout.format(digits) == one.text for layout in layouts)


def test_what_is_right_silent_and_unsure() -> None:
    empty = np.zeros((4, 4, 3), np.uint8)
    items = [FieldPicture("12", {}, empty)] * 3 + [FieldPicture("?", {}, empty)] * 2
    texts = ["12", "13", "1?", "1?", "12"]
    assert [is_right(item, text) for item, text in zip(items, texts, strict=True)] == [True, False, False, True, False]
    row = measure("EAN in boxes", items, texts, 1.0)
    assert (row.n, row.share, row.silent, row.unsure) == (5, 0.4, 0.4, 0.2)
    assert "| EAN in boxes | 5 | 40.0 |" in to_markdown([row], "facts")
