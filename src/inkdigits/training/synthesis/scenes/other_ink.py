"""Puts ink beside digits that is no digit and no sign: letters, words, print, doodles, crosses, crossings-out."""

from dataclasses import replace

import cv2
import numpy as np

from inkdigits.spec import CLASS_COUNT
from inkdigits.training.synthesis.marks.bitmaps import scale_ink
from inkdigits.training.synthesis.marks.pen_strokes import stamp_strokes
from inkdigits.training.synthesis.marks.print_fonts import draw_text
from inkdigits.training.synthesis.marks.scrawls import draw_cross, draw_division, draw_doodle, draw_strike
from inkdigits.training.synthesis.marks.sign_strokes import S_STROKE
from inkdigits.training.synthesis.scenes.canvas import Box
from inkdigits.training.synthesis.scenes.draft import Draft, Place
from inkdigits.training.synthesis.scenes.number_texts import draw_digits, draw_number
from inkdigits.training.synthesis.scenes.spelling import spell
from inkdigits.training.synthesis.scenes.writing import Writing, draw_writing, write

__all__ = [
    "cross_out",
    "draw_words",
    "print_text",
    "put_captions",
    "put_currency",
    "put_filling",
    "put_neighbor_lines",
    "put_other",
    "put_printed_number",
    "put_strike",
    "show_through",
    "strike_one",
]

# what is printed on forms and tables of several countries, and small words of running text
_WORDS = (  # noqa: SIM905 - a list of quoted words would take 70 lines
    "Total Date No Name Amount Page Sum Nr Betrag Datum Horas Minutos Fecha Numero Votos Jumlah Suara Code ID Tel Qty"
    " Price Year Month Day Score Class Grade Room Item Rs Only Payee Signature Mark Roll Subject Marks Id Unit cm kg km"
    " the of and for votes valid total number sheet from with this that not are by le la de des les une et pour dans"
    " sur"
).split()

_LETTERS = 0.6  # of what stands beside digits are letters and words, where a layout does not say otherwise
_WORD_PART, _SPELLED_PART = 0.45, 0.35  # of these are written words, and words spelled anew, where there are some
_TIMES_SHARE = 0.3  # in place of crosses stands a sign of division
_CAPTION_LINE = 100  # number of the line of what is printed: no layout has so many lines
_CAPTION_NUMBERS = 0.3  # of captions hold a printed number
_CURRENCIES = ("Rs", "Rs", "NT", "US", "HK", "R", "Tk", "kr")  # of some a "$" follows, which is a sign of its own
_WITH_DOLLAR = ("NT", "US", "HK", "R")
_PRINTED_CURRENCY = 0.4
_CROSSED_BY_X = 0.3  # of what is crossed out; the rest by lines or a zigzag
_THROUGH, _MIRRORED = (0.02, 0.09), 0.7  # light that ink takes away on the other side; share seen as in a mirror
_DOODLES, _CROSSES = 0.2, 0.1  # of all; the rest is print


def put_other(draft: Draft, place: Place, writing: Writing, *, letters: float = _LETTERS) -> float:
    """Put a letter, a word, a doodle, a cross or a printed word where digits of this size could stand.

    Args:
        draft: Where.
        place: Its left end; and the top and height of digits there.
        writing: Whose pen and strength it has.
        letters: Chance of a letter or a word, 0 to 1.

    Returns:
        The column after it.
    """
    generator, (x, top, height) = draft.generator, place
    kind = float(generator.random())
    if kind < _WORD_PART * letters and draft.supplies.words:
        word = draft.choose(draft.supplies.words)
        ink = scale_ink(word, height * draft.draw(0.6, 1.4) / max(word.shape[0], 1))
    elif kind < (_WORD_PART + _SPELLED_PART) * letters and draft.supplies.letters:
        small = height * draft.draw(0.7, 1.2)
        return spell(draft, Place(x, top + height - small, small), writing.strength)
    elif kind < letters:
        ink = draft.supplies.pool.letter(height * draft.draw(0.5, 1.1), writing.hand, generator).ink
    elif kind < letters + _DOODLES:
        ink = draw_doodle(height, writing.hand.pen, generator)
    elif kind < letters + _DOODLES + _CROSSES:
        size = height * draft.draw(0.3, 1.0)
        is_cross = not draft.chance(_TIMES_SHARE)
        ink = (draw_cross if is_cross else draw_division)(size, writing.hand.pen * height / size, generator)
    else:
        text = str(generator.choice(_WORDS))
        below = Place(x, top + draft.draw(-0.2, 0.6) * height, height * draft.draw(0.3, 0.9))
        return print_text(draft, text, below, writing.strength)
    draft.canvas.put_other(ink, x, top + draft.draw(0, 0.4) * height, writing.strength)
    return x + int(ink.shape[1])


