"""Golden pictures and answers, to test a port of the reader with; README.md beside this file says what is in them.

`tests/golden/record_port.py` writes them anew after networks or decisions have changed.

>>> sorted(path.name for path in FOLDER.glob("frame.*"))
['frame.frames.png', 'frame.gray.png', 'frame.json', 'frame.png']
"""

from pathlib import Path
from typing import Final

__all__ = ["FOLDER"]

FOLDER: Final = Path(__file__).parent  # holds README.md and the files of each picture
