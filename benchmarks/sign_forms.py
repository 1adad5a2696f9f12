"""Writes numbers with their signs by pen, for `signs.py`: amounts, dates, times, phone numbers, sums.

The digits are the forms of `stroke_forms`, the signs those below. Each point moves from number to number, as of a
drawing. No network here was trained with any of this code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from camera import photograph
from inkdigits.spec import Float64Array, UInt8Array
from stroke_forms import FORMS, MOST_TREMOR, Stroke, ink_of, write_form, write_stroke

SEED = 67
HEIGHTS = (20.0, 90.0)  # pixels, of a digit
PENS = (0.05, 0.14)  # width of the pen over the height of a digit; at least 1.2 pixels
_LEAST_PEN = 1.2
_GAPS = (0.1, 0.35)  # between the ink of neighbors, heights of a digit
_SPACE = (0.6, 1.0)  # the same where the text has a space
_CLOSER = 0.5  # of such a gap, on both sides of a point or comma
_SIZES = (0.85, 1.2)  # of signs, times their form
_DRIFT = 0.04  # of the line that a digit stands on, heights
_SLANT, _MOST_SLANT = (0.06, 0.09), 0.22  # of a hand, sideways over height: mean and deviation; a slash leans more
_SLANT_DRIFT = 0.025  # from one digit to the next
_RIM = (0.4, 1.2)  # paper around the number, heights
STRUCK = "~"  # in front of a text: it is crossed out
_STRIKES: Sequence[Sequence[Stroke]] = (  # widths and heights of the number
    (((-0.08, 0.5), (1.08, 0.48)),),
    (((-0.05, 0.85), (1.05, 0.15)),),
    (((-0.05, 0.15), (1.05, 0.85)),),
    (((-0.08, 0.4), (1.08, 0.38)), ((-0.06, 0.62), (1.06, 0.6))),
)

# x to the right, y down; 0 is the top of a digit, 1 the line that it stands on. Two points close together are a tap
_TAP = ((0.0, 0.96), (0.01, 0.965))
_LOOP = ((0.12, 0.02), (0.0, 0.1), (0.02, 0.25), (0.15, 0.28), (0.22, 0.14), (0.14, 0.02))
_SNAKE = ((0.5, 0.16), (0.28, 0.06), (0.06, 0.18), (0.1, 0.42), (0.38, 0.56), (0.5, 0.78), (0.3, 0.96), (0.0, 0.86))
_MOON = ((0.56, 0.16), (0.36, 0.04), (0.14, 0.22), (0.08, 0.52), (0.16, 0.84), (0.38, 0.98), (0.58, 0.86))
SIGNS: Mapping[str, Sequence[Sequence[Stroke]]] = {
    ".": ((_TAP,), (((0.0, 0.94), (0.05, 0.97)),), (((0.02, 0.93), (0.05, 0.96), (0.01, 0.98)),)),
    ",": (
        (((0.07, 0.88), (0.09, 1.0), (0.0, 1.18)),),
        (((0.1, 0.92), (0.0, 1.2)),),
        (((0.04, 0.9), (0.09, 0.93), (0.07, 1.06), (-0.02, 1.16)),),
    ),
    "-": ((((0.0, 0.5), (0.45, 0.49)),), (((0.0, 0.57), (0.28, 0.55)),), (((0.0, 0.48), (0.3, 0.5), (0.62, 0.46)),)),
    "/": ((((0.42, -0.06), (0.0, 1.06)),), (((0.3, 0.05), (0.02, 1.0)),), (((0.6, 0.0), (0.34, 0.45), (0.0, 1.1)),)),
    ":": (
        (((0.0, 0.36), (0.01, 0.365)), ((0.0, 0.84), (0.01, 0.845))),
        (((0.02, 0.3), (0.05, 0.33)), ((0.0, 0.9), (0.03, 0.93))),
    ),
    "(": ((((0.22, -0.12), (0.04, 0.24), (0.02, 0.7), (0.2, 1.1)),), (((0.16, -0.02), (0.0, 0.5), (0.18, 1.04)),)),
    ")": ((((0.0, -0.12), (0.18, 0.24), (0.2, 0.7), (0.0, 1.1)),), (((0.02, -0.02), (0.18, 0.5), (0.0, 1.04)),)),
    "%": (
        (_LOOP, ((0.56, 0.0), (0.1, 1.0)), tuple((x + 0.44, y + 0.68) for x, y in _LOOP)),
        (_LOOP, ((0.66, -0.02), (0.02, 1.02)), tuple((x + 0.5, y + 0.62) for x, y in _LOOP)),
    ),
    "+": (
        (((0.0, 0.54), (0.52, 0.52)), ((0.27, 0.26), (0.25, 0.8))),
        (((0.3, 0.18), (0.3, 0.88)), ((0.0, 0.5), (0.64, 0.53))),
    ),
    "=": (
        (((0.0, 0.42), (0.5, 0.4)), ((0.02, 0.66), (0.5, 0.65))),
        (((0.0, 0.38), (0.6, 0.38)), ((0.0, 0.58), (0.58, 0.6))),
    ),
    "$": (
        (_SNAKE, ((0.27, -0.1), (0.25, 1.12))),
        (_SNAKE, ((0.2, -0.06), (0.19, 1.08)), ((0.34, -0.06), (0.33, 1.08))),
    ),
    "€": ((_MOON, ((-0.06, 0.42), (0.4, 0.4)), ((-0.06, 0.6), (0.36, 0.58))),),
    "£": ((((0.54, 0.2), (0.42, 0.04), (0.24, 0.14), (0.24, 0.5), (0.2, 0.86), (0.0, 0.98), (0.0, 0.98), (0.58, 0.96)),
           ((0.04, 0.54), (0.42, 0.52))),),
    "¥": ((((0.0, 0.0), (0.28, 0.46)), ((0.58, 0.0), (0.28, 0.46), (0.27, 1.0)), ((0.08, 0.56), (0.48, 0.55)),
           ((0.08, 0.74), (0.48, 0.73))),),
    "₹": ((((0.0, 0.02), (0.56, 0.0)), ((0.02, 0.24), (0.54, 0.22)),
           ((0.1, 0.02), (0.34, 0.08), (0.34, 0.36), (0.06, 0.46), (0.06, 0.46), (0.44, 1.0))),),
    "*": ((((0.18, 0.2), (0.18, 0.66)), ((0.0, 0.3), (0.36, 0.56)), ((0.36, 0.3), (0.0, 0.56))),),
    "R": ((((0.04, 0.0), (0.0, 1.0)),
           ((0.02, 0.04), (0.42, 0.06), (0.44, 0.38), (0.04, 0.5), (0.04, 0.5), (0.5, 1.0))),),
    "s": ((((0.3, 0.52), (0.12, 0.48), (0.02, 0.62), (0.28, 0.8), (0.2, 0.98), (0.0, 0.94)),),),
    "N": ((((0.0, 1.0), (0.04, 0.0), (0.04, 0.0), (0.48, 1.0), (0.48, 1.0), (0.52, 0.0)),),),
    "T": ((((0.0, 0.02), (0.56, 0.0)), ((0.28, 0.0), (0.27, 1.0))),),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A picture of a number, and what it says.

    Attributes:
        kind: One of `KINDS`.
        text: As it was written, with spaces.
        height: Of a digit, pixels.
        pen: Width of the pen, pixels.
        picture: uint8, shape (H, W, 3), BGR.
    """

    kind: str
    text: str
    height: float
    pen: float
    picture: UInt8Array


