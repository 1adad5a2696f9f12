"""Finds, reads and verifies a model's folder: `model.onnx`, `model.json`, `README.md` and their checksums.

A picture of its mistakes may lie there too: it has its checksum, but reading does not look at it.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inkdigits.errors import BundleError
from inkdigits.models.metadata import BundleInfo, parse_bundle_info
from inkdigits.spec import CHECKSUMS_FILE, MODEL_FILE, ONNX_FILE
from inkdigits.system.folders import is_file

__all__ = [
    "CARD_FILE",
    "DEFAULT_BUNDLE",
    "DETECTOR_FOLDER",
    "LINE_RECOGNIZER_FOLDER",
    "Bundle",
    "find_bundle",
    "read_bundle",
    "read_checksums",
    "read_contents",
    "shipped_bundles",
]

DEFAULT_BUNDLE = "accurate"
CARD_FILE = "README.md"
_SHIPPED = Path(__file__).parent / "weights"
# folders of the same form, but no bundles: they name no digits in frames
DETECTOR_FOLDER = _SHIPPED / "detector"
LINE_RECOGNIZER_FOLDER = _SHIPPED / "line_recognizer"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model folder: its path, what `model.json` says, and the bytes of `model.onnx`."""

    path: Path
    info: BundleInfo
    onnx: bytes


def shipped_bundles() -> tuple[str, ...]:
    """Return the names of the bundles that travel with the package, sorted."""
    folders = (path.parent for path in _SHIPPED.glob(f"*/{MODEL_FILE}"))
    return tuple(sorted(folder.name for folder in folders if folder not in (DETECTOR_FOLDER, LINE_RECOGNIZER_FOLDER)))


def find_bundle(model: str | os.PathLike[str]) -> Path:
    """Return the folder of a shipped bundle by its name, or of any bundle by its path.

    Raises:
        BundleError: There is neither.
    """
    if str(model) in shipped_bundles():
        return _SHIPPED / str(model)
    path = Path(model)
    if is_file(path / MODEL_FILE):
        return path
    shipped = ", ".join(shipped_bundles())
    if path.suffix in {".keras", ".onnx"}:
        cure = f"make one of this network: inkdigits export {path} --name {path.stem}"
        msg = f"{model}: expected a shipped bundle ({shipped}) or a folder with {MODEL_FILE}, found a file; {cure}"
        raise BundleError(msg)
    msg = f"{model}: expected a shipped bundle ({shipped}) or a folder with {MODEL_FILE}; `inkdigits export` writes one"
    raise BundleError(msg)


def read_bundle(model: str | os.PathLike[str] = DEFAULT_BUNDLE) -> Bundle:
    """Read and verify a bundle.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.

    Raises:
        BundleError: It is missing, a file was changed, or its format is another.
    """
    path = find_bundle(model)
    contents = read_contents(path)
    info = parse_bundle_info(path / MODEL_FILE, contents[MODEL_FILE])
    return Bundle(path, info, contents[ONNX_FILE])


def read_contents(path: Path) -> dict[str, bytes]:
    """Return the files of a bundle's folder by name, verified.

    Raises:
        BundleError: One is missing or was changed.
    """
    contents = {name: _read_file(path / name) for name in (ONNX_FILE, MODEL_FILE, CARD_FILE)}
    _verify(path, contents)
    return contents


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); install the bundle again"
        raise BundleError(msg) from error


def read_checksums(path: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a bundle's folder lists, by name.

    Raises:
        BundleError: There is no list.
    """
    lines = _read_file(path / CHECKSUMS_FILE).decode("ascii", "replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _verify(path: Path, contents: Mapping[str, bytes]) -> None:
    expected = read_checksums(path)
    for name, data in contents.items():
        found = hashlib.sha256(data).hexdigest()
        if found != expected.get(name):
            msg = f"{path / name}: expected SHA-256 {expected.get(name)}, found {found}; install the bundle again"
            raise BundleError(msg)
