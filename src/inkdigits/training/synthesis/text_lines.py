"""Composes lines of digits and other marks as a hand writes them, and spoils them as pens and scanners do.

What varies within a line (height, place, gap) is drawn for each mark, what a writer or a device keeps up (slant, pen,
spacing, resolution) for each line.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.models.strips import to_strip
from inkdigits.spec import Float64Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.line_marks import draw_sign

__all__ = ["ComposedString", "compose_string"]

_BASE = 32  # rows: height of a usual digit where a line is composed
_MARGIN = _BASE  # rows above and below
_INK = 90  # of 255: darker pixels count as strokes where neighbors touch
_LENGTHS = np.array([0.0, 0.09, 0.13, 0.14, 0.14, 0.13, 0.1, 0.09, 0.07, 0.06, 0.05])  # shares of 0 to 10 digits


@dataclass(frozen=True, slots=True)
class ComposedString:
    """A line that was composed.

    Attributes:
        strip: uint8, shape (32, W), as `strips.to_strip` makes it.
        labels: uint8, shape (n,), its digits from left to right; n may be 0.
    """

    strip: UInt8Array
    labels: UInt8Array


@dataclass(frozen=True, slots=True)
class _Style:
    """What a writer keeps up along a line."""

    aspect: float
    gap: float  # between neighbors, in digit heights; under 0 they overlap
    by_ink: bool  # whether the gap is between the ink of neighbors, row by row, or between their boxes
    unevenness: float
    signs: float  # share of places with a mark that is no digit
    joins: bool


def compose_string(digits: LabeledFrames, others: UInt8Array, generator: np.random.Generator) -> ComposedString:
    """Return a line of some of the digits.

    Args:
        digits: What to choose from, one or more frames, each with some ink.
        others: uint8, shape (n, 28, 28), frames of letters and scribbles, which read as nothing; n of 1 or more.
        generator: Where every choice comes from: the same state gives the same line.
    """
    while True:
        style = _draw_style(generator)
        count = int(generator.choice(len(_LENGTHS), p=_LENGTHS))
        places = generator.integers(0, len(digits), count)
        if count > 1 and generator.random() < 0.1:  # a run of one digit, most often of zeros
            same = np.flatnonzero(digits.y == (0 if generator.random() < 0.5 else digits.y[places[0]]))
            places[int(generator.integers(count)) :] = generator.choice(same)
        line = _spoil(_write(digits.x[places], others, style, generator), generator)
        if line.any():
            return ComposedString(to_strip(line).picture, digits.y[places])


def _draw_style(generator: np.random.Generator) -> _Style:
    kind, by_ink = generator.random(), bool(generator.random() < 0.65)
    if kind < 0.45:
        gap = generator.uniform(0.05, 0.6)
    elif kind < 0.8:
        gap = generator.uniform(-0.08, 0.08)
    else:
        gap = generator.uniform(-0.15 if by_ink else -0.22, -0.05)
    return _Style(
        aspect=generator.uniform(0.75, 1.3),
        gap=gap,
        by_ink=by_ink,
        unevenness=generator.uniform(0.01, 0.07),
        signs=generator.uniform(0.05, 0.5) if generator.random() < 0.35 else 0.0,
        joins=bool(generator.random() < 0.08),
    )


def _write(frames: UInt8Array, others: UInt8Array, style: _Style, generator: np.random.Generator) -> UInt8Array:
    """Put the digits side by side, signs between them, on a canvas of three digit heights."""
    marks: list[tuple[UInt8Array, float]] = []  # each with its middle under the line's, in rows
    for frame in frames:
        if generator.random() < style.signs:
            marks.append(_draw_other(others, generator))
        marks.append(_draw_digit(frame, style, generator))
    if len(marks) == 0 or generator.random() < style.signs:
        marks.append(_draw_other(others, generator))
    canvas = np.zeros((_BASE + 2 * _MARGIN, sum(m.shape[1] + 4 * _BASE for m, _ in marks) + 2 * _MARGIN), np.uint8)
    end, left = float(_MARGIN), 0
    edge = np.full(canvas.shape[0], -np.inf)  # of each row: the column after its last ink
    previous = None
    for mark, down in marks:
        rows, columns = mark.shape
        top = min(max(round(_MARGIN + _BASE / 2 + down - rows / 2), 0), canvas.shape[0] - rows)
        gap = _BASE * (style.gap + generator.normal(0, style.unevenness)) if previous else 0.0
        if generator.random() < 0.03:
            gap += _BASE * generator.uniform(0.8, 2.5)
        touching = _find_contact(edge[top : top + rows], mark) if style.by_ink and previous else end
        left = round(max(touching + gap, left + 0.4 * columns if previous else _MARGIN))
        window = canvas[top : top + rows, left : left + columns]
        np.maximum(window, mark, out=window)
        if style.joins and previous is not None:
            _join(canvas, previous, (left + columns // 3, top + rows // 2), generator)
        previous = (left + 2 * columns // 3, top + rows // 2)
        inked = mark > _INK
        last = left + columns - inked[:, ::-1].argmax(axis=1)
        edge[top : top + rows] = np.where(
            inked.any(axis=1), np.maximum(edge[top : top + rows], last), edge[top : top + rows]
        )
        end = left + columns
    return canvas[:, : round(end) + _MARGIN]


def _find_contact(edge: Float64Array, mark: UInt8Array) -> float:
    """Return the column at which a mark's ink just touches the ink before it, given where that ends in each row."""
    inked = mark > _INK
    first = np.where(inked.any(axis=1), inked.argmax(axis=1), np.inf)
    reach = np.maximum(np.maximum(edge, np.append(edge[1:], -np.inf)), np.append(-np.inf, edge[:-1]))
    contact = float(np.max(reach - first))
    return contact if np.isfinite(contact) else float(np.max(edge, initial=_MARGIN))