def write_number(kind: str, index: int) -> Number:
    """Return one number of a kind; an index always has the same."""
    generator = np.random.default_rng([SEED, list(KINDS).index(kind), index])
    text = KINDS[kind](generator)
    height = float(np.exp(generator.uniform(*np.log(HEIGHTS))))
    pen = max(_LEAST_PEN, float(generator.uniform(*PENS)) * height)
    ink = _write_line(text, generator, height, pen)
    return Number(kind, text, height, pen, _lay_on_paper(ink, generator))


def _write_line(text: str, generator: np.random.Generator, height: float, pen: float) -> Float64Array:
    """Return the ink of a line of writing, 0 to 1, with paper around."""
    curves: list[Float64Array] = []
    edge, gap = 0.0, 0.0
    hand = float(np.clip(generator.normal(*_SLANT), -_MOST_SLANT, _MOST_SLANT))
    written = text.removeprefix(STRUCK)
    for place, character in enumerate(written):
        if character == " ":
            gap = float(generator.uniform(*_SPACE)) * height
            continue
        if place and not gap:
            is_close = not {character, written[place - 1]}.isdisjoint(",.")
            gap = float(generator.uniform(*_GAPS)) * height * (_CLOSER if is_close else 1.0) + pen
        own = _write_character(character, generator, height, hand + float(generator.normal(0, _SLANT_DRIFT)))
        left = edge + gap - min(float(curve[:, 0].min()) for curve in own)
        down = generator.normal(0, _DRIFT) * height
        own = [curve + np.array([left, down]) for curve in own]
        edge, gap = max(float(curve[:, 0].max()) for curve in own), 0.0
        curves += own
    if written != text:
        curves += _strike(curves, generator, height)
    left, above, right, below = generator.uniform(*_RIM, 4) * height
    corner = np.concatenate(curves).min(axis=0) - np.array([left, above])
    ink = ink_of([curve - corner for curve in curves], pen, is_smooth=True)
    return np.pad(ink, ((0, round(below)), (0, round(right))))


