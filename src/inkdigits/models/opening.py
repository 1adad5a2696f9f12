"""Opens a model's folder: its files are verified, its `model.json` is parsed, and its graph is loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from inkdigits.models.bundle import read_contents
from inkdigits.models.metadata import ModelMetadata
from inkdigits.models.session import Network
from inkdigits.spec import MODEL_FILE, ONNX_FILE, Tensors

__all__ = ["open_model"]

InfoT = TypeVar("InfoT", bound=ModelMetadata)


def open_model(
    folder: Path, tensors: Tensors, parse: Callable[[Path, bytes], InfoT], *, threads: int = 1
) -> tuple[InfoT, Network]:
    """Return what a model's folder says and its network.

    Args:
        folder: With `model.onnx`, `model.json`, `README.md` and their checksums.
        tensors: What the graph takes and gives.
        parse: Makes the metadata from the path and the bytes of `model.json`.
        threads: Threads inside one run of the network.

    Raises:
        BundleError: A file is missing or was changed, the folder is of another version, or its graph has other tensors.
    """
    contents = read_contents(folder)
    info = parse(folder / MODEL_FILE, contents[MODEL_FILE])
    return info, Network(contents[ONNX_FILE], tensors, threads=threads)
