"""Read handwritten digits from pictures, each with a box and a confidence.

>>> from inkdigits import DigitReader
>>> reader = DigitReader()  # once; it loads the networks
"""

from inkdigits.errors import InkdigitsError, PictureError
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Alternative, Box, Digit, Line, Reading, Sign

__all__ = [
    "Alternative",
    "Box",
    "Digit",
    "DigitReader",
    "InkdigitsError",
    "Line",
    "PictureError",
    "Reading",
    "Sign",
    "__version__",
]

__version__ = "1.0.0"