def _draw_digit(frame: UInt8Array, style: _Style, generator: np.random.Generator) -> tuple[UInt8Array, float]:
    crop = _cut(frame)
    height = _BASE * generator.uniform(0.88, 1.12)
    if generator.random() < 0.06:
        height *= generator.uniform(0.5, 0.8)
    flat = crop.shape[1] > 1.3 * crop.shape[0]  # as high as it is wide otherwise would be far too large
    scale = height / max(crop.shape) if flat else height / crop.shape[0]
    width = crop.shape[1] * scale * style.aspect * generator.uniform(0.9, 1.1)
    size = (max(2, round(width)), max(4, round(crop.shape[0] * scale)))
    mark = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    down = generator.normal(0, 0.06 * _BASE)
    if generator.random() < 0.5:  # small ones stand on the line
        down += (_BASE - size[1]) / 2
    return mark, down


def _draw_other(others: UInt8Array, generator: np.random.Generator) -> tuple[UInt8Array, float]:
    if generator.random() < 0.65:
        mark, down = draw_sign(generator, round(_BASE * generator.uniform(0.8, 1.1)))
        return mark, down * _BASE
    crop = _cut(others[int(generator.integers(len(others)))])
    scale = _BASE * generator.uniform(0.5, 1.2) / max(crop.shape)
    size = (max(2, round(crop.shape[1] * scale)), max(2, round(crop.shape[0] * scale)))
    mark = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    return mark, (_BASE - size[1]) / 2 + generator.normal(0, 2)


def _cut(frame: UInt8Array) -> UInt8Array:
    x, y, width, height = cv2.boundingRect((frame > 30).astype(np.uint8))
    return frame[y : y + height, x : x + width] if width and height else frame


def _join(canvas: UInt8Array, start: tuple[int, int], end: tuple[int, int], generator: np.random.Generator) -> None:
    """Draw the stroke that a hasty hand leaves between two digits."""
    lift = generator.uniform(-0.45, 0.45) * _BASE
    ends = [(start[0], round(start[1] + lift)), (end[0], round(end[1] + lift + generator.normal(0, 3)))]
    if generator.random() < 0.5:
        cv2.line(canvas, ends[0], ends[1], 255, int(generator.integers(2, 5)), cv2.LINE_AA)