def _strike(curves: Sequence[Float64Array], generator: np.random.Generator, height: float) -> list[Float64Array]:
    """Return the curves of the pen that takes a number back."""
    points = np.concatenate(curves)
    corner, size = points.min(axis=0), np.ptp(points, axis=0)
    wide = max(float(size[0]), height / 2)
    corner[0] -= (wide - size[0]) / 2
    strokes = _STRIKES[int(generator.integers(len(_STRIKES)))]
    return [write_stroke(stroke, generator, tremor=MOST_TREMOR / 2) * (wide, size[1]) + corner for stroke in strokes]


def _write_character(character: str, generator: np.random.Generator, height: float, slant: float) -> list[Float64Array]:
    """Return the curves of a digit or sign; y is 0 at the top of a usual digit."""
    if character in FORMS:
        form = FORMS[character][int(generator.integers(len(FORMS[character])))]
        rows = height * float(generator.uniform(0.88, 1.1))
        return [curve + np.array([0, height - rows]) for curve in write_form(form, generator, rows=rows, hand=slant)]
    form = SIGNS[character][int(generator.integers(len(SIGNS[character])))]
    size, tremor = float(generator.uniform(*_SIZES)), float(generator.uniform(0, MOST_TREMOR))
    middle = np.mean([point for stroke in form for point in stroke], axis=0)
    lean = np.array([[1.0, 0.0], [-slant, 1.0]])
    curves = [(write_stroke(stroke, generator, tremor=tremor) - middle) @ lean for stroke in form]
    return [np.asarray((curve * size + middle) * height) for curve in curves]


