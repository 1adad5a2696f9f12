"""Drawn pages of forms are read by their templates, and what is right, silent and lost is counted."""

from form_pages import STYLES, WAYS, draw_page
from forms import Count, count_page, read_page, to_markdown
from inkdigits.forms.results import FieldReading, FormReading
from inkdigits.reading.reader import DigitReader
from inkdigits.training.data.mnist import load_mnist


def test_pages_of_each_style_and_way_are_drawn_and_read() -> None:
    digits, reader = load_mnist().test, DigitReader()
    count, seen = Count(), set()
    for index in (0, 4, 8):
        page = draw_page(index, digits)
        seen |= {page.facts["boxes"], page.facts["by"]}
        reading, ms = read_page(page, reader)
        assert reading is not None
        assert reading.match > 0.9
        assert ms > 0
        count_page(count, page.truth, reading, str(index))
    assert seen == {*STYLES, *WAYS}
    assert count.n == 18
    assert count.right >= 15
    assert count.silent <= 1


def test_what_is_counted() -> None:
    fields = (
        FieldReading("a", "12", "sure", 0.99, guess="12"),
        FieldReading("b", "1?", "doubtful", 0.5, "low confidence", guess="17"),
        FieldReading("c", "9", "sure", 0.99, guess="9"),
        FieldReading("d", "3", "doubtful", 0.5, "a crossed cell", guess="3"),
    )
    count = Count()
    truth = {"a": "12", "b": "17", "c": "8", "d": None}
    count_page(count, truth, FormReading("f", 1, fields, 0.0, 150.0, 1.0, "m"), "page")
    assert (count.n, count.right, count.sure, count.silent, count.lost) == (4, 3, 1, 1, 0)
    assert count.mistakes == ["page c: '8' read as '9' ('9'), sure, None, match 1.00"]
    count_page(count, truth, None, "other")
    assert (count.n, count.lost) == (8, 4)
    assert "| drawn | 8 | 37.5 | 12.5 | 12.50 | 4 |" in to_markdown({"drawn": count}, {}, "facts")