def print_text(draft: Draft, text: str, place: Place, strength: float) -> float:
    """Print text that is no digit, in a font of its own; return the column after it.

    Without fonts nothing is printed, and the column is that of the place.
    """
    if not draft.supplies.fonts:
        return place.x
    stamp = draw_text(text, place.height, draft.choose(draft.supplies.fonts), draft.generator)
    draft.canvas.put_other(stamp.ink, place.x + stamp.left, place.top + stamp.top, strength)
    return place.x + stamp.advance


def draw_words(draft: Draft, most: int) -> str:
    """Return 1 to `most` words as forms print them."""
    count = int(draft.generator.integers(1, most + 1))
    return " ".join(str(draft.generator.choice(_WORDS)) for _ in range(count))


def put_captions(draft: Draft, top: float, bottom: float, *, numbers: float = _CAPTION_NUMBERS) -> None:
    """Print words above and below a field, cut by the picture's edge now and then.

    Args:
        draft: Where.
        top: Row of the field's upper edge.
        bottom: Row of its lower edge.
        numbers: Chance of a printed number behind the words, 0 to 1; without any, captions leave no mark.
    """
    for place in (top, bottom):
        if draft.chance(0.45):
            height = draft.draw(7, 20)
            text = draw_words(draft, 4)
            row = place - height * draft.draw(1.2, 2) if place == top else place + height * draft.draw(0.3, 1)
            strength, start = draft.draw(0.3, 0.98), draft.draw(-30, 100)
            end = print_text(draft, text, Place(start, row, height), strength)
            if draft.chance(numbers):
                put_printed_number(draft, Place(end + draft.draw(0.2, 0.6) * height, row, height), strength)


def put_printed_number(draft: Draft, place: Place, strength: float) -> float:
    """Print a number, as "(2)" or a date of a form, and more words behind it now and then; return the column after."""
    if not draft.supplies.fonts:
        return place.x
    printed = replace(draw_writing(draft, printed=1.0), strength=strength)
    text = f"({draft.generator.integers(1, 10)})" if draft.chance(0.3) else draw_number(draft.generator)
    end = write(draft, text, place, printed, line=_CAPTION_LINE)
    if draft.chance(0.5):
        end = print_text(draft, draw_words(draft, 3), place._replace(x=end + 0.4 * place.height), strength)
    return end


def put_neighbor_lines(draft: Draft, place: Place, writing: Writing) -> None:
    """Write above and below a line, where that is inside the picture, as on a full page."""
    _, top, height = place
    for row in (top - height * draft.draw(1.2, 2), top + height * draft.draw(1.2, 2)):
        if -height < row < draft.canvas.rows:
            if draft.chance(0.6):
                digits = draw_digits(draft.generator)
                write(draft, digits, Place(draft.draw(-10, 80), row, height), writing, line=1)
            else:
                put_other(draft, Place(draft.draw(-10, 80), row, height), writing, letters=0.9)


def strike_one(draft: Draft, writing: Writing) -> None:
    """Cross out one of the digits written so far, as people take a wrong one back."""
    digits = [mark for mark in draft.canvas.marks if mark.label < CLASS_COUNT and not mark.printed]
    if digits:
        mark = draft.choose(digits)
        wide, tall = mark.x_max - mark.x_min, mark.y_max - mark.y_min
        side = 0.15 * tall
        box = Box(mark.x_min - side, mark.y_min + draft.draw(-0.1, 0.2) * tall, mark.x_max + side, mark.y_max)
        put_strike(draft, box._replace(x_max=max(box.x_max, box.x_min + 0.5 * tall, box.x_min + wide)), writing)
        draft.canvas.strike_marks(mark.box)


