"""Handwritten digits: a picture goes in; digits with boxes and confidence come out.

>>> from inkdigits import DigitReader
>>> reader = DigitReader()  # once; it loads the network
"""

from inkdigits.errors import InkdigitsError, PictureError
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Alternative, Box, Digit, Line, Reading, Separator

__all__ = [
    "Alternative",
    "Box",
    "Digit",
    "DigitReader",
    "InkdigitsError",
    "Line",
    "PictureError",
    "Reading",
    "Separator",
    "__version__",
]

__version__ = "0.1.0"
