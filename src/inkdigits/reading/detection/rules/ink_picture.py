"""What the rules find in a picture before they tell its marks: where the ink is; plain values."""

from dataclasses import dataclass

from inkdigits.reading.detection.page import Turn
from inkdigits.results import Box, Reason
from inkdigits.spec import Float32Array, Int32Array, UInt8Array

__all__ = ["InkPicture", "Steps"]


@dataclass(frozen=True, slots=True)
class Steps:
    """What finding ink made on its way, kept to be shown; all pictures have the shape of the ink.

    Attributes:
        gray: uint8, shape (H, W), 0 for black to 255 for white: the picture in which ink was looked for.
        contrast: uint8, shape (H, W), 0 for paper to 255 for black: the contrast against the paper, light evened.
        removed: uint8, shape (H, W): 255 where printed lines were.
        dropped: What was taken for no ink, and why; boxes in `gray`.
    """

    gray: UInt8Array
    contrast: UInt8Array
    removed: UInt8Array
    dropped: tuple[tuple[Box, Reason], ...]


@dataclass(frozen=True, slots=True)
class InkPicture:
    """Where the ink is.

    Attributes:
        ink: uint8, shape (H, W), 0 for paper to 255 for ink, gray at the edges of strokes.
        pieces: int32, shape (H, W): 0 for paper, 1 to P for the connected pieces of ink, counted by strong ink only.
        stats: int32, shape (P + 1, 5): left, top, width, height and area of each piece, the paper first.
        contrast: float32, shape (P + 1,): full strength of each piece against the paper, 0 to 1; 0 for the paper.
        inverted: True when the ink was lighter than the paper.
        stroke: Median stroke width in pixels; 0 without ink.
        turn: How the picture was turned before its ink was found; None when it was not.
        is_frame: True when the picture is a frame already, centered and of the size that MNIST's digits have.
        steps: What was made on the way; None unless it was asked for.
    """

    ink: UInt8Array
    pieces: Int32Array
    stats: Int32Array
    contrast: Float32Array
    inverted: bool
    stroke: float
    turn: Turn | None = None
    is_frame: bool = False
    steps: Steps | None = None
