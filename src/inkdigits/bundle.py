"""A model folder: `model.onnx`, `model.json`, `README.md` and the checksums of all three; read, verified, written.

A picture of its mistakes may lie there too: it has its checksum, but reading does not look at it.
"""

import hashlib
import itertools
import json
import math
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TypeGuard

from inkdigits.errors import BundleError, OutputError
from inkdigits.spec import BUNDLE_FORMAT, CHECKSUMS_FILE, MODEL_FILE, ONNX_FILE, REJECTOR_FORMAT

__all__ = [
    "DEFAULT_BUNDLE",
    "REJECTOR_FOLDER",
    "Bundle",
    "BundleInfo",
    "ErrorBudget",
    "RejectorInfo",
    "find_bundle",
    "read_bundle",
    "read_contents",
    "replace_card",
    "shipped_bundles",
    "write_bundle",
]

DEFAULT_BUNDLE = "fast"
CARD_FILE = "README.md"
MISTAKES_FILE = "mistakes.png"
_SHIPPED = Path(__file__).parent / "models"
REJECTOR_FOLDER = _SHIPPED / "rejector"  # of the same form, but it reads nothing


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """A share of wrong answers that can be promised, and what the promise costs; how it was found: `docs/decisions`.

    Attributes:
        max_error: Most wrong digits among those answered, 0 to 1, with a confidence of 95 %.
        unsure_below: Confidence, 0 to 1, under which a digit has to be called unsure for that.
        coverage: Share of held-out frames answered then, 0 to 1.
        picture_coverage: Share answered of pictures of the same digits with rough pens, paper, light and cameras.
        picture_error: The same bound on those pictures; above `max_error` where the promise is for clean frames only.
    """

    max_error: float
    unsure_below: float
    coverage: float
    picture_coverage: float
    picture_error: float

    @property
    def holds_on_pictures(self) -> bool:
        """Whether the promise is for rough pictures, too, and not for clean frames only."""
        return self.picture_error <= self.max_error


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What `model.json` says.

    Attributes:
        name: Name of the bundle, as the folder is called.
        version: Version of the weights, as in "1.0.0".
        parameters: Trained numbers in the network.
        confidence_slope: Of `decision.confidences`, above 0; 1 and an offset of 0 leave the network's own answer.
        confidence_offset: Of `decision.confidences`.
        unsure_below: Confidence, 0 to 1, under which a digit is called unsure when no budget is asked for.
        budgets: Shares of wrong answers that can be promised, the strictest first; empty when none was fitted.
        training: How it was trained: the run's config and environment.
        metrics: What was measured, by name.
        format: Version of this form of folder.
    """

    name: str
    version: str
    parameters: int
    confidence_slope: float = 1.0
    confidence_offset: float = 0.0
    unsure_below: float = 0.5
    budgets: tuple[ErrorBudget, ...] = ()
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
        doubt_below: Digit share under which it may be none, so that its digit is unsure; `reject_below` or more.
        reject_below_in_clutter: What `reject_below` is where most of a picture's marks are doubtful; `doubt_below` or
            more.
        training: How it was trained: settings and environment.
        metrics: What was measured, by name.
        format: Version of this form of folder; apart from that of reading bundles.
    """

    name: str
    version: str
    parameters: int
    reject_below: float
    doubt_below: float
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


def read_bundle(model: str | os.PathLike[str] = DEFAULT_BUNDLE, *, accept_older: bool = False) -> Bundle:
    """Read and verify a bundle.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.
        accept_older: Take a bundle of format 1 as well, without its confidence, which has to be fitted anew.

    Raises:
        BundleError: It is missing, a file was changed, or its format is another.
    """
    path = find_bundle(model)
    contents = read_contents(path)
    info = _parse_info(path / MODEL_FILE, contents[MODEL_FILE], accept_older=accept_older)
    return Bundle(path, info, contents[ONNX_FILE])


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
        msg = f"{target}: cannot write the bundle: {error}; choose another folder"
        raise OutputError(msg) from error
    return target


