"""Writes the page that reads in the browser: files for any file host, with no server behind them."""

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from inkdigits.errors import OutputError
from inkdigits.models.bundle import (
    DEFAULT_BUNDLE,
    DETECTOR_FOLDER,
    LINE_RECOGNIZER_FOLDER,
    find_bundle,
    read_contents,
)
from inkdigits.spec import CHECKSUMS_FILE
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.extras import require_extra
from inkdigits.system.folders import make_folder

__all__ = ["collect_files", "write_site"]

_HERE = Path(__file__).parent
_STATIC, _SERVICE_WORKER = _HERE / "static", _HERE / "site" / "sw.js"
_INDEX = "index.html"
# in index.html: who reads; without the second word, the service that serves the page
_SERVED, _ALONE = '<html lang="en">', '<html lang="en" data-reader="browser">'
_RUNTIME, _WEIGHTS = "runtime", "weights"
_VERSION_LENGTH = 16  # hexadecimal digits: no two versions of a page share them


def write_site(folder: Path) -> Mapping[str, int]:
    """Write the page with the networks and the runtime that it reads with; what else lies in the folder stays.

    Args:
        folder: It is made where it is missing.

    Returns:
        The bytes of each file by its place in the folder.

    Raises:
        MissingExtraError: The runtime is not installed; the extra `page` brings it.
        BundleError: A file of a network is missing or was changed.
        OutputError: A file of the runtime was changed, or one cannot be written.
    """
    files = collect_files()
    for place, data in files.items():
        path = folder / place
        make_folder(path.parent)
        write_in_place(path, functools.partial(Path.write_bytes, data=data))
    return {place: len(data) for place, data in files.items()}


def collect_files() -> dict[str, bytes]:
    """Return all files of the page by their places; errors are those of `write_site`."""
    paths = sorted(path for path in _STATIC.rglob("*") if path.is_file())
    files = {path.relative_to(_STATIC).as_posix(): path.read_bytes() for path in paths}
    files[_INDEX] = files[_INDEX].replace(_SERVED.encode(), _ALONE.encode(), 1)
    for name, model in _find_models().items():
        files |= {f"{_WEIGHTS}/{name}/{file}": data for file, data in read_contents(model).items()}
    files |= {f"{_RUNTIME}/{name}": data for name, data in _read_runtime().items()}
    files["sw.js"] = _make_service_worker(files)
    return files


def _find_models() -> dict[str, Path]:
    """Return the folders of the networks that the page reads with, by the names that it knows."""
    return {
        DEFAULT_BUNDLE: find_bundle(DEFAULT_BUNDLE),
        "detector": DETECTOR_FOLDER,
        "line_recognizer": LINE_RECOGNIZER_FOLDER,
    }


def _read_runtime() -> dict[str, bytes]:
    """Return the files of ONNX Runtime Web by name, verified."""
    require_extra("page")
    from inkdigits_web import FOLDER  # noqa: PLC0415 - a distribution of its own, which may be absent

    files = {}
    for line in (FOLDER / CHECKSUMS_FILE).read_text(encoding="ascii").splitlines():
        expected, _, name = line.partition("  ")
        data = (FOLDER / name).read_bytes() if (FOLDER / name).is_file() else b""
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            msg = f"{FOLDER / name}: expected SHA-256 {expected}, found {found}; install inkdigits-web again"
            raise OutputError(msg)
        files[_rename(name)] = data
    return files


def _rename(name: str) -> str:
    """Return a file's name in the site: hosts send ".gz" in their own ways, and not all know ".mjs"."""
    return name.removesuffix(".mjs") + ".js" if name.endswith(".mjs") else name.replace(".wasm.gz", ".bin")


def _make_service_worker(files: Mapping[str, bytes]) -> bytes:
    """Return the script that keeps the files for a visit without a network; other files make another version of it."""
    digest = hashlib.sha256()
    for place, data in sorted(files.items()):
        digest.update(f"{place} {hashlib.sha256(data).hexdigest()}\n".encode())
    # cards and licenses are for people who look at the folder
    kept = ["./", *(place for place in sorted(files) if not place.endswith((".md", ".txt")))]
    script = _SERVICE_WORKER.read_text(encoding="utf-8")
    script = script.replace("@VERSION@", digest.hexdigest()[:_VERSION_LENGTH])
    return script.replace('["@FILES@"]', json.dumps(kept)).encode()
