"""Loads MNIST from the package inkdigits-mnist, verified, in its splits. NumPy and standard library only."""

import hashlib
import lzma
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from inkdigits.errors import DataError, MissingExtraError
from inkdigits.reading.pictures.idx import parse_idx
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, UInt8Array

__all__ = ["LabeledFrames", "Mnist", "load_mnist", "load_test"]

TRAIN_COUNT = 55_000  # the first 55,000 of the training file train; its last 5,000 validate

_TRAIN_X, _TRAIN_Y = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
_TEST_X, _TEST_Y = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

# SHA-256 of the uncompressed files, as in mnist/LICENSE.md
_SHA256 = {
    _TRAIN_X: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    _TRAIN_Y: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    _TEST_X: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    _TEST_Y: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@dataclass(frozen=True, eq=False, slots=True)
class LabeledFrames:
    """Frames and their labels, in one order; both arrays are read-only views of those given.

    Args:
        x: uint8, shape (n, 28, 28), 0 for paper to 255 for ink; n may be 0.
        y: uint8, shape (n,), 0 to 9.

    Raises:
        DataError: Another dtype or shape, different counts, or a label above 9.

    >>> len(LabeledFrames(np.zeros((2, 28, 28), np.uint8), np.array([5, 0], np.uint8)))
    2
    """

    x: UInt8Array
    y: UInt8Array

    def __post_init__(self) -> None:
        """Check both arrays and make them read-only here; the caller's own stay as they were."""
        _check_frames(self.x)
        _check_labels(self.y)
        if len(self.x) != len(self.y):
            msg = f"expected one label per frame, got {len(self.x)} frames and {len(self.y)} labels; pair them first"
            raise DataError(msg)
        for name in ("x", "y"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        """Return n, the number of frames."""
        return len(self.y)

    def slice(self, start: int, stop: int) -> "LabeledFrames":
        """Return frames `start` up to, not including, `stop`, sharing memory with this set."""
        return LabeledFrames(self.x[start:stop], self.y[start:stop])


@dataclass(frozen=True, eq=False, slots=True)
class Mnist:
    """The splits of MNIST.

    Attributes:
        train: The first 55,000 digits of the training file.
        validation: The last 5,000 digits of the training file; choices look here.
        test: The 10,000 digits of the test file; read to evaluate and for nothing else.
    """

    train: LabeledFrames
    validation: LabeledFrames
    test: LabeledFrames
    _whole: LabeledFrames | None = field(default=None, repr=False)

    @property
    def whole(self) -> LabeledFrames:
        """The training file: `train`, then `validation`; of `load_mnist()` the same memory, not a copy."""
        if self._whole is not None:
            return self._whole
        parts = (self.train, self.validation)
        return LabeledFrames(np.concatenate([part.x for part in parts]), np.concatenate([part.y for part in parts]))


def load_mnist() -> Mnist:
    """Read the four files of the package inkdigits-mnist and verify them; takes 0.7 s and no network.

    Returns:
        The splits; all arrays are read-only.

    Raises:
        MissingExtraError: The package is not installed; the extra `train` brings it.
        DataError: A file is missing, damaged or another one; the message names it, the expected and the found SHA-256.
    """
    whole = LabeledFrames(parse_idx(_read(_TRAIN_X), _TRAIN_X, axes=3), parse_idx(_read(_TRAIN_Y), _TRAIN_Y, axes=1))
    return Mnist(whole.slice(0, TRAIN_COUNT), whole.slice(TRAIN_COUNT, len(whole)), load_test(), whole)


def load_test() -> LabeledFrames:
    """Read the test split alone, in a sixth of the time; arrays and errors are those of `load_mnist`."""
    return LabeledFrames(parse_idx(_read(_TEST_X), _TEST_X, axes=3), parse_idx(_read(_TEST_Y), _TEST_Y, axes=1))


def _folder() -> Path:
    """Return where the four files are; training with own digits works without them, so that the import waits."""
    try:
        from inkdigits_mnist import FOLDER  # noqa: PLC0415 - a distribution of its own, which may be absent
    except ImportError as error:
        expected = "this needs MNIST's digits, which the package inkdigits-mnist holds, not installed here"
        msg = f"{expected}; run: pip install 'inkdigits[train]' (in a clone: pip install ./mnist)"
        raise MissingExtraError(msg) from error
    return FOLDER


def _read(name: str) -> bytes:
    path = _folder() / f"{name}.xz"
    try:
        data = lzma.decompress(path.read_bytes())
    except OSError as error:
        expected = "expected a file of inkdigits-mnist, cannot read it"
        msg = f"{path}: {expected} ({error.strerror}); install that package again"
        raise DataError(msg) from error
    except lzma.LZMAError as error:
        msg = f"{path}: expected an xz file, found a damaged one ({error}); install inkdigits-mnist again"
        raise DataError(msg) from error
    found = hashlib.sha256(data).hexdigest()
    if found != _SHA256[name]:
        msg = f"{path}: expected contents with SHA-256 {_SHA256[name]}, found {found}; install inkdigits-mnist again"
        raise DataError(msg)
    return data


def _check_frames(x: UInt8Array) -> None:
    if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (FRAME_SIDE, FRAME_SIDE):
        found = f"{x.dtype} of shape {x.shape}"
        msg = f"expected uint8 frames of shape (n, {FRAME_SIDE}, {FRAME_SIDE}), got {found}; see load_dataset"
        raise DataError(msg)


def _check_labels(y: UInt8Array) -> None:
    if y.dtype != np.uint8 or y.ndim != 1:
        msg = f"expected uint8 labels of shape (n,), got {y.dtype} of shape {y.shape}; see load_dataset"
        raise DataError(msg)
    if len(y) and y.max() >= CLASS_COUNT:
        first = int(np.argmax(y >= CLASS_COUNT))
        msg = f"expected labels from 0 to {CLASS_COUNT - 1}, found {y[first]} at index {first}; leave it out"
        raise DataError(msg)