def replace_card(bundle: Bundle, card: str, mistakes: bytes | None) -> Path:
    """Put another card into a bundle in one move; all its other files stay as they are.

    Args:
        bundle: As `read_bundle` gave it.
        card: The new card, Markdown.
        mistakes: The PNG of the mistakes, or None for no such picture.

    Returns:
        The bundle's folder.

    Raises:
        OutputError: The folder cannot be written.
    """
    changed = {CARD_FILE: card.encode(), MISTAKES_FILE: mistakes}
    try:
        with tempfile.TemporaryDirectory(dir=bundle.path.parent, prefix=".bundle-") as scratch:
            fresh = Path(scratch) / "fresh"
            shutil.copytree(bundle.path, fresh)
            sums = _read_sums(fresh)
            for name, data in changed.items():
                (fresh / name).unlink(missing_ok=True)
                sums.pop(name, None)
                if data is not None:
                    (fresh / name).write_bytes(data)
                    sums[name] = hashlib.sha256(data).hexdigest()
            text = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
            (fresh / CHECKSUMS_FILE).write_bytes(text.encode())
            _replace(bundle.path, fresh, Path(scratch) / "old")
    except OSError as error:
        msg = f"{bundle.path}: cannot write the bundle: {error}"
        raise OutputError(msg) from error
    return bundle.path


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


def _parse_info(path: Path, data: bytes, *, accept_older: bool) -> BundleInfo:
    try:
        values = json.loads(data)
        found = values.get("format")
    except (ValueError, AttributeError) as error:
        msg = f"{path}: expected a JSON object, {error}; export the model again"
        raise BundleError(msg) from error
    if found == 1 and accept_older:
        kept = {name: value for name, value in values.items() if name not in {"temperature", "unsure_below"}}
        policy = {"confidence_slope": 1.0, "confidence_offset": 0.0, "unsure_below": 0.5, "budgets": []}
        values = {**kept, **policy, "format": BUNDLE_FORMAT}
    elif found != BUNDLE_FORMAT:
        cure = "run `inkdigits calibrate` on it" if found == 1 else "update inkdigits or export the model again"
        msg = f"{path}: expected format {BUNDLE_FORMAT}, found {found}; {cure}"
        raise BundleError(msg)
    names = {entry.name for entry in fields(BundleInfo)}
    if set(values) != names:
        msg = f"{path}: expected the keys {sorted(names)}, found {sorted(values)}; export the model again"
        raise BundleError(msg)
    info = BundleInfo(**{**values, "budgets": _parse_budgets(path, values["budgets"])})
    _check_policy(path, info)
    return info


def _parse_budgets(path: Path, rows: object) -> tuple[ErrorBudget, ...]:
    names = {entry.name for entry in fields(ErrorBudget)}
    is_table = isinstance(rows, list) and all(isinstance(row, dict) and set(row) == names for row in rows)
    shares = [value for row in rows for value in row.values()] if isinstance(rows, list) and is_table else [None]
    budgets = tuple(ErrorBudget(**row) for row in rows) if isinstance(rows, list) and is_table else ()
    if not all(_is_number(value) and 0 <= value <= 1 for value in shares) or not _is_stricter_first(budgets):
        msg = (
            f"{path}: expected budgets of shares {sorted(names)}, the strictest first, found {rows!r}; export it again"
        )
        raise BundleError(msg)
    return budgets


def _is_stricter_first(budgets: Sequence[ErrorBudget]) -> bool:
    pairs = list(itertools.pairwise(budgets))
    return all(one.max_error < two.max_error and one.unsure_below >= two.unsure_below for one, two in pairs)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and math.isfinite(value)


def _check_policy(path: Path, info: BundleInfo) -> None:
    values = (info.confidence_slope, info.confidence_offset, info.unsure_below)
    if not (all(_is_number(value) for value in values) and values[0] > 0 and 0 <= values[2] <= 1):
        expected = "a confidence_slope above 0, a finite confidence_offset and unsure_below from 0 to 1"
        msg = f"{path}: expected {expected}, found {values}; export it again"
        raise BundleError(msg)
