"""Fields to be filled in: a row of boxes or a comb, and tables of cells, such as on forms, puzzles and mark sheets."""

from dataclasses import dataclass

from inkdigits.training.synthesis.marks.scrawls import draw_cross
from inkdigits.training.synthesis.scenes.canvas import Box
from inkdigits.training.synthesis.scenes.draft import Draft, Place
from inkdigits.training.synthesis.scenes.number_texts import draw_digits, draw_number
from inkdigits.training.synthesis.scenes.other_ink import draw_words, print_text, put_captions, strike_one
from inkdigits.training.synthesis.scenes.printed_lines import BEYOND, Pen, draw_line, print_bar, print_cell
from inkdigits.training.synthesis.scenes.spelling import put_letters
from inkdigits.training.synthesis.scenes.writing import Writing, draw_stamp, draw_writing, put_stamp, write

__all__ = ["put_boxes", "put_grid", "put_labeled"]

_CELLS = ("box", "box", "box", "comb", "comb", "teeth", "dotted", "broken", "broken")
_STRUCK_SHARE = 0.06  # of rows of boxes hold a digit that was crossed out
_FILLED_SHARE = 0.9  # of the boxes of a row
_CROSSED = 3  # boxes at the start of a row that may hold a cross instead of a digit, as where a sum is shorter
_LETTERED_SHARE = 0.22  # of rows of boxes and tables hold letters, too: grades, names, codes
_REAL_LETTERS = 0.7  # of letters in cells are of real hands, where there are some
_GRADE_SHARE, _GRADES = 0.5, "AABBBCCDDEF"  # of letters in cells are grades; drawn alike often
_GRADE_SIGNS = 0.25  # of letters in cells have a plus or a minus behind them
_BLOCK = 3  # every third line of a grid is the thicker one, such as in number puzzles
_LABELED_LINES = 3  # rows at most of words with a number behind them
_WRITTEN_SHARE = 0.85  # of their fields are filled
_LED_SHARE = 0.25  # of rows of boxes have printed words in front of them
_WIDE = 1.2  # heights: cells wider than that hold numbers, others a digit each


def put_boxes(draft: Draft) -> None:
    """A row of printed boxes or a comb with a digit, a cross or nothing in each, and printed words around."""
    generator, side = draft.generator, draft.draw(18, 80)
    wide = side * draft.draw(0.7, 1.35)
    x, top = draft.draw(-0.7 * wide, 40), draft.draw(-0.15 * side, max(1, draft.canvas.rows - 0.9 * side))
    writing, apart = draw_writing(draft), draft.draw(0, 0.3) * wide if draft.chance(0.35) else 0.0
    pen = Pen(draft.draw(0.2, 0.98), int(generator.choice([1, 1, 1, 2, 2, 3, 5])))
    kind, count = str(generator.choice(_CELLS)), int(generator.integers(1, 9))
    if draft.chance(0.3):  # the thick side or filled head of a table
        print_bar(draft, x, top, side)
    height, has_crosses = side * draft.draw(0.35, 1.05), draft.chance(0.45)
    if draft.chance(_LED_SHARE):
        x = _print_lead(draft, Place(x, top, side)) + draft.draw(0.05, 0.8) * side
    letters = draft.draw(0.2, 1.0) if draft.chance(_LETTERED_SHARE) else 0.0
    for number in range(count):
        cell = Box(x, top, x + wide, top + side)
        print_cell(draft, cell, kind, pen)
        if draft.chance(_FILLED_SHARE):
            if has_crosses and number < _CROSSED and draft.chance(0.7):
                _put_cross(draft, cell, height, writing)
            elif draft.chance(letters):
                _put_letter(draft, cell, height, writing)
            else:
                _put_digit(draft, cell, height, writing)
        x += wide + apart
        if draft.chance(0.09):
            x = _print_sign(draft, Place(x + 2, top + 0.3 * side, 0.4 * side))
    if draft.chance(_STRUCK_SHARE):
        strike_one(draft, writing)
    put_captions(draft, top, top + side)


def _print_lead(draft: Draft, place: Place) -> float:
    """Print the name of a field in front of its boxes; return the column after it."""
    size = place.height * draft.draw(0.3, 0.8)
    text = draw_words(draft, 2) + str(draft.generator.choice(["", "", ":", "."]))
    row = place.top + (place.height - size) * draft.draw(0.2, 1)
    return max(place.x, print_text(draft, text, Place(draft.draw(-30, 10), row, size), draft.draw(0.3, 0.98)))


