"""Composes small pictures with digits, boxes and kinds known: what the detector learns from.

A scene is 96 x 192 pixels: numbers on paper, single digits, boxed fields, registers, text, print, and things that are no
digit. Digits are 12 to 66 pixels high; at other sizes the reader looks at a smaller or larger copy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
from numpy.random import Generator

from inkdigits.spec import MARK_LABELS, UInt8Array
from inkdigits.training.synthesis.canvas import Canvas, Scene
from inkdigits.training.synthesis.number_texts import draw_digits, draw_number
from inkdigits.training.synthesis.papers import draw_paper, expose
from inkdigits.training.synthesis.print_fonts import draw_text
from inkdigits.training.synthesis.stamps import Hand, InkPool, Stamp, draw_hand, trim

__all__ = ["SCENE_SHAPE", "Composer"]

SCENE_SHAPE = (96, 192)  # rows, columns
_HEIGHTS = (12.0, 66.0)  # pixels of a digit
_WORDS = (
    "Total Date No Name Amount Page Sum Nr Betrag Datum Horas Minutos Fecha Numero Votos Jumlah Suara Code ID Tel Qty"
    " Price Year Month Day Score Class Grade Room Item Rs Only Payee Signature Mark Roll Subject Marks Id Unit cm kg km"
    " the of and for votes valid total number sheet from with this that not are by le la de des les une et pour dans sur"
).split()


@dataclass(frozen=True, slots=True)
class _Writing:
    """How a line is written: by a hand, or in a font."""

    hand: Hand
    font: Path | None
    strength: float  # of the ink, 0 to 1
    gap: float  # between marks, in digit heights
    slope: float  # rows a column
    spread: float  # of heights and places from mark to mark


class Composer:
    """Composes scenes, the same for the same generator.

    Args:
        pool: What marks are drawn from.
        fonts: For print; with none, all is written by hand.
        silhouette: Draws a filled shape that is no digit, uint8 (h, w), light on black.
        words: Gray masks of handwritten words and letters, ink 255.
    """

    def __init__(
        self,
        pool: InkPool,
        fonts: tuple[Path, ...],
        silhouette: Callable[[Generator], UInt8Array],
        words: tuple[UInt8Array, ...],
    ) -> None:
        self._pool, self._fonts, self._silhouette, self._words = pool, fonts, silhouette, words
        names = pool.sources
        weights = np.array(
            [{"pen": 5.0, "mnist": 4.0, "crops": 2.0, "optdigits_orig": 1.5}.get(name, 0.7) for name in names]
        )
        self._sources, self._shares = names, weights / weights.sum()

    def compose(self, generator: Generator) -> Scene:
        """Compose one scene."""
        paper = draw_paper(SCENE_SHAPE, generator)
        canvas = Canvas(np.zeros(SCENE_SHAPE, dtype=np.float32))
        names = list(_SCENES)
        shares = np.array([share for _, share in _SCENES.values()])
        _SCENES[str(generator.choice(names, p=shares / shares.sum()))][0](self, canvas, generator)
        if generator.random() < 0.3:
            canvas.shift_strength(generator)
        picture = expose(paper, canvas.ink, generator)
        if generator.random() < 0.25:
            picture = self._cut(picture, canvas, generator)
        return canvas.finish(picture)

    # ---- writing

    def _writing(self, generator: Generator, *, printed: float = 0.06) -> _Writing:
        font = (
            self._fonts[int(generator.integers(len(self._fonts)))]
            if self._fonts and generator.random() < printed
            else None
        )
        return _Writing(
            hand=draw_hand(generator, self._sources, list(self._shares)),
            font=font,
            strength=generator.uniform(0.35, 0.97) if generator.random() < 0.8 else generator.uniform(0.18, 0.35),
            gap=generator.uniform(0.04, 0.1) if font else float(np.clip(generator.normal(0.13, 0.15), -0.25, 0.9)),
            slope=0.0 if font else generator.normal(0, 0.04),
            spread=0.0 if font else generator.uniform(0.02, 0.09),
        )

    def _stamp(self, character: str, height: float, writing: _Writing, generator: Generator) -> Stamp:
        if writing.font is not None:
            ink, top = draw_text(character, height, writing.font, generator)
            return Stamp(ink, top)
        if character.isdigit():
            wanted = height * float(np.exp(generator.normal(0, writing.spread)))
            if generator.random() < 0.05:
                wanted *= generator.uniform(0.55, 0.85)
            stamp = self._pool.digit(int(character), wanted, writing.hand, generator)
            rise = 0.5 if generator.random() < 0.6 else 1.0  # small ones stand on the line now and then
            return Stamp(stamp.ink, (height - stamp.ink.shape[0]) * rise)
        return self._pool.sign(character, height, writing.hand, generator)

    def _write(
        self,
        canvas: Canvas,
        text: str,
        place: tuple[float, float],
        height: float,
        writing: _Writing,
        generator: Generator,
        *,
        line: int = 0,
    ) -> float:
        """Write text from a place, its left end and the top of its digits; return the column after its end."""
        x, top = place
        start = x
        for character in text:
            if x > canvas.ink.shape[1]:
                break
            if character == " ":
                x += height * generator.uniform(0.35, 0.9)
                continue
            stamp = self._stamp(character, height, writing, generator)
            y = top + stamp.top + generator.normal(0, 0.5 * writing.spread * height) + writing.slope * (x - start)
            strength = writing.strength * float(np.exp(generator.normal(0, 0.05)))
            canvas.put_mark(
                MARK_LABELS.index(character),
                stamp.ink,
                x,
                y,
                strength=min(strength, 1.0),
                printed=writing.font is not None,
                line=line,
            )
            gap = (writing.gap + generator.normal(0, writing.spread)) * height
            x += stamp.ink.shape[1] + max(gap, -0.3 * min(stamp.ink.shape[1], height))
        return x

    def _print(
        self,
        canvas: Canvas,
        text: str,
        place: tuple[float, float],
        height: float,
        strength: float,
        generator: Generator,
    ) -> float:
        """Print words, whose letters are other ink and whose digits and signs are marks; return the column after them."""
        if not self._fonts:
            return place[0]
        font = self._fonts[int(generator.integers(len(self._fonts)))]
        x, top = place
        ink, rows = draw_text(text, height, font, generator)
        canvas.put_other(ink, x, top + rows, strength)
        return x + ink.shape[1]

    def _height(self, generator: Generator, low: float = _HEIGHTS[0], high: float = _HEIGHTS[1]) -> float:
        return float(np.exp(generator.uniform(np.log(low), np.log(high))))

    def _top(self, height: float, generator: Generator) -> float:
        return generator.uniform(-0.05 * height, max(1.0, SCENE_SHAPE[0] - height))

    # ---- scenes

    def _number(self, canvas: Canvas, generator: Generator) -> None:
        """One number, and what stands around it: ruled lines, other lines, a word or a sign."""
        height = self._height(generator)
        top = self._top(height, generator)
        writing = self._writing(generator)
        if generator.random() < 0.35:
            self._rules(canvas, generator, height, top)
        x = generator.uniform(-4, 50)
        if generator.random() < 0.2:
            x = self._other(canvas, x, top, height, writing, generator)
        x = self._write(canvas, draw_number(generator), (x, top), height, writing, generator)
        while generator.random() < 0.3 and x < SCENE_SHAPE[1] - 10:
            x = self._other(canvas, x + generator.uniform(0.05, 0.8) * height, top, height, writing, generator)
        if generator.random() < 0.25:
            self._neighbor_line(canvas, top, height, writing, generator)
        if generator.random() < 0.06:
            self._cross_out(canvas, (10, top), (x, top + height), writing, generator)

    def _page(self, canvas: Canvas, generator: Generator) -> None:
        """Several lines of numbers, as on a page or in a table."""
        height = self._height(generator, 12, 30)
        writing, pitch = self._writing(generator, printed=0.15), generator.uniform(1.25, 2.2)
        top, line = generator.uniform(-0.6, 0.5) * height, 0
        if generator.random() < 0.5:
            self._rules(canvas, generator, height * pitch, top - 0.2 * height)
        while top < SCENE_SHAPE[0]:
            x = generator.uniform(-10, 40)
            while x < SCENE_SHAPE[1]:
                x = self._write(canvas, draw_number(generator), (x, top), height, writing, generator, line=line)
                x += height * generator.uniform(0.8, 4)
                line += 1
            top += pitch * height

    def _single(self, canvas: Canvas, generator: Generator) -> None:
        """One large digit, by any pen."""
        writing = self._writing(generator)
        height = generator.uniform(24, 68)
        label = int(generator.integers(10))
        stamp = self._stamp(str(label), height, writing, generator)
        rows, columns = stamp.ink.shape
        x = generator.uniform(0, max(1, SCENE_SHAPE[1] - columns))
        y = generator.uniform(-2, max(1, SCENE_SHAPE[0] - rows))
        if generator.random() < 0.3:
            self._box(
                canvas, (x - 0.4 * height, y - 0.2 * height, x + columns + 0.4 * height, y + 1.2 * height), generator
            )
        canvas.put_mark(label, stamp.ink, x, y, strength=writing.strength, printed=writing.font is not None, line=0)
        if generator.random() < 0.15:  # a bit of a neighbor at the picture's edge
            other = self._stamp(str(generator.integers(10)), height, writing, generator)
            side = -0.8 * other.ink.shape[1] if x > SCENE_SHAPE[1] / 2 else SCENE_SHAPE[1] - 0.2 * other.ink.shape[1]
            canvas.put(other.ink, side, y, writing.strength)
            canvas.ignore(side, y, side + other.ink.shape[1], y + other.ink.shape[0])

    def _boxes(self, canvas: Canvas, generator: Generator) -> None:
        """A row of printed boxes or a comb with a digit, a cross or nothing in each, and printed words around."""
        side = generator.uniform(18, 80)
        wide = side * generator.uniform(0.7, 1.35)
        left, top = (
            generator.uniform(-0.7 * wide, 40),
            generator.uniform(-0.15 * side, max(1, SCENE_SHAPE[0] - 0.9 * side)),
        )
        writing, apart = (
            self._writing(generator),
            generator.uniform(0, 0.3) * wide if generator.random() < 0.35 else 0.0,
        )
        strength, thickness = generator.uniform(0.2, 0.98), int(generator.choice([1, 1, 1, 2, 2, 3, 5]))
        kind = str(generator.choice(["box", "box", "box", "comb", "dotted"]))
        count = int(generator.integers(1, 9))
        if generator.random() < 0.3:  # the thick side or filled head of a table
            self._bar(canvas, left, top, side, generator)
        height, crosses = side * generator.uniform(0.45, 1.05), generator.random() < 0.25
        number, x = 0, left
        for place in range(count):
            self._cell(canvas, (x, top, x + wide, top + side), kind, (strength, thickness), generator)
            if generator.random() < 0.9:
                self._fill(canvas, (x, top, wide, side), height, writing, generator, cross=crosses and place < 2)
            number += 1
            x += wide + apart
            if generator.random() < 0.04:
                x = (
                    self._write(
                        canvas,
                        str(generator.choice(list(":/.-"))),
                        (x + 2, top + 0.3 * side),
                        0.4 * side,
                        self._writing(generator, printed=0.9),
                        generator,
                    )
                    + 2
                )
        self._labels(canvas, top, top + side, generator)

    def _fill(
        self,
        canvas: Canvas,
        cell: tuple[float, float, float, float],
        height: float,
        writing: _Writing,
        generator: Generator,
        *,
        cross: bool,
    ) -> None:
        x, top, wide, side = cell
        if cross and generator.random() < 0.7:
            stamp = self._cross(height * generator.uniform(0.5, 0.9), writing, generator)
            put = canvas.put_other
            put(stamp, x + (wide - stamp.shape[1]) / 2, top + (side - stamp.shape[0]) / 2, writing.strength)
            return
        label = int(generator.integers(10))
        stamp_ = self._stamp(str(label), height, writing, generator)
        rows, columns = stamp_.ink.shape
        jitter = generator.normal(0, 0.09, 2)
        at = (x + (wide - columns) / 2 + jitter[0] * wide, top + (side - rows) / 2 + jitter[1] * side)
        canvas.put_mark(label, stamp_.ink, *at, strength=writing.strength, printed=writing.font is not None, line=0)

    def _grid(self, canvas: Canvas, generator: Generator) -> None:
        """A table of cells, as of a puzzle or a mark sheet: a digit, a short number, print or nothing in each."""
        side = generator.uniform(20, 70)
        wide = side * (generator.uniform(0.9, 1.1) if generator.random() < 0.6 else generator.uniform(1.2, 3))
        left, top = generator.uniform(-wide, 0), generator.uniform(-side, 0)
        strength, lean = generator.uniform(0.15, 0.95), generator.normal(0, 2)
        thin, thick = int(generator.choice([1, 1, 2])), int(generator.choice([1, 2, 3, 4]))
        hand, printed = self._writing(generator, printed=0.0), self._writing(generator, printed=1.0)
        height, filled = side * generator.uniform(0.4, 0.85), generator.uniform(0.2, 0.95)
        share, line = generator.uniform(0, 0.6), 0
        for row in range(int((SCENE_SHAPE[0] - top) / side) + 2):
            y = top + row * side
            self._line(
                canvas, (-2, y), (SCENE_SHAPE[1] + 2, y + lean), strength, thick if row % 3 == 0 else thin
            )
            for column in range(int((SCENE_SHAPE[1] - left) / wide) + 2):
                x = left + column * wide
                if row == 0:
                    self._line(
                        canvas, (x, -2), (x - lean, SCENE_SHAPE[0] + 2), strength, thick if column % 3 == 0 else thin
                    )
                if generator.random() > filled:
                    continue
                line += 1
                writing = printed if generator.random() < share else hand
                if wide > 1.2 * side:
                    start = x + generator.uniform(0.05, 0.3) * wide
                    self._write(
                        canvas,
                        draw_digits(generator, int(generator.integers(1, 4))),
                        (start, y + 0.5 * (side - height) + generator.normal(0, 0.06) * side),
                        height,
                        writing,
                        generator,
                        line=line,
                    )
                else:
                    self._fill(canvas, (x, y, wide, side), height, writing, generator, cross=False)

    def _register(self, canvas: Canvas, generator: Generator) -> None:
        """A number in a column of a register: thick or double rules beside it, thin ones under it."""
        height = self._height(generator, 12, 48)
        top, writing = self._top(height, generator), self._writing(generator, printed=0.02)
        left = generator.uniform(0, 60)
        rules = [left - generator.uniform(0, 0.8) * height]
        end = self._write(
            canvas,
            draw_number(generator) if generator.random() < 0.7 else draw_digits(generator),
            (left, top),
            height,
            writing,
            generator,
        )
        rules.append(end + generator.uniform(-0.1, 1.2) * height)
        strength = generator.uniform(0.3, 1.0)
        for x in rules:
            for step in range(int(generator.choice([1, 1, 2, 3]))):
                thickness = int(generator.choice([1, 2, 2, 3, 4, 8, 14]))
                lean = generator.normal(0, 1.5)
                self._line(canvas, (x + 5 * step, -2), (x + 5 * step + lean, SCENE_SHAPE[0] + 2), strength, thickness)
        if generator.random() < 0.6:
            self._rules(canvas, generator, height * generator.uniform(1.2, 2), top, faint=True)
        if generator.random() < 0.5:  # entries of the lines above and below, cut by the picture
            self._neighbor_line(canvas, top, height, writing, generator)
        if generator.random() < 0.1:
            self._bar(canvas, left, top, height, generator)

    def _text(self, canvas: Canvas, generator: Generator) -> None:
        """Words, written or printed, with a number among them half of the time."""
        height = self._height(generator, 12, 44)
        top, x = self._top(height, generator), generator.uniform(-20, 10)
        writing, strength = self._writing(generator), generator.uniform(0.3, 0.97)
        line = 0
        printed = generator.random() < 0.45
        pitch = generator.uniform(1.4, 2.2) * height
        if generator.random() < 0.3:
            self._rules(canvas, generator, pitch, top)
        while top < SCENE_SHAPE[0] and line < 6:
            while x < SCENE_SHAPE[1]:
                if generator.random() < 0.22:
                    x = self._write(
                        canvas,
                        draw_number(generator),
                        (x, top),
                        height * generator.uniform(0.8, 1.1),
                        writing,
                        generator,
                        line=line,
                    )
                elif printed:
                    text = " ".join(str(generator.choice(_WORDS)) for _ in range(int(generator.integers(1, 4))))
                    x = self._print(canvas, text, (x, top), height, strength, generator)
                else:
                    x = self._other(canvas, x, top, height, writing, generator, letters=0.9)
                x += generator.uniform(0.1, 0.9) * height
            x, top, line = generator.uniform(-20, 10), top + pitch, line + 1

    def _things(self, canvas: Canvas, generator: Generator) -> None:
        """Clothes, blots and textures: no digit at all."""
        if generator.random() < 0.75:
            shape = self._silhouette(generator)
            scale = generator.uniform(1.0, 3.0)
            large = cv2.resize(shape, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
            x, y = generator.uniform(-10, SCENE_SHAPE[1] - 40), generator.uniform(-10, SCENE_SHAPE[0] - 40)
            canvas.put_other(np.asarray(large, dtype=np.uint8), x, y, generator.uniform(0.4, 1.0))
            return
        cells = (int(generator.integers(4, 40)), int(generator.integers(4, 60)))
        coarse = generator.standard_normal(cells, dtype=np.float32)
        noise = cv2.resize(coarse, (SCENE_SHAPE[1], SCENE_SHAPE[0]), interpolation=cv2.INTER_CUBIC)
        level = np.float32(generator.uniform(-0.5, 1.2))
        ink = np.clip((noise - level) * np.float32(generator.uniform(40, 400)), 0, 255).astype(np.uint8)
        canvas.put_other(ink, 0, 0, generator.uniform(0.2, 0.9))

    def _empty(self, canvas: Canvas, generator: Generator) -> None:
        """Paper with lines, boxes, creases and dust, and nothing written."""
        if generator.random() < 0.6:
            self._rules(canvas, generator, generator.uniform(15, 70), generator.uniform(0, 40))
        for _ in range(int(generator.integers(0, 4))):
            x, y = generator.uniform(0, SCENE_SHAPE[1]), generator.uniform(0, SCENE_SHAPE[0])
            self._box(canvas, (x, y, x + generator.uniform(15, 90), y + generator.uniform(15, 80)), generator)
        for _ in range(int(generator.integers(0, 8))):
            ink = np.full((int(generator.integers(1, 4)), int(generator.integers(1, 4))), 255, dtype=np.uint8)
            canvas.put(
                ink,
                generator.uniform(0, SCENE_SHAPE[1]),
                generator.uniform(0, SCENE_SHAPE[0]),
                generator.uniform(0.1, 0.8),
            )
        if generator.random() < 0.3:
            self._labels(canvas, 30, 60, generator)

    # ---- what stands around digits

    def _other(
        self,
        canvas: Canvas,
        x: float,
        top: float,
        height: float,
        writing: _Writing,
        generator: Generator,
        *,
        letters: float = 0.6,
    ) -> float:
        """Put a letter, a word, a scribble or another mark that is no digit; return the column after it."""
        kind = generator.random()
        if kind < 0.45 * letters / 0.6 and self._words:
            ink = self._words[int(generator.integers(len(self._words)))]
            scale = height * generator.uniform(0.6, 1.4) / max(ink.shape[0], 1)
            size = (max(2, round(ink.shape[1] * scale)), max(2, round(ink.shape[0] * scale)))
            ink = np.asarray(
                cv2.resize(ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), dtype=np.uint8
            )
        elif kind < letters:
            ink = self._pool.letter(height * generator.uniform(0.5, 1.1), writing.hand, generator).ink
        elif kind < letters + 0.2:
            ink = self._scribble(height, writing, generator)
        elif kind < letters + 0.3:
            ink = self._cross(height * generator.uniform(0.3, 1.0), writing, generator)
        else:
            label = str(generator.choice(_WORDS))
            return self._print(
                canvas,
                label,
                (x, top + generator.uniform(-0.2, 0.6) * height),
                height * generator.uniform(0.3, 0.9),
                writing.strength,
                generator,
            )
        canvas.put_other(ink, x, top + generator.uniform(0, 0.4) * height, writing.strength)
        return x + ink.shape[1]

    def _scribble(self, height: float, writing: _Writing, generator: Generator) -> UInt8Array:
        """A random pen path: a doodle, a wavy underline or a start of a signature."""
        rows, columns = int(height * generator.uniform(0.3, 1.2)) + 8, int(height * generator.uniform(0.6, 3)) + 8
        ink = np.zeros((rows, columns), dtype=np.uint8)
        count = int(generator.integers(5, 14))
        path = np.stack(
            [np.sort(generator.uniform(3, columns - 3, count)), generator.uniform(3, rows - 3, count)], axis=1
        )
        path[:, 0] += generator.normal(0, 0.15 * height, count)
        at = np.linspace(0, count - 1, 6 * count)
        smooth = np.stack([np.interp(at, np.arange(count), path[:, axis]) for axis in (0, 1)], axis=1)
        for _ in range(4):
            smooth[1:-1] = (smooth[:-2] + 2 * smooth[1:-1] + smooth[2:]) / 4
        thickness = max(1, round(writing.hand.pen * height))
        cv2.polylines(ink, [np.rint(smooth * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
        return trim(ink)

    def _cross(self, height: float, writing: _Writing, generator: Generator) -> UInt8Array:
        """A cross or a tick, which says that a box stays empty."""
        side = max(6, int(height))
        ink = np.zeros((side + 8, side + 8), dtype=np.uint8)
        bends = generator.normal(0, 0.1 * side, (4, 2)) + [[4, 4], [side, side], [side, 4], [4, side]]
        points = np.rint(np.clip(bends, 1, side + 6) * 16).astype(np.int32)
        thickness = max(1, round(writing.hand.pen * height))
        cv2.polylines(ink, [points[:2]], False, 255, thickness, cv2.LINE_AA, 4)
        cv2.polylines(ink, [points[2:]], False, 255, thickness, cv2.LINE_AA, 4)
        return trim(ink)

    def _cross_out(
        self,
        canvas: Canvas,
        start: tuple[float, float],
        end: tuple[float, float],
        writing: _Writing,
        generator: Generator,
    ) -> None:
        """Strike a number out, by lines or a scrawl; its digits are no digits any more."""
        (left, top), (right, bottom) = start, end
        rows, columns = max(4, int(bottom - top)), max(8, int(right - left))
        ink = np.zeros((rows, columns), dtype=np.uint8)
        thickness = max(1, round(writing.hand.pen * rows * generator.uniform(0.8, 1.6)))
        if generator.random() < 0.5:
            for _ in range(int(generator.integers(2, 5))):
                a, b = generator.uniform(0.2, 0.8, 2) * rows
                cv2.line(ink, (0, int(a)), (columns, int(b)), 255, thickness, cv2.LINE_AA)
        else:
            turns = int(generator.integers(6, 16))
            path = np.stack([np.linspace(0, columns, turns), rows * (0.5 + 0.4 * (-1) ** np.arange(turns))], axis=1)
            path += generator.normal(0, 0.08 * rows, path.shape)
            cv2.polylines(ink, [np.rint(path * 16).astype(np.int32)], False, 255, thickness, cv2.LINE_AA, 4)
        canvas.put_other(ink, left, top, writing.strength)
        canvas.cover_marks(left, top - rows, right, bottom + rows)

    def _neighbor_line(
        self, canvas: Canvas, top: float, height: float, writing: _Writing, generator: Generator
    ) -> None:
        for place in (top - height * generator.uniform(1.2, 2), top + height * generator.uniform(1.2, 2)):
            if -height < place < SCENE_SHAPE[0]:
                if generator.random() < 0.6:
                    self._write(
                        canvas,
                        draw_digits(generator),
                        (generator.uniform(-10, 80), place),
                        height,
                        writing,
                        generator,
                        line=1,
                    )
                else:
                    self._other(canvas, generator.uniform(-10, 80), place, height, writing, generator, letters=0.9)

    def _rules(self, canvas: Canvas, generator: Generator, pitch: float, top: float, *, faint: bool = False) -> None:
        """Ruled or squared paper: level lines, and upright ones now and then."""
        strength, thickness = generator.uniform(0.08, 0.35 if faint else 0.8), int(generator.choice([1, 1, 1, 2]))
        lean = generator.normal(0, 1.5)
        pitch = max(pitch, 8.0)
        y = (top + 1.1 * pitch) % pitch
        while y < SCENE_SHAPE[0]:
            self._line(
                canvas, (-2, y), (SCENE_SHAPE[1] + 2, y + lean), strength, thickness, dotted=generator.random() < 0.1
            )
            y += pitch
        if generator.random() < 0.4:
            step = pitch * generator.uniform(0.8, 1.2)
            x = generator.uniform(0, step)
            while x < SCENE_SHAPE[1]:
                self._line(canvas, (x, -2), (x - lean, SCENE_SHAPE[0] + 2), strength, thickness)
                x += step

    def _line(
        self,
        canvas: Canvas,
        start: tuple[float, float],
        end: tuple[float, float],
        strength: float,
        thickness: int,
        *,
        dotted: bool = False,
    ) -> None:
        layer = np.zeros(canvas.ink.shape, dtype=np.uint8)
        (x0, y0), (x1, y1) = start, end
        if dotted:
            for share in np.arange(0, 1, 4 / max(abs(x1 - x0) + abs(y1 - y0), 4)):
                cv2.circle(
                    layer,
                    (round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0))),
                    max(1, thickness // 2),
                    255,
                    -1,
                )
        else:
            points = np.rint(np.array([start, end]) * 16).astype(np.int32)
            cv2.polylines(layer, [points], False, 255, thickness, cv2.LINE_AA, 4)
        np.maximum(canvas.ink, layer.astype(np.float32) * np.float32(strength / 255), out=canvas.ink)

    def _cell(
        self,
        canvas: Canvas,
        box: tuple[float, float, float, float],
        kind: str,
        pen: tuple[float, int],
        generator: Generator,
    ) -> None:
        left, top, right, bottom = box
        strength, thickness = pen
        if kind == "comb":
            low = top + (bottom - top) * generator.uniform(0.5, 0.75)
            sides = [((left, bottom), (right, bottom)), ((left, low), (left, bottom)), ((right, low), (right, bottom))]
        else:
            sides = [
                ((left, top), (right, top)),
                ((left, bottom), (right, bottom)),
                ((left, top), (left, bottom)),
                ((right, top), (right, bottom)),
            ]
        for a, b in sides:
            self._line(canvas, a, b, strength, thickness, dotted=kind == "dotted")

    def _box(self, canvas: Canvas, box: tuple[float, float, float, float], generator: Generator) -> None:
        self._cell(canvas, box, "box", (generator.uniform(0.15, 0.95), int(generator.choice([1, 1, 2, 3]))), generator)

    def _bar(self, canvas: Canvas, left: float, top: float, side: float, generator: Generator) -> None:
        """A filled stretch beside or above a field: the head of a table, or the edge of a sheet."""
        strength = generator.uniform(0.3, 1.0)
        if generator.random() < 0.6:
            ink = np.full(
                (round(side * generator.uniform(1, 3)), max(2, round(generator.uniform(3, 40)))), 255, dtype=np.uint8
            )
            canvas.put(ink, left - ink.shape[1], top - generator.uniform(0, 1) * side, strength)
        else:
            ink = np.full((max(2, round(generator.uniform(3, 20))), SCENE_SHAPE[1]), 255, dtype=np.uint8)
            canvas.put(ink, 0, top - ink.shape[0], strength)

    def _labels(self, canvas: Canvas, top: float, bottom: float, generator: Generator) -> None:
        """Printed words above and below a field, cut by the picture's edge now and then."""
        for place in (top, bottom):
            if generator.random() < 0.45:
                height = generator.uniform(7, 20)
                text = " ".join(str(generator.choice(_WORDS)) for _ in range(int(generator.integers(1, 5))))
                y = (
                    place - height * generator.uniform(1.2, 2)
                    if place == top
                    else place + height * generator.uniform(0.3, 1)
                )
                self._print(
                    canvas, text, (generator.uniform(-30, 100), y), height, generator.uniform(0.3, 0.98), generator
                )

    def _cut(self, picture: UInt8Array, canvas: Canvas, generator: Generator) -> UInt8Array:
        """Let the picture end inside the scene; its edge pixels go on outside, as the reader continues them."""
        rows, columns = picture.shape
        left, right = (int(generator.integers(0, columns // 3)) if generator.random() < 0.5 else 0 for _ in range(2))
        top, bottom = (int(generator.integers(0, rows // 4)) if generator.random() < 0.5 else 0 for _ in range(2))
        inner = picture[top : rows - bottom, left : columns - right]
        canvas.keep_inside(left, top, columns - right, rows - bottom)
        return np.asarray(cv2.copyMakeBorder(inner, top, bottom, left, right, cv2.BORDER_REPLICATE), dtype=np.uint8)


_SCENES: Mapping[str, tuple[Callable[[Composer, Canvas, Generator], None], float]] = MappingProxyType(
    {
        "number": (Composer._number, 0.32),
        "page": (Composer._page, 0.1),
        "single": (Composer._single, 0.13),
        "boxes": (Composer._boxes, 0.14),
        "grid": (Composer._grid, 0.07),
        "register": (Composer._register, 0.1),
        "text": (Composer._text, 0.12),
        "things": (Composer._things, 0.04),
        "empty": (Composer._empty, 0.03),
    }
)
