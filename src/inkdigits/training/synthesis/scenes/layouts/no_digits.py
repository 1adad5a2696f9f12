"""Pictures without any digit: clothes, blots and textures, and empty papers."""

import cv2
import numpy as np

from inkdigits.training.synthesis.scenes.canvas import Box
from inkdigits.training.synthesis.scenes.draft import Draft
from inkdigits.training.synthesis.scenes.other_ink import put_captions, show_through
from inkdigits.training.synthesis.scenes.printed_lines import print_box, rule_paper
from inkdigits.training.synthesis.silhouettes import draw_silhouette

__all__ = ["put_nothing", "put_things"]

_SHOWN_THROUGH = 0.3  # of empty papers show what is written on their other side
_SILHOUETTE_SHARE = 0.75  # the others are textures


def put_things(draft: Draft) -> None:
    """A piece of clothing or another filled shape, or a texture of blots over the whole picture."""
    canvas, generator = draft.canvas, draft.generator
    if draft.chance(_SILHOUETTE_SHARE):
        shape, scale = draw_silhouette(generator), draft.draw(1.0, 3.0)
        ink = np.asarray(cv2.resize(shape, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        x, y = draft.draw(-10, canvas.columns - 40), draft.draw(-10, canvas.rows - 40)
        canvas.put_other(ink, x, y, draft.draw(0.4, 1.0))
        return
    cells = (int(generator.integers(4, 40)), int(generator.integers(4, 60)))
    coarse = generator.standard_normal(cells, dtype=np.float32)
    noise = cv2.resize(coarse, (canvas.columns, canvas.rows), interpolation=cv2.INTER_CUBIC)
    level = np.float32(draft.draw(-0.5, 1.2))
    ink = np.clip((noise - level) * np.float32(draft.draw(40, 400)), 0, 255).astype(np.uint8)
    canvas.put_other(ink, 0, 0, draft.draw(0.2, 0.9))


def put_nothing(draft: Draft) -> None:
    """Paper with lines, boxes and dust, and nothing written on it; a few printed words now and then."""
    canvas, generator = draft.canvas, draft.generator
    if draft.chance(0.6):
        rule_paper(draft, draft.draw(15, 70), draft.draw(0, 40))
    for _ in range(int(generator.integers(0, 4))):
        x, y = draft.draw(0, canvas.columns), draft.draw(0, canvas.rows)
        print_box(draft, Box(x, y, x + draft.draw(15, 90), y + draft.draw(15, 80)))
    for _ in range(int(generator.integers(0, 8))):
        speck = np.full((int(generator.integers(1, 4)), int(generator.integers(1, 4))), 255, dtype=np.uint8)
        canvas.put(speck, draft.draw(0, canvas.columns), draft.draw(0, canvas.rows), draft.draw(0.1, 0.8))
    if draft.chance(0.3):
        put_captions(draft, 30, 60, numbers=0)
    if draft.chance(_SHOWN_THROUGH):
        show_through(draft)
