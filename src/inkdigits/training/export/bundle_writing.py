"""Writes a model's folder in one move."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from inkdigits.errors import OutputError
from inkdigits.models.bundle import CARD_FILE, Bundle, read_checksums
from inkdigits.models.metadata import BundleInfo, ModelMetadata
from inkdigits.spec import CHECKSUMS_FILE, MISTAKES_FILE, MODEL_FILE, ONNX_FILE
from inkdigits.system.folders import exists, is_file

__all__ = ["BundleName", "rewrite_bundle", "write_bundle"]


@dataclass(frozen=True, slots=True)
class BundleName:
    """What a model is called: its folder's name and the version of its weights."""

    name: str
    version: str = "1.0.0"


def write_bundle(folder: str | os.PathLike[str], onnx: bytes, info: ModelMetadata, card: str) -> Path:
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
    if exists(target) and not is_file(target / MODEL_FILE):
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
            sums = read_checksums(fresh)
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


def _to_json(info: ModelMetadata) -> bytes:
    return (json.dumps(asdict(info), indent=2, sort_keys=True) + "\n").encode()


def _replace(target: Path, fresh: Path, old: Path) -> None:
    """Put `fresh` in the place of `target`; when that fails, `target` is again what it was."""
    if not exists(target):
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        old.rename(target)
        raise
