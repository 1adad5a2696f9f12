"""Records 200 answers of each shipped bundle: which MNIST validation digits, and their probabilities.

Run it after shipping other weights, and look at the difference:

    python tests/golden/record_answers.py [BUNDLE...]

Half of the digits are the bundle's least confident ones, where a change shows first; the other half is spread evenly
over all 5,000. Without a name, every shipped bundle is recorded.
"""

import sys
from pathlib import Path

import numpy as np

from inkdigits.models.bundle import read_bundle, shipped_bundles
from inkdigits.models.session import Network
from inkdigits.spec import Float32Array, Int64Array
from inkdigits.training.data.mnist import load_mnist

__all__ = ["ANSWERS", "answer", "choose", "difference", "record"]

ANSWERS = Path(__file__).parent / "answers"
HARD, EVEN = 100, 100


def answer(bundle: str, places: Int64Array) -> Float32Array:
    """Return what a bundle says to validation digits: float32, shape (n, 10).

    Args:
        bundle: Name of a shipped one, or a folder.
        places: int64, shape (n,), 0 to 4,999.
    """
    frames = load_mnist().validation.x[places]
    return Network(read_bundle(bundle).onnx).predict_proba(frames[..., np.newaxis])


def choose(bundle: str) -> Int64Array:
    """Return the digits by which a bundle is guarded: int64, shape (200,), ascending, none twice."""
    count = len(load_mnist().validation)
    confidence = answer(bundle, np.arange(count)).max(axis=1)
    hard = np.argsort(confidence, kind="stable")[:HARD]
    rest = np.setdiff1d(np.arange(count), hard)
    even = rest[np.linspace(0, len(rest) - 1, EVEN).astype(np.int64)]
    return np.sort(np.concatenate([hard, even])).astype(np.int64)


def record(bundle: str, folder: Path = ANSWERS) -> Path:
    """Write the answers of one bundle."""
    places = choose(bundle)
    path = folder / f"{Path(bundle).name}.npz"
    np.savez_compressed(path, places=places.astype(np.uint16), probabilities=answer(bundle, places))
    return path


def difference(bundle: str, recorded: Path) -> float:
    """Return by how much a probability differs at most from what was recorded."""
    with np.load(recorded, allow_pickle=False) as kept:
        return float(np.abs(answer(bundle, kept["places"].astype(np.int64)) - kept["probabilities"]).max())


if __name__ == "__main__":
    for written in map(record, sys.argv[1:] or shipped_bundles()):
        print(f"recorded {written}: {written.stat().st_size:,} bytes")  # noqa: T201 - a script
