"""Says what the values of somebody's arrays mean, and turns them into gray levels of ink."""

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inkdigits.errors import DataError
from inkdigits.spec import UInt8Array

__all__ = ["AS_STORED", "ArrayForm", "DataWarning", "to_gray"]

_SMALL_SCALES = (1, 16)  # the values of normalized arrays end at 1, those of scikit-learn's digits at 16
_WHOLE_SCALE = 255

NumberArray = npt.NDArray[np.generic]


class DataWarning(UserWarning):
    """Digits that are probably not what they should be: dark on light, transposed, or of small values."""


@dataclass(frozen=True, slots=True)
class ArrayForm:
    """What somebody says of arrays of digits; the values of pictures need no such word.

    Attributes:
        invert: Whether paper is high and ink is low.
        scale: The value of full ink, above 0; None takes 1, 16 or 255 by the largest value.
        transpose: Whether rows and columns are exchanged, as in EMNIST.
    """

    invert: bool = False
    scale: float | None = None
    transpose: bool = False

    def check(self, name: str) -> None:
        """Refuse a scale that cannot be.

        Args:
            name: What the message calls the data.

        Raises:
            DataError: The scale is not a number above 0.
        """
        if self.scale is not None and not 0 < self.scale < float("inf"):
            msg = f"{name}: expected a scale above 0, the value of full ink, got {self.scale}; change --scale"
            raise DataError(msg)

    def refuse_pictures(self, name: str) -> None:
        """Refuse any word on picture files, whose polarity and range are found from each picture.

        Args:
            name: What the message calls the data.

        Raises:
            DataError: Something is said.
        """
        if self != AS_STORED:
            found = "invert, scale and transpose are for arrays of numbers, not for picture files"
            msg = f"{name}: expected an IDX, .npz or CSV file of pixels, found pictures; {found}, leave them out"
            raise DataError(msg)


AS_STORED = ArrayForm()


def to_gray(pixels: NumberArray, form: ArrayForm, name: str) -> UInt8Array:
    """Return pixels as gray levels, 0 for paper to 255 for ink.

    Warns with a `DataWarning` when the values end at 1 or 16 and nothing was said of them.

    Args:
        pixels: bool, integers or floats, any shape.
        form: What is said of them; `transpose` exchanges the last two axes of shape (n, H, W).
        name: File name for the messages.

    Raises:
        DataError: Another dtype, or a value below 0, above the scale, or that is no number.
    """
    form.check(name)
    if not (np.issubdtype(pixels.dtype, np.number) or pixels.dtype == np.bool_) or np.iscomplexobj(pixels):
        msg = f"{name}: pixels: expected numbers from 0 to 255, found dtype {pixels.dtype}; save them as uint8"
        raise DataError(msg)
    values = pixels.astype(np.float64) if pixels.dtype.kind in "bf" else pixels
    scale = _find_scale(values, name) if form.scale is None else form.scale
    outside = ~((values >= 0) & (values <= scale))  # type: ignore[operator]  # numbers; also true of what is no number
    if outside.any():
        place = tuple(int(index) for index in np.argwhere(outside)[0])
        kind = "integers" if values.dtype.kind in "iu" else "numbers"
        found = f"found {values[place]} at index {place}"
        msg = f"{name}: pixels: expected {kind} from 0 to {scale:g}, {found}; correct it or state --scale"
        raise DataError(msg)
    if scale == _WHOLE_SCALE and values.dtype.kind in "iu":
        gray = values.astype(np.uint8, copy=False)
    else:
        gray = np.rint(values.astype(np.float64) * (_WHOLE_SCALE / scale)).astype(np.uint8)
    if form.transpose and gray.ndim == 3:
        gray = np.ascontiguousarray(gray.transpose(0, 2, 1))
    return np.subtract(np.uint8(_WHOLE_SCALE), gray) if form.invert else gray


def _find_scale(values: NumberArray, name: str) -> float:
    """Return 1, 16 or 255: the first that is no less than the largest value; 255 where all values are 0.

    The values of 0 to 16 are whole.
    """
    top = float(values.max(initial=0))
    scale = next((small for small in _SMALL_SCALES if 0 < top <= small), _WHOLE_SCALE)
    if scale == _SMALL_SCALES[1] and values.dtype.kind == "f" and (values % 1).any():
        return _WHOLE_SCALE
    if scale != _WHOLE_SCALE:
        taken = f"values end at {top:g}, so 0 to {scale} is taken for paper to ink"
        advice = f"state --scale {scale} if that is right, or --scale {_WHOLE_SCALE} for gray levels"
        warnings.warn(f"{name}: {taken}; {advice}", DataWarning, stacklevel=2)
    return scale
