"""The files of ONNX Runtime Web that the page loads to read in the browser; inkdigits checks and copies them.

ONNX Runtime Web is by Microsoft, under the MIT license. `ort-wasm-simd-threaded.wasm` is packed with gzip, since not
every file host packs what it sends; all else is as in the package of npm.

>>> sorted(path.name for path in FOLDER.glob("*.mjs"))
['ort-wasm-simd-threaded.mjs', 'ort.wasm.min.mjs']
"""

from pathlib import Path
from typing import Final

__all__ = ["FOLDER"]

FOLDER: Final = Path(__file__).parent  # holds the files and SHA256SUMS
