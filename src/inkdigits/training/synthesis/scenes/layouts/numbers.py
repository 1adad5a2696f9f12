"""Numbers on paper: one with what stands around it, a page of them, a single digit, an entry of a register."""

from dataclasses import replace

from inkdigits.training.synthesis.marks.ink_pool import draw_bar
from inkdigits.training.synthesis.scenes.canvas import Box
from inkdigits.training.synthesis.scenes.draft import Draft, Place
from inkdigits.training.synthesis.scenes.number_texts import draw_digits, draw_number
from inkdigits.training.synthesis.scenes.other_ink import (
    cross_out,
    draw_words,
    print_text,
    put_currency,
    put_filling,
    put_neighbor_lines,
    put_other,
    put_printed_number,
    strike_one,
)
from inkdigits.training.synthesis.scenes.printed_lines import (
    BEYOND,
    Pen,
    draw_line,
    print_bar,
    print_box,
    rule_paper,
)
from inkdigits.training.synthesis.scenes.writing import Writing, draw_stamp, draw_writing, put_stamp, write

__all__ = ["put_number", "put_page", "put_register", "put_single"]

_STRIKE_LEFT = 10  # columns: a line that crosses a number out begins there
_RULE_STEP = 5  # pixels between the rules of a double or triple rule
_BARS = 0.15  # of single digits are bare strokes, straight to the pixel: sides of boxes look so, but end elsewhere
_MORE_ONES = 0.2  # of single digits, beside their usual share: a bare stroke alone is the hardest to tell
_CURRENCY_SHARE, _FILLED_SHARE, _STRUCK_SHARE = 0.1, 0.08, 0.08  # of numbers in front, behind, and with a digit
_CROSSED_SHARE = 0.06  # of numbers are crossed out, with the right one beside them
_LABEL_SHARE = 0.06  # of numbers stand beside print with digits
_OLD_SHARE = 0.5  # of registers are by an old hand, beside those of the usual ones that are
_EDGE_PART = 0.2  # of a neighbor's width looks into the picture


def put_number(draft: Draft) -> None:
    """One number, and what stands around it: ruled lines, other lines, a word or a sign."""
    height = draft.draw_height()
    top = draft.draw_top(height)
    writing = draw_writing(draft)
    if draft.chance(0.35):
        rule_paper(draft, height, top)
    x = draft.draw(-4, 50)
    x = _put_before(draft, Place(x, top, height), writing)
    start = x
    x = write(draft, draw_number(draft.generator), Place(x, top, height), writing)
    if draft.chance(_CROSSED_SHARE):  # as people cross a number out: just as wide, and write the right one beside it
        cross_out(draft, Box(start - 0.15 * height, top, x + 0.1 * height, top + height), writing)
        x = write(draft, draw_number(draft.generator), Place(x + draft.draw(0.3, 1) * height, top, height), writing)
    if draft.chance(_STRUCK_SHARE):
        strike_one(draft, writing)
    if draft.chance(_FILLED_SHARE):
        x = put_filling(draft, Place(x, top, height), writing)
    while draft.chance(0.3) and x < draft.canvas.columns - 10:
        x = put_other(draft, Place(x + draft.draw(0.05, 0.8) * height, top, height), writing)
    if draft.chance(0.25):
        put_neighbor_lines(draft, Place(x, top, height), writing)
    if draft.chance(0.06):
        cross_out(draft, Box(_STRIKE_LEFT, top, x, top + height), writing)


def _put_before(draft: Draft, place: Place, writing: Writing) -> float:
    """Put now and then what may stand in front of a number: a word, print with digits, stars, a currency."""
    x, top, height = place
    if draft.chance(0.2):
        x = put_other(draft, place, writing)
    if draft.chance(_LABEL_SHARE):  # "Line 12", "Box 7": print with digits about as high as the writing beside it
        small = height * draft.draw(0.4, 1.0)
        label = Place(x, top + height - small, small)
        end = print_text(draft, draw_words(draft, 1), label, writing.strength) + 0.4 * small
        x = put_printed_number(draft, label._replace(x=end), writing.strength) + draft.draw(0.3, 1.2) * height
    if draft.chance(_FILLED_SHARE / 2):
        x = put_filling(draft, place._replace(x=x), writing)
    if draft.chance(_CURRENCY_SHARE):
        x = put_currency(draft, place._replace(x=x), writing) + draft.draw(0.05, 0.4) * height
    return x