def _put_digit(draft: Draft, cell: Box, height: float, writing: Writing) -> None:
    """Write a digit about the middle of a cell."""
    label = str(draft.generator.integers(10))
    stamp = draw_stamp(draft, label, height, writing)
    rows, columns = stamp.ink.shape
    wide, tall = cell.x_max - cell.x_min, cell.y_max - cell.y_min
    right, down = draft.generator.normal(0, 0.09, 2)
    x = cell.x_min + (wide - columns) / 2 + right * wide
    y = cell.y_min + (tall - rows) / 2 + down * tall
    put_stamp(draft, label, stamp, (x, y), writing)


def _put_letter(draft: Draft, cell: Box, height: float, writing: Writing) -> None:
    """Write one to three letters in a cell, as grades and names are, with a plus or a minus now and then."""
    generator, grade = draft.generator, _draw_grade(draft)
    count = 1 if grade else int(generator.choice([1, 1, 1, 2, 3]))
    wide, tall = cell.x_max - cell.x_min, cell.y_max - cell.y_min
    size = min(height, wide / count)
    x = (cell.x_min + cell.x_max - 0.8 * size * count) / 2 + 0.1 * wide * generator.normal()
    place = Place(x, cell.y_min + (tall - size) / 2 + 0.08 * tall * generator.normal(), size)
    end = x
    if draft.chance(_REAL_LETTERS):
        end = put_letters(draft, place, writing.strength, count, of=grade)
    if end == x:  # there are no real ones, or none were asked for
        for _ in range(count):
            ink = draft.supplies.pool.letter(size, writing.hand, generator, grade or None).ink
            draft.canvas.put_other(ink, end, place.top, writing.strength)
            end += ink.shape[1] + 0.1 * size
    if draft.chance(_GRADE_SIGNS):
        write(draft, str(generator.choice(["+", "-"])), place._replace(x=end + 0.15 * size), writing)


def _draw_grade(draft: Draft) -> str:
    """Return the letter of a grade; "" for other letters."""
    return draft.choose(_GRADES) if draft.chance(_GRADE_SHARE) else ""


def _put_cross(draft: Draft, cell: Box, height: float, writing: Writing) -> None:
    """Put a cross in the middle of a cell: no digit belongs there."""
    ink = draw_cross(height * draft.draw(0.5, 0.9), writing.hand.pen, draft.generator)
    x = cell.x_min + (cell.x_max - cell.x_min - ink.shape[1]) / 2
    y = cell.y_min + (cell.y_max - cell.y_min - ink.shape[0]) / 2
    draft.canvas.put_other(ink, x, y, writing.strength)