def _lay_on_paper(ink: Float64Array, generator: np.random.Generator) -> UInt8Array:
    """Return ink on paper: a third are clean canvases, a third photos of plain paper, a third of ruled paper."""
    way = generator.integers(3)
    tone = generator.uniform(200, 255) - generator.uniform(0, 20, 3) if way else np.full(3, 255.0)
    pen = generator.uniform(0, 90) + generator.uniform(0, 40, 3) if way else np.zeros(3)
    sheet = np.broadcast_to(tone, (*ink.shape, 3)).copy()
    if way == 2:
        pitch, first = int(generator.integers(24, 120)), int(generator.integers(0, 24))
        sheet[first::pitch] -= float(generator.uniform(20, 70))
    colors = sheet * (1 - ink[..., None]) + np.minimum(pen, sheet) * ink[..., None]
    if not way:
        return np.asarray(colors.round(), dtype=np.uint8)
    return photograph(colors, generator, most_blur=max(0.35, 0.02 * ink.shape[0] / 3))


def _digits(generator: np.random.Generator, least: int, most: int) -> str:
    """Return a number of so many digits that begins with none of 0."""
    count = int(generator.integers(least, most + 1))
    return str(generator.integers(10 ** (count - 1), 10**count))


def _grouped(generator: np.random.Generator) -> str:
    cents = f".{generator.integers(100):02d}" if generator.random() < 0.4 else ""
    return f"{int(_digits(generator, 4, 7)):,}{cents}"


def _decimal(generator: np.random.Generator) -> str:
    return f"{_digits(generator, 1, 4)}.{_digits(generator, 1, 2)}"


def _negative(generator: np.random.Generator) -> str:
    return f"-{_digits(generator, 1, 4)}"


def _in_parentheses(generator: np.random.Generator) -> str:
    return f"({_digits(generator, 1, 4)})"


def _currency(generator: np.random.Generator) -> str:
    return f"{generator.choice(list('$€£¥₹'))}{_digits(generator, 1, 4)}"


def _currency_word(generator: np.random.Generator) -> str:
    return f"{generator.choice(['Rs ', 'NT$'])}{_digits(generator, 2, 4)}"


def _percent(generator: np.random.Generator) -> str:
    return f"{_digits(generator, 1, 3)}%"


def _date(generator: np.random.Generator) -> str:
    return f"{generator.integers(1, 32):02d}/{generator.integers(1, 13):02d}/{generator.integers(1950, 2030)}"


def _time(generator: np.random.Generator) -> str:
    return f"{generator.integers(24):02d}:{generator.integers(60):02d}"


def _phone(generator: np.random.Generator) -> str:
    return f"({_digits(generator, 3, 3)}) {_digits(generator, 3, 3)}-{generator.integers(10_000):04d}"


def _ended(generator: np.random.Generator) -> str:
    return f"{_digits(generator, 2, 5)}/-"


def _sum(generator: np.random.Generator) -> str:
    return f"{_digits(generator, 1, 3)}+{_digits(generator, 1, 3)}"


def _equation(generator: np.random.Generator) -> str:
    one, other = int(_digits(generator, 1, 2)), int(_digits(generator, 1, 2))
    return f"{one}+{other}={one + other}"


def _starred(generator: np.random.Generator) -> str:
    return f"**{_digits(generator, 2, 4)}**"


def _crossed_out(generator: np.random.Generator) -> str:
    return STRUCK + _digits(generator, 1, 2)


def _crossed_out_long(generator: np.random.Generator) -> str:
    return STRUCK + _digits(generator, 3, 6)


def _dashed(generator: np.random.Generator) -> str:
    return f"{_digits(generator, 2, 4)}---"


KINDS: Mapping[str, Callable[[np.random.Generator], str]] = {
    "comma for thousands": _grouped,
    "decimal point": _decimal,
    "minus": _negative,
    "parentheses": _in_parentheses,
    "currency": _currency,
    "currency in letters": _currency_word,
    "percent": _percent,
    "slashes of a date": _date,
    "colon of a time": _time,
    "phone number": _phone,
    "/- after an amount": _ended,
    "plus": _sum,
    "equals": _equation,
    "stars that fill a field": _starred,
    "dashes that fill a field": _dashed,
    "1 or 2 digits crossed out": _crossed_out,
    "3 to 6 digits crossed out": _crossed_out_long,
}
