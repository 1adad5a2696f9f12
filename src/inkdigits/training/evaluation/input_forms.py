"""Turns MNIST frames into the array that another project's model takes: layout, type, scale, polarity."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from inkdigits.errors import BundleError
from inkdigits.spec import FRAME_SIDE, UInt8Array

__all__ = ["LAYOUTS", "OUR_FORM", "SCALES", "InputForm", "Layout", "Scale", "find_layout", "parse_scale"]

Layout = Literal["nhwc", "nchw", "nhw", "flat"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

# layout -> shape of one frame
_SHAPES: dict[Layout, tuple[int, ...]] = {
    "nhwc": (FRAME_SIDE, FRAME_SIDE, 1),
    "nchw": (1, FRAME_SIDE, FRAME_SIDE),
    "nhw": (FRAME_SIDE, FRAME_SIDE),
    "flat": (FRAME_SIDE**2,),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How a gray level becomes a number: (level / 255 - mean) / deviation; 0 and 1 give 0 to 1."""

    mean: float
    deviation: float

    def __str__(self) -> str:
        """Return the name under which `parse_scale` knows it, or MEAN,DEVIATION."""
        names = [name for name, scale in SCALES.items() if scale == self]
        return names[0] if names else f"{self.mean:g},{self.deviation:g}"


# in the order of preference when two fit alike
SCALES: dict[str, Scale] = {
    "0..1": Scale(0.0, 1.0),
    "mnist": Scale(0.1307, 0.3081),  # mean and deviation of the training digits, as PyTorch's example subtracts them
    "-1..1": Scale(0.5, 0.5),
    "0..255": Scale(0.0, 1 / 255),
}


@dataclass(frozen=True, slots=True)
class InputForm:
    """What a model takes.

    Attributes:
        layout: Of the array: "nhwc" (N, 28, 28, 1), "nchw" (N, 1, 28, 28), "nhw" (N, 28, 28) or "flat" (N, 784).
        dtype: "uint8" or "float32".
        scale: Of the numbers.
        inverted: Whether paper is high and ink is low.
        batch: Frames that one call takes; None for any number.
    """

    layout: Layout
    dtype: Literal["uint8", "float32"]
    scale: Scale
    inverted: bool = False
    batch: int | None = None

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """Shape of one frame."""
        return _SHAPES[self.layout]

    def encode(self, frames: UInt8Array) -> npt.NDArray[Any]:
        """Return the frames as the model takes them.

        Args:
            frames: uint8, shape (n, 28, 28), 0 for paper to 255 for ink; n may be 0.

        Returns:
            Of `dtype`, shape (n, ...) by `layout`, a new array.
        """
        levels = np.arange(256)[:: -1 if self.inverted else 1]
        table = (levels / 255 - self.scale.mean) / self.scale.deviation
        if self.dtype == "uint8":
            table = np.rint(table)
        return table.astype(self.dtype)[frames].reshape(len(frames), *_SHAPES[self.layout])

    def __str__(self) -> str:
        """Return it in words, as in "float32 flat 0..1, ink high"."""
        batch = "" if self.batch is None else f", {self.batch} a call"
        return f"{self.dtype} {self.layout} {self.scale}, ink {'low' if self.inverted else 'high'}{batch}"


OUR_FORM = InputForm("nhwc", "uint8", SCALES["0..255"])  # what every bundle takes


def find_layout(name: str, shape: tuple[int | None, ...], stated: Layout | None) -> Layout:
    """Return the layout of a model's input.

    Args:
        name: What an error calls the model.
        shape: Of its input; None for an axis of free length.
        stated: What the user says; None leaves it to the shape.

    Raises:
        BundleError: No layout of 28 x 28 fits, the stated one does not, or the shape is too free to tell.
    """
    fitting = [layout for layout in LAYOUTS if _fits(shape, _SHAPES[layout])]
    found = tuple("N" if axis is None else axis for axis in shape)
    if not fitting:
        known = "(N, 28, 28, 1), (N, 1, 28, 28), (N, 28, 28) or (N, 784)"
        msg = f"{name}: expected an input of shape {known}, found {found}; put the resizing into the model"
        raise BundleError(msg)
    if stated is None and len(fitting) > 1:
        msg = f"{name}: its input {found} fits the layouts {', '.join(fitting)}; state one with --layout"
        raise BundleError(msg)
    if stated is not None and stated not in fitting:
        msg = f"{name}: expected the layout {stated}, found an input of shape {found}; leave --layout out"
        raise BundleError(msg)
    return stated or fitting[0]


def parse_scale(text: str) -> Scale:
    """Return the scale of that name, or of "MEAN,DEVIATION".

    Raises:
        ValueError: It is neither, or the deviation is not above 0.

    >>> parse_scale("0.5,0.5")
    Scale(mean=0.5, deviation=0.5)
    """
    if text in SCALES:
        return SCALES[text]
    numbers = text.split(",")
    msg = f"expected {', '.join(SCALES)} or MEAN,DEVIATION of pixels from 0 to 1, got {text!r}"
    try:
        mean, deviation = map(float, numbers)
    except ValueError as error:
        raise ValueError(msg) from error
    if not (np.isfinite(mean) and 0 < deviation < np.inf):
        raise ValueError(msg)
    return Scale(mean, deviation)


def _fits(shape: tuple[int | None, ...], frame: tuple[int, ...]) -> bool:
    """Tell whether frames of a shape could be given to an input whose free axes are None."""
    return len(shape) == len(frame) + 1 and all(
        axis in {None, wanted} for axis, wanted in zip(shape[1:], frame, strict=True)
    )
