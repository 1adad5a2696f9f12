"""Text, written or printed, with numbers among its words."""

from inkdigits.training.synthesis.scenes.draft import Draft, Place
from inkdigits.training.synthesis.scenes.number_texts import draw_number
from inkdigits.training.synthesis.scenes.other_ink import draw_words, print_text, put_other
from inkdigits.training.synthesis.scenes.printed_lines import rule_paper
from inkdigits.training.synthesis.scenes.writing import draw_writing, write

__all__ = ["put_text"]

_MOST_LINES = 6
_TINY_SHARE, _TINY = 0.15, (3.0, 10.0)  # of texts; pixels of its digits' height, below the smallest that are asked for
_PRINTED_SHARE = 0.45  # of all texts
_NUMBER_SHARE = 0.22  # of what stands in a text is a number


def put_text(draft: Draft) -> None:
    """Several lines of words with a number among them now and then; or print too small to be read, all over."""
    if draft.chance(_TINY_SHARE):
        _print_tiny(draft)
        return
    canvas, height = draft.canvas, draft.draw_height(12, 44)
    top, x = draft.draw_top(height), draft.draw(-20, 10)
    writing, strength = draw_writing(draft), draft.draw(0.3, 0.97)
    is_printed = draft.chance(_PRINTED_SHARE)
    pitch = draft.draw(1.4, 2.2) * height
    if draft.chance(0.3):
        rule_paper(draft, pitch, top)
    for line in range(_MOST_LINES):
        if top >= canvas.rows:
            break
        while x < canvas.columns:
            if draft.chance(_NUMBER_SHARE):
                text = draw_number(draft.generator)
                x = write(draft, text, Place(x, top, height * draft.draw(0.8, 1.1)), writing, line=line)
            elif is_printed:
                x = print_text(draft, draw_words(draft, 3), Place(x, top, height), strength)
            else:
                x = put_other(draft, Place(x, top, height), writing, letters=0.9)
            x += draft.draw(0.1, 0.9) * height
        x, top = draft.draw(-20, 10), top + pitch


def _print_tiny(draft: Draft) -> None:
    """Print lines of words as a page shows them that is looked at from afar: gray bands of tiny strokes."""
    canvas, height, strength = draft.canvas, draft.draw(*_TINY), draft.draw(0.4, 0.97)
    pitch, top = height * draft.draw(1.5, 2.6), draft.draw(-5, 10)
    while top < canvas.rows:
        x = draft.draw(-60, 5)
        while x < canvas.columns:
            x = print_text(draft, draw_words(draft, 4), Place(x, top, height), strength) + height * draft.draw(0.3, 0.6)
            if not draft.supplies.fonts or draft.chance(0.05):
                break
        top += pitch