def _spoil(line: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    line = _slant(line, generator)
    if generator.random() < 0.4:
        brush = np.ones(generator.integers(1, 4, 2), np.uint8)
        thick = generator.random() < 0.6
        changed = np.asarray(cv2.dilate(line, brush) if thick else cv2.erode(line, np.ones((2, 2), np.uint8)))
        line = changed.astype(np.uint8) if changed.max() > 100 else line
    if generator.random() < 0.06:
        _draw_rule(line, generator)
    if generator.random() < 0.3:
        line = _lower_resolution(line, generator)
    if generator.random() < 0.3:
        line = np.asarray(cv2.GaussianBlur(line, (0, 0), float(generator.uniform(0.5, 2.0))), dtype=np.uint8)
    if generator.random() < 0.15:
        line = (line > generator.uniform(0.25, 0.55) * line.max()).astype(np.uint8) * np.uint8(255)
    if generator.random() < 0.25:
        strength, gamma = generator.uniform(0.5, 1.0), generator.uniform(0.6, 1.7)
        line = (255 * strength * (np.arange(256) / 255) ** gamma).astype(np.uint8)[line]
    if generator.random() < 0.12:
        line = _break(line, generator)
    if generator.random() < 0.12:
        grain = line + generator.normal(0, generator.uniform(4, 25), line.shape)
        near = cv2.dilate(line, np.ones((7, 7), np.uint8)) > 60  # far from ink, the reader leaves no grain
        line = np.where((grain > 30) & near, np.clip(grain, 0, 255), 0).astype(np.uint8)
    return line


def _slant(line: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Slant the digits, let the line climb or fall, and bend both a little."""
    height, width = line.shape
    shear, slope = generator.normal(0, 0.15), generator.normal(0, 0.05) if generator.random() < 0.4 else 0.0
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bends = generator.normal(0, generator.uniform(0.0, 1.4), (2, 6, 2 + width // 24)).astype(np.float32)
    right, down = (cv2.resize(bend, (width, height), interpolation=cv2.INTER_CUBIC) for bend in bends)
    from_columns = columns + np.float32(shear) * (rows - height / 2) + right
    from_rows = rows + np.float32(slope) * (columns - width / 2) + down
    # a long line that climbs needs more rows than there are
    reach = int(abs(slope) * width / 2) + 1
    padded = cv2.copyMakeBorder(line, reach, reach, 0, 0, cv2.BORDER_CONSTANT)
    more = np.linspace(-reach, height + reach - 1, height + 2 * reach, dtype=np.float32)
    taller = (cv2.resize(values, (width, height + 2 * reach)) for values in (from_columns, from_rows - rows))
    bent_columns, offset = taller
    bent_rows = offset + more[:, None] + reach
    return np.asarray(cv2.remap(padded, bent_columns, bent_rows.astype(np.float32), cv2.INTER_LINEAR), dtype=np.uint8)


def _draw_rule(line: UInt8Array, generator: np.random.Generator) -> None:
    """Leave a piece of a ruled line that was not taken out."""
    x, y, width, height = cv2.boundingRect(line)
    if not width:
        return
    row = y + round(height * generator.choice([generator.uniform(0.9, 1.1), generator.uniform(-0.1, 0.1)]))
    start = x + int(generator.integers(0, max(1, width)))
    end = start + round(_BASE * generator.uniform(0.3, 2))
    cv2.line(
        line, (start, row), (min(end, x + width), row), int(generator.integers(90, 256)), int(generator.integers(1, 4))
    )


def _lower_resolution(line: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    scale = generator.uniform(7, 16) / _BASE
    size = (max(1, round(line.shape[1] * scale)), max(1, round(line.shape[0] * scale)))
    small = cv2.resize(line, size, interpolation=cv2.INTER_AREA)
    if generator.random() < 0.3:
        small = (np.asarray(small) > generator.uniform(0.3, 0.5) * np.asarray(small).max()).astype(np.uint8) * np.uint8(
            255
        )
    return np.asarray(small, dtype=np.uint8)


def _break(line: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    """Let the ink run thin in patches, as a dry pen does."""
    patches = generator.uniform(0.15, 2.2, (8, 2 + line.shape[1] // 12)).astype(np.float32)
    strength = cv2.resize(patches, (line.shape[1], line.shape[0]), interpolation=cv2.INTER_LINEAR)
    return (line * np.minimum(strength, 1)).astype(np.uint8)
