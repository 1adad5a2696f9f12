"""Shows the boxes of a reading: as a drawing for notebooks, and over its picture with Matplotlib."""

import html
from collections.abc import Sequence

import numpy as np

from inkdigits.errors import MissingExtraError, PictureArrayError
from inkdigits.results.marks import Digit, Sign

__all__ = ["draw_page", "show_picture"]

_COLORS = {"digit": "#1a7f37", "unsure": "#b35900", "not_a_digit": "#8c959f", "sign": "#0969da"}  # of boxes
_MOST_WIDE = 640  # pixels of a drawing in a notebook
_MOST_MARKS = 2_000  # that are drawn; a notebook gets slow with more


def draw_page(size: tuple[int, int], digits: Sequence[Digit], signs: Sequence[Sign], text: str) -> str:
    """Return the boxes as SVG in HTML, with the text under them.

    Args:
        size: Width and height of the picture, pixels.
        digits: Its marks; those that are signs are drawn as signs.
        signs: Its signs.
        text: What is read.
    """
    width, height = size
    shapes = []
    for (x, y, columns, rows), name, character in _list_boxes(digits, signs)[:_MOST_MARKS]:
        color = _COLORS[name]
        shapes.append(
            f'<rect x="{x}" y="{y}" width="{columns}" height="{rows}" fill="none" stroke="{color}"'
            ' vector-effect="non-scaling-stroke"/>'
        )
        if character:
            shapes.append(
                f'<text x="{x + columns / 2}" y="{y + 0.85 * rows}" font-size="{0.9 * rows:.1f}" fill="{color}"'
                f' text-anchor="middle" font-family="sans-serif">{html.escape(character)}</text>'
            )
    drawing = (
        f'<svg viewBox="0 0 {width} {height}" width="{min(width, _MOST_WIDE)}" role="img"'
        f' style="background:#fff;border:1px solid #d0d7de">{"".join(shapes)}</svg>'
    )
    return f"<div>{drawing}<pre>{html.escape(text) or '(blank)'}</pre></div>"


def show_picture(
    size: tuple[int, int], digits: Sequence[Digit], signs: Sequence[Sign], text: str, picture: object
) -> None:
    """Show the boxes over the picture, or on white when that is None; arguments otherwise as of `draw_page`.

    Raises:
        MissingExtraError: Matplotlib is not installed.
        PictureArrayError: The picture has another size.
    """
    try:
        import matplotlib.patches  # noqa: PLC0415 - heavy, and in an extra
        import matplotlib.pyplot as plt  # noqa: PLC0415
    except ImportError as error:
        msg = 'expected Matplotlib, which show() draws with, but it is not installed; pip install "inkdigits[train]"'
        raise MissingExtraError(msg) from error
    width, height = size
    pixels = np.full((height, width), 255, np.uint8) if picture is None else np.asarray(picture)
    if pixels.shape[:2] != (height, width):
        found = f"got an array of shape {pixels.shape}"
        msg = (
            f"expected the picture that was read, {width} x {height} pixels, {found}; turn it upright, do not scale it"
        )
        raise PictureArrayError(msg)
    figure, axes = plt.subplots()
    axes.imshow(pixels, cmap="gray" if pixels.ndim == 2 else None)
    axes.set_axis_off()
    axes.set_title(text or "(blank)")
    for (x, y, columns, rows), name, character in _list_boxes(digits, signs):
        axes.add_patch(matplotlib.patches.Rectangle((x, y), columns, rows, fill=False, edgecolor=_COLORS[name]))
        axes.annotate(character, (x + columns / 2, y), ha="center", va="bottom", color=_COLORS[name])
    figure.tight_layout()
    plt.show()


def _list_boxes(digits: Sequence[Digit], signs: Sequence[Sign]) -> list[tuple[tuple[int, int, int, int], str, str]]:
    """Return each box as x, y, width and height, with its key of `_COLORS` and what it says."""
    named = [(sign.box, "sign", sign.character) for sign in signs]
    of_signs = {sign.box for sign in signs}
    for digit in digits:
        if not (digit.reason == "sign" and digit.box in of_signs):
            character = {"digit": str(digit.label), "unsure": "?", "not_a_digit": ""}[digit.outcome]
            named.append((digit.box, digit.outcome, character))
    return [((box.x_min, box.y_min, box.width, box.height), name, character) for box, name, character in named]