def _print_sign(draft: Draft, place: Place) -> float:
    """Print or write a sign between two boxes, such as in times and dates; return the column after it."""
    sign = str(draft.generator.choice(list(":/.-")))
    return write(draft, sign, place, draw_writing(draft, printed=0.9)) + 2


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table of cells.

    Attributes:
        left: Column of its left side, pixels.
        top: Row of its upper side.
        wide: Width of a cell.
        tall: Height of a cell.
        rows: How many cells there are down to the edge of the picture.
        columns: And how many across.
    """

    left: float
    top: float
    wide: float
    tall: float
    rows: int
    columns: int

    def find_cell(self, row: int, column: int) -> Box:
        """Return the box of a cell."""
        x, y = self.left + column * self.wide, self.top + row * self.tall
        return Box(x, y, x + self.wide, y + self.tall)


def put_grid(draft: Draft) -> None:
    """A table of cells, such as a puzzle or a mark sheet: a digit, a short number, print or nothing in each."""
    grid = _draw_grid(draft)
    _print_grid(draft, grid)
    by_hand, printed = draw_writing(draft, printed=0.0), draw_writing(draft, printed=1.0)
    height, filled = grid.tall * draft.draw(0.4, 0.85), draft.draw(0.2, 0.95)
    print_share, line = draft.draw(0, 0.6), 0
    letters = draft.draw(0.2, 1.0) if draft.chance(_LETTERED_SHARE) else 0.0
    for row in range(grid.rows):
        for column in range(grid.columns):
            if not draft.chance(filled):
                continue
            line += 1
            writing = printed if draft.chance(print_share) else by_hand
            cell = grid.find_cell(row, column)
            if writing is by_hand and draft.chance(letters):
                _put_letter(draft, cell, height, writing)
            elif grid.wide > _WIDE * grid.tall:
                _put_short_number(draft, cell, writing, height=height, line=line)
            else:
                _put_digit(draft, cell, height, writing)


def _draw_grid(draft: Draft) -> _Grid:
    tall = draft.draw(20, 70)
    wide = tall * (draft.draw(0.9, 1.1) if draft.chance(0.6) else draft.draw(1.2, 3))
    left, top = draft.draw(-wide, 0), draft.draw(-tall, 0)
    rows, columns = int((draft.canvas.rows - top) / tall) + 2, int((draft.canvas.columns - left) / wide) + 2
    return _Grid(left, top, wide, tall, rows, columns)


def _print_grid(draft: Draft, grid: _Grid) -> None:
    """Print the lines of a table, every third with another pen, all leaning by the same few pixels."""
    canvas, generator = draft.canvas, draft.generator
    strength, lean = draft.draw(0.15, 0.95), generator.normal(0, 2)
    thin, thick = (Pen(strength, int(generator.choice(widths))) for widths in ([1, 1, 2], [1, 2, 3, 4]))
    for row in range(grid.rows):
        y, pen = grid.top + row * grid.tall, thick if row % _BLOCK == 0 else thin
        draw_line(canvas, (-BEYOND, y), (canvas.columns + BEYOND, y + lean), pen)
    for column in range(grid.columns):
        x, pen = grid.left + column * grid.wide, thick if column % _BLOCK == 0 else thin
        draw_line(canvas, (x, -BEYOND), (x - lean, canvas.rows + BEYOND), pen)


def _put_short_number(draft: Draft, cell: Box, writing: Writing, *, height: float, line: int) -> None:
    """Write one to three digits in a wide cell."""
    wide, tall = cell.x_max - cell.x_min, cell.y_max - cell.y_min
    x = cell.x_min + draft.draw(0.05, 0.3) * wide
    text = draw_digits(draft.generator, int(draft.generator.integers(1, 4)))
    y = cell.y_min + 0.5 * (tall - height) + draft.generator.normal(0, 0.06) * tall
    write(draft, text, Place(x, y, height), writing, line=line)


def put_labeled(draft: Draft) -> None:
    """Printed words in front of a number, on a line or in a frame, as "Total 528" on a form; up to three rows."""
    height = draft.draw_height(14, 50)
    top, left = draft.draw(-0.2 * height, max(1.0, draft.canvas.rows - height)), draft.draw(-20, 25)
    writing, strength = draw_writing(draft, printed=0.15), draft.draw(0.3, 0.98)
    print_height, pitch = height * draft.draw(0.35, 1.0), height * draft.draw(1.4, 2.4)
    for line in range(_LABELED_LINES):
        if top >= draft.canvas.rows or (line and draft.chance(0.3)):
            break
        label = draw_words(draft, 2) + str(draft.generator.choice(["", "", ":", ".", " :", " ="]))
        below = top + (height - print_height) * draft.draw(0.3, 1)
        end = print_text(draft, label, Place(left, below, print_height), strength)
        start = end + draft.draw(0.1, 1.2) * height
        end = start + height * draft.draw(0.5, 2)
        if draft.chance(_WRITTEN_SHARE):
            end = write(draft, draw_number(draft.generator), Place(start, top, height), writing, line=line)
        _print_field(
            draft, Box(start - 0.2 * height, top - 0.2 * height, end + draft.draw(0, 1.5) * height, top + height)
        )
        if draft.chance(0.2):
            unit = draw_words(draft, 1)
            print_text(draft, unit, Place(end + draft.draw(0.2, 1.5) * height, below, print_height), strength)
        top += pitch


def _print_field(draft: Draft, box: Box) -> None:
    """Print what a number is written on: a line, a dotted line, a box, or nothing."""
    pen = Pen(draft.draw(0.2, 0.95), int(draft.generator.choice([1, 1, 2, 3])))
    kind = str(draft.generator.choice(["line", "dots", "box", "nothing"]))
    y = box.y_max + draft.draw(-0.1, 0.15) * (box.y_max - box.y_min)
    if kind in ("line", "dots"):
        draw_line(draft.canvas, (box.x_min, y), (box.x_max, y), pen, dotted=kind == "dots")
    elif kind == "box":
        print_cell(draft, box._replace(y_max=y + 2), "box", pen)
