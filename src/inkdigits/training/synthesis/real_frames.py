"""Makes frames of real digits, cut out of their pictures as the reader cuts them: what single digits look like to it.

MNIST's frames are clean. The reader's have jagged or pale strokes, pieces of neighbors and rules, and boxes that are
off by some pixels. A network that has seen only MNIST's reads them worse than its test says.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from inkdigits.reading.framing import frame_mark
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, UInt8Array
from inkdigits.training.data.handwriting import Handwriting
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.synthesis.marks.bitmaps import STRETCHED, stamp_bitmap
from inkdigits.training.synthesis.marks.hands import draw_hand
from inkdigits.training.synthesis.marks.pen_strokes import stamp_strokes
from inkdigits.training.synthesis.marks.stamps import Stamp
from inkdigits.training.synthesis.scenes.canvas import MarkRow, to_rows
from inkdigits.training.synthesis.scenes.real_pictures import RealPicture, expose_real, find_digit

__all__ = ["frame_real_digits"]

_HEIGHTS = (14.0, 64.0)  # pixels of drawn digits: about those of the pictures in which the detector finds digits
_LEAST_HEIGHT = 9.0  # pixels: lower digits of strings are blots in a frame
_RIM = 0.4  # of a drawn digit's height: paper around it
_PALEST = 0.35  # share of black that the palest drawn ink has
_BOX_ERROR = 0.045  # of a mark's height: standard deviation of each side of a box, a pixel or two of usual digits


def frame_real_digits(handwriting: Handwriting, strings: Sequence[RealPicture], generator: Generator) -> LabeledFrames:
    """Return the frame of each real digit, in no order.

    Strokes and bitmaps are drawn on paper with a pen of their own; crops and strings are pictures already. Each is
    exposed a little differently, and its boxes are moved as a detector's are.

    Args:
        handwriting: Its strokes, bitmaps and crops of one digit.
        strings: Real numbers whose boxes are known.
        generator: Where every choice comes from.

    Returns:
        A frame of each digit but for low ones and those whose ink does not stand out. A digit takes 1.5 ms.
    """
    frames: list[UInt8Array] = []
    labels: list[int] = []
    crops = [real for crop in handwriting.digit_crops if (real := find_digit(crop)) is not None]
    for real in _list_pictures(handwriting, (*crops, *strings), generator):
        for label, frame in _frame_marks(real, generator):
            frames.append(frame)
            labels.append(label)
    order = generator.permutation(len(labels))
    x = np.stack(frames) if frames else np.zeros((0, FRAME_SIDE, FRAME_SIDE), dtype=np.uint8)
    return LabeledFrames(x[order], np.array(labels, dtype=np.uint8)[order])


def _list_pictures(
    handwriting: Handwriting, pictures: Sequence[RealPicture], generator: Generator
) -> Iterator[RealPicture]:
    """Yield a picture of each drawn digit, and those that are pictures already."""
    for strokes, label in zip(handwriting.strokes, handwriting.stroke_labels, strict=True):
        hand = draw_hand(generator, ("pen",), (1.0,))
        yield _put_down(stamp_strokes(strokes, generator.uniform(*_HEIGHTS), hand, generator), label, generator)
    for name, (bitmaps, labels) in handwriting.bitmaps.items():
        for bitmap, label in zip(bitmaps, labels, strict=True):
            if label == 1 and name in STRETCHED:  # it fills its frame: a bar without an aspect
                continue
            hand = draw_hand(generator, (name,), (1.0,))
            yield _put_down(stamp_bitmap(bitmap, generator.uniform(*_HEIGHTS), hand, generator), label, generator)
    yield from pictures


def _put_down(stamp: Stamp, label: np.uint8, generator: Generator) -> RealPicture:
    """Return a drawn digit on white paper, with its box."""
    rows, columns = stamp.ink.shape
    rim = round(_RIM * max(rows, columns)) + 1
    strength = generator.uniform(_PALEST, 1.0)
    picture = np.pad(255 - stamp.ink * np.float32(strength), rim, constant_values=255)
    mark = MarkRow(int(label), rim, rim, rim + columns, rim + rows)
    return RealPicture(picture.astype(np.uint8), to_rows([mark]))


def _frame_marks(real: RealPicture, generator: Generator) -> Iterator[tuple[int, UInt8Array]]:
    """Yield label and frame of each digit of a picture that is high enough and has ink."""
    gray = expose_real(real.picture, generator)
    height = real.marks[:, 4:5] - real.marks[:, 2:3]
    moved = real.marks[:, 1:5] + _BOX_ERROR * height * generator.standard_normal((len(real.marks), 4))
    boxes = [(left, top, right, bottom) for left, top, right, bottom in moved.tolist()]
    for place, mark in enumerate(real.marks):
        if mark[0] >= CLASS_COUNT or height[place, 0] < _LEAST_HEIGHT:
            continue
        frame = frame_mark(gray, boxes[place], boxes[:place] + boxes[place + 1 :])
        if frame is not None:
            yield int(mark[0]), frame