def put_page(draft: Draft) -> None:
    """Several lines of numbers, such as on a page or in a table."""
    height = draft.draw_height(12, 30)
    writing, pitch = draw_writing(draft, printed=0.15), draft.draw(1.25, 2.2)
    top, line = draft.draw(-0.6, 0.5) * height, 0
    if draft.chance(0.5):
        rule_paper(draft, height * pitch, top - 0.2 * height)
    while top < draft.canvas.rows:
        x = draft.draw(-10, 40)
        while x < draft.canvas.columns:
            x = write(draft, draw_number(draft.generator), Place(x, top, height), writing, line=line)
            x += height * draft.draw(0.8, 4)
            line += 1
        top += pitch * height


def put_single(draft: Draft) -> None:
    """One large digit, by any pen."""
    writing = draw_writing(draft)
    height, is_bar = draft.draw(24, 80), draft.chance(_BARS)
    label = "1" if is_bar or draft.chance(_MORE_ONES) else str(draft.generator.integers(10))
    if is_bar:
        stamp = draw_bar(height, writing.hand, draft.generator, exact=1.0)
    else:
        stamp = draw_stamp(draft, label, height, writing)
    rows, columns = stamp.ink.shape
    x = draft.draw(0, max(1, draft.canvas.columns - columns))
    y = draft.draw(-2, max(1, draft.canvas.rows - rows))
    if not is_bar and draft.chance(0.3):
        box = Box(x - 0.4 * height, y - 0.2 * height, x + columns + 0.4 * height, y + 1.2 * height)
        print_box(draft, box)
    put_stamp(draft, label, stamp, (x, y), writing if not is_bar else replace(writing, font=None))
    if draft.chance(0.15):
        _put_cut_neighbor(draft, Place(x, y, height), writing)


def _put_cut_neighbor(draft: Draft, place: Place, writing: Writing) -> None:
    """Let a bit of another digit look in at the edge that is farther away; nothing is asked there."""
    stamp = draw_stamp(draft, str(draft.generator.integers(10)), place.height, writing)
    rows, columns = stamp.ink.shape
    is_left = place.x > draft.canvas.columns / 2
    x = -(1 - _EDGE_PART) * columns if is_left else draft.canvas.columns - _EDGE_PART * columns
    draft.canvas.put(stamp.ink, x, place.top, writing.strength)
    draft.canvas.ignore(Box(x, place.top, x + columns, place.top + rows))


def put_register(draft: Draft) -> None:
    """A number in a column of a register: thick or double rules beside it, thin ones under it."""
    generator, height = draft.generator, draft.draw_height(12, 48)
    top, writing = draft.draw_top(height), draw_writing(draft, printed=0.02, old=_OLD_SHARE)
    left = draft.draw(0, 60)
    before = left - draft.draw(0, 0.8) * height
    text = draw_number(generator) if draft.chance(0.7) else draw_digits(generator)
    end = write(draft, text, Place(left, top, height), writing)
    _print_column_rules(draft, (before, end + draft.draw(-0.1, 1.2) * height))
    if draft.chance(0.6):
        rule_paper(draft, height * draft.draw(1.2, 2), top, strongest=0.35)
    if draft.chance(0.5):  # entries of the lines above and below, cut by the picture
        put_neighbor_lines(draft, Place(left, top, height), writing)
    if draft.chance(0.1):
        print_bar(draft, left, top, height)


def _print_column_rules(draft: Draft, columns: tuple[float, float]) -> None:
    """Print upright rules, single to triple, thin to very thick, at two columns."""
    generator, canvas = draft.generator, draft.canvas
    strength = draft.draw(0.3, 1.0)
    for column in columns:
        for step in range(int(generator.choice([1, 1, 2, 3]))):
            pen = Pen(strength, int(generator.choice([1, 2, 2, 3, 4, 8, 14])))
            x, lean = column + _RULE_STEP * step, generator.normal(0, 1.5)
            draw_line(canvas, (x, -BEYOND), (x + lean, canvas.rows + BEYOND), pen)
