"""A model folder: `model.onnx`, `model.json`, `README.md` and the checksums of all three; read, verified, written."""

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from inkdigits.errors import BundleError, OutputError
from inkdigits.spec import BUNDLE_FORMAT, CHECKSUMS_FILE, MODEL_FILE, ONNX_FILE, REJECTOR_FORMAT

__all__ = [
    "DEFAULT_BUNDLE",
    "REJECTOR_FOLDER",
    "Bundle",
    "BundleInfo",
    "RejectorInfo",
    "find_bundle",
    "read_bundle",
    "read_contents",
    "shipped_bundles",
    "write_bundle",
]

DEFAULT_BUNDLE = "fast"
CARD_FILE = "README.md"
_SHIPPED = Path(__file__).parent / "models"
REJECTOR_FOLDER = _SHIPPED / "rejector"  # of the same form, but it reads nothing


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What `model.json` says.

    Attributes:
        name: Name of the bundle, as the folder is called.
        version: Version of the weights, as in "1.0.0".
        parameters: Trained numbers in the network.
        temperature: Divides the logits to make `confidence` calibrated; above 0, 1 leaves the network's own answer.
        unsure_below: Confidence, 0 to 1, under which a digit is called unsure.
        training: How it was trained: the run's config and environment.
        metrics: What was measured, by name.
        format: Version of this form of folder.
    """

    name: str
    version: str
    parameters: int
    temperature: float = 1.0
    unsure_below: float = 0.5
    training: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, object] = field(default_factory=dict)
    format: int = BUNDLE_FORMAT


@dataclass(frozen=True, slots=True)
class RejectorInfo:
    """What the rejector's `model.json` says.

    Attributes:
        name: "rejector".
        version: Version of the weights, as in "1.0.0".
        parameters: Trained numbers in the network.
        reject_below: Digit share, 0 to 1, under which a mark is not a digit.
        reject_below_in_clutter: The same where most of a picture's marks are none; `reject_below` or more.
        training: How it was trained: settings and environment.
        metrics: What was measured, by name.
        format: Version of this form of folder; apart from that of reading bundles.
    """

    name: str
    version: str
    parameters: int
    reject_below: float
    reject_below_in_clutter: float
    training: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, object] = field(default_factory=dict)
    format: int = REJECTOR_FORMAT


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model folder: its path, what `model.json` says, and the bytes of `model.onnx`."""

    path: Path
    info: BundleInfo
    onnx: bytes


def shipped_bundles() -> tuple[str, ...]:
    """Return the names of the bundles that travel with the package, sorted."""
    folders = (path.parent for path in _SHIPPED.glob(f"*/{MODEL_FILE}"))
    return tuple(sorted(folder.name for folder in folders if folder != REJECTOR_FOLDER))


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
    return Bundle(path, _parse_info(path / MODEL_FILE, contents[MODEL_FILE]), contents[ONNX_FILE])


def read_contents(path: Path) -> dict[str, bytes]:
    """Return the files of a bundle's folder by name, verified.

    Raises:
        BundleError: One is missing or was changed.
    """
    contents = {name: _read_file(path / name) for name in (ONNX_FILE, MODEL_FILE, CARD_FILE)}
    _verify(path, contents)
    return contents


def write_bundle(folder: str | os.PathLike[str], onnx: bytes, info: BundleInfo | RejectorInfo, card: str) -> Path:
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
    text = json.dumps(asdict(info), indent=2, sort_keys=True) + "\n"
    contents = {ONNX_FILE: onnx, MODEL_FILE: text.encode(), CARD_FILE: card.encode()}
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
        msg = f"{target}: cannot write the bundle: {error}"
        raise OutputError(msg) from error
    return target


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


def _verify(path: Path, contents: Mapping[str, bytes]) -> None:
    lines = _read_file(path / CHECKSUMS_FILE).decode("ascii", "replace").splitlines()
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name, data in contents.items():
        found = hashlib.sha256(data).hexdigest()
        if found != expected.get(name):
            msg = f"{path / name}: expected SHA-256 {expected.get(name)}, found {found}; install the bundle again"
            raise BundleError(msg)


def _parse_info(path: Path, data: bytes) -> BundleInfo:
    try:
        values = json.loads(data)
        found = values.get("format")
    except (ValueError, AttributeError) as error:
        msg = f"{path}: expected a JSON object, {error}"
        raise BundleError(msg) from error
    if found != BUNDLE_FORMAT:
        msg = f"{path}: expected format {BUNDLE_FORMAT}, found {found}; update inkdigits or export the model again"
        raise BundleError(msg)
    names = {entry.name for entry in fields(BundleInfo)}
    if set(values) != names:
        msg = f"{path}: expected the keys {sorted(names)}, found {sorted(values)}; export the model again"
        raise BundleError(msg)
    info = BundleInfo(**values)
    _check_policy(path, info)
    return info


def _check_policy(path: Path, info: BundleInfo) -> None:
    temperature, unsure_below = info.temperature, info.unsure_below
    are_numbers = isinstance(temperature, int | float) and isinstance(unsure_below, int | float)
    if not (are_numbers and 0 < temperature < math.inf and 0 <= unsure_below <= 1):
        found = f"{temperature!r} and {unsure_below!r}"
        msg = f"{path}: expected a temperature above 0 and unsure_below from 0 to 1, found {found}; export it again"
        raise BundleError(msg)
