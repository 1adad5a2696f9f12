"""Text, written or printed, with numbers among its words."""

from inkdigits.training.synthesis.scenes.draft import Draft, Place
from inkdigits.training.synthesis.scenes.number_texts import draw_number
from inkdigits.training.synthesis.scenes.other_ink import draw_words, print_text, put_other
from inkdigits.training.synthesis.scenes.printed_lines import rule_paper
from inkdigits.training.synthesis.scenes.writing import draw_writing, write

__all__ = ["put_text"]

_MOST_LINES = 6
_PRINTED_SHARE = 0.45  # of all texts
_NUMBER_SHARE = 0.22  # of what stands in a text is a number


def put_text(draft: Draft) -> None:
    """Several lines of words with a number among them now and then."""
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