def put_strike(draft: Draft, box: Box, writing: Writing) -> None:
    """Put what crosses a box out: lines, a zigzag or a cross."""
    rows, columns = max(4, int(box.y_max - box.y_min)), max(8, int(box.x_max - box.x_min))
    if draft.chance(_CROSSED_BY_X):
        ink = draw_cross(rows, writing.hand.pen, draft.generator)
        ink = np.asarray(cv2.resize(ink, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    else:
        ink = draw_strike(rows, columns, writing.hand.pen, draft.generator)
    draft.canvas.put_other(ink, box.x_min, box.y_min, writing.strength)


def put_currency(draft: Draft, place: Place, writing: Writing) -> float:
    """Write or print the letters of a currency in front of an amount; return the column after them."""
    name, height = draft.choose(_CURRENCIES), place.height
    if draft.chance(_PRINTED_CURRENCY):
        return print_text(
            draft, name, place._replace(top=place.top + 0.2 * height, height=0.8 * height), writing.strength
        )
    x = place.x
    for letter in name:
        size = height * (0.6 if letter.islower() else 0.95)
        if letter in "sS":
            s_stroke = [np.array(S_STROKE, dtype=np.float32)]
            ink = stamp_strokes(s_stroke, size, writing.hand, draft.generator).ink
        else:
            ink = draft.supplies.pool.letter(size, writing.hand, draft.generator, letter).ink
        draft.canvas.put_other(ink, x, place.top + height - size, writing.strength)
        x += ink.shape[1] + 0.06 * height
    if name in _WITH_DOLLAR:
        x = write(draft, "$", place._replace(x=x), writing)
    return x


def put_filling(draft: Draft, place: Place, writing: Writing) -> float:
    """Fill the rest of a field behind an amount with stars, dashes or a wave; return the column after them."""
    kind, x = draft.choose(("star", "-", "wave")), place.x
    for _ in range(int(draft.generator.integers(1, 6))):
        size = place.height * draft.draw(0.3, 0.6)
        if kind == "-":
            x = write(draft, kind, place._replace(x=x), writing)
        else:
            ink = draft.supplies.pool.letter(size, writing.hand, draft.generator, kind).ink
            draft.canvas.put_other(ink, x, place.top + 0.35 * place.height, writing.strength)
            x += ink.shape[1]
        x += 0.1 * place.height
    return x


def show_through(draft: Draft) -> None:
    """Let digits of the paper's other side shine through: soft, pale, often as in a mirror. They are no marks."""
    generator, canvas = draft.generator, draft.canvas
    hand, height = draw_writing(draft).hand, draft.draw(20, 70)
    is_mirrored, strength, blur = draft.chance(_MIRRORED), draft.draw(*_THROUGH), height * draft.draw(0.01, 0.05)
    x, top = draft.draw(-10, 60), draft.draw(-0.3 * height, canvas.rows - 0.7 * height)
    for _ in range(int(generator.integers(1, 5))):
        ink = draft.supplies.pool.digit(int(generator.integers(10)), height, hand, generator).ink
        soft = cv2.GaussianBlur(cv2.copyMakeBorder(ink, 4, 4, 4, 4, cv2.BORDER_CONSTANT), (0, 0), blur)
        seen = np.asarray(cv2.flip(soft, 1) if is_mirrored else soft, dtype=np.uint8)
        canvas.put(seen, x, top, strength)
        x += height * draft.draw(0.6, 2)


def cross_out(draft: Draft, box: Box, writing: Writing) -> None:
    """Cross the number in a box out; its digits are other ink then."""
    put_strike(draft, box, writing)
    rows = box.y_max - box.y_min
    draft.canvas.strike_marks(box._replace(y_min=box.y_min - rows, y_max=box.y_max + rows))
