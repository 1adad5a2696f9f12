"""A model folder: `model.onnx`, `model.json`, `README.md` and the checksums of all three; read, verified, written.

A picture of its mistakes may lie there too: it has its checksum, but reading does not look at it.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from inkdigits.bundle_info import BundleInfo, LineReaderInfo, RejectorInfo, parse_bundle_info
from inkdigits.errors import BundleError, OutputError
from inkdigits.spec import CHECKSUMS_FILE, MISTAKES_FILE, MODEL_FILE, ONNX_FILE

__all__ = [
    "DEFAULT_BUNDLE",
    "LINE_READER_FOLDER",
    "REJECTOR_FOLDER",
    "Bundle",
    "find_bundle",
    "read_bundle",
    "read_contents",
    "rewrite_bundle",
    "shipped_bundles",
    "write_bundle",
]

DEFAULT_BUNDLE = "fast"
CARD_FILE = "README.md"
_SHIPPED = Path(__file__).parent / "models"
REJECTOR_FOLDER = _SHIPPED / "rejector"  # of the same form, but these two read no frames
LINE_READER_FOLDER = _SHIPPED / "line_reader"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model folder: its path, what `model.json` says, and the bytes of `model.onnx`."""

    path: Path
    info: BundleInfo
    onnx: bytes


def shipped_bundles() -> tuple[str, ...]:
    """Return the names of the bundles that travel with the package, sorted."""
    folders = (path.parent for path in _SHIPPED.glob(f"*/{MODEL_FILE}"))
    return tuple(sorted(folder.name for folder in folders if folder not in {REJECTOR_FOLDER, LINE_READER_FOLDER}))


def find_bundle(model: str | os.PathLike[str]) -> Path:
    """Return the folder of a shipped bundle by its name, or of any bundle by its path.

    Raises:
        BundleError: There is neither.
    """
    if str(model) in shipped_bundles():
        return _SHIPPED / str(model)
    path = Path(model)
    if (path / MODEL_FILE).is_file():
        return path
    shipped = ", ".join(shipped_bundles())
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


def write_bundle(
    folder: str | os.PathLike[str], onnx: bytes, info: BundleInfo | LineReaderInfo | RejectorInfo, card: str
) -> Path:
    """Write a bundle in one move: the folder appears complete, or an older one stays as it was.

    Args:
        folder: Where to write; an existing bundle there is replaced, another kind of folder is not.
        onnx: The network, as `model.onnx`.
        info: What `model.json` is to say.
        card: The model card, Markdown.

    Returns:
        The folder.

    Raises:
        OutputError: The folder exists and is no bundle, or cannot be written.
    """
    target = Path(folder)
    if target.exists() and not (target / MODEL_FILE).is_file():
        msg = f"{target}: expected a bundle or nothing there, found something else; choose another folder"
        raise OutputError(msg)
    contents = {ONNX_FILE: onnx, MODEL_FILE: _to_json(info), CARD_FILE: card.encode()}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(contents.items()))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            for name, data in (*contents.items(), (CHECKSUMS_FILE, sums.encode())):
                (fresh / name).write_bytes(data)
            _replace(target, fresh, Path(scratch) / "old")
    except OSError as error:
        msg = f"{target}: cannot write the bundle: {error}; choose another folder"
        raise OutputError(msg) from error
    return target


def rewrite_bundle(bundle: Bundle, card: str, *, info: BundleInfo | None = None, mistakes: bytes | None = None) -> Path:
    """Put another card, and what else is given, into a bundle in one move; all its other files stay as they are.

    Args:
        bundle: As `read_bundle` gave it.
        card: The new card, Markdown.
        info: What `model.json` is to say; None leaves it.
        mistakes: The PNG of the mistakes; None leaves it, and no bytes take it away.

    Returns:
        The bundle's folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    changed = {CARD_FILE: card.encode()}
    if info is not None:
        changed[MODEL_FILE] = _to_json(info)
    if mistakes is not None:
        changed[MISTAKES_FILE] = mistakes
    try:
        with tempfile.TemporaryDirectory(dir=bundle.path.parent, prefix=".bundle-") as scratch:
            fresh = Path(scratch) / "fresh"
            shutil.copytree(bundle.path, fresh)
            sums = _read_sums(fresh)
            for name, data in changed.items():
                (fresh / name).unlink(missing_ok=True)
                sums.pop(name, None)
                if data:
                    (fresh / name).write_bytes(data)
                    sums[name] = hashlib.sha256(data).hexdigest()
            text = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
            (fresh / CHECKSUMS_FILE).write_bytes(text.encode())
            _replace(bundle.path, fresh, Path(scratch) / "old")
    except OSError as error:
        msg = f"{bundle.path}: cannot write the bundle: {error}"
        raise OutputError(msg) from error
    return bundle.path


def _to_json(info: BundleInfo | LineReaderInfo | RejectorInfo) -> bytes:
    return (json.dumps(asdict(info), indent=2, sort_keys=True) + "\n").encode()


def _replace(target: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`; when that fails, `target` is again what it was."""
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        old.rename(target)
        raise


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); install the bundle again"
        raise BundleError(msg) from error


def _read_sums(path: Path) -> dict[str, str]:
    """Return name -> SHA-256 of the files that a bundle lists."""
    lines = _read_file(path / CHECKSUMS_FILE).decode("ascii", "replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _verify(path: Path, contents: Mapping[str, bytes]) -> None:
    expected = _read_sums(path)
    for name, data in contents.items():
        found = hashlib.sha256(data).hexdigest()
        if found != expected.get(name):
            msg = f"{path / name}: expected SHA-256 {expected.get(name)}, found {found}; install the bundle again"
            raise BundleError(msg)
