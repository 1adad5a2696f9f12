"""The four files of the MNIST database of handwritten digits, as `.xz`; inkdigits reads and verifies them.

MNIST is by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, under CC BY-SA 3.0.

>>> sorted(path.name for path in FOLDER.glob("*.xz"))[0]
't10k-images-idx3-ubyte.xz'
"""

from pathlib import Path
from typing import Final

__all__ = ["FOLDER"]

FOLDER: Final = Path(__file__).parent  # holds the four files
