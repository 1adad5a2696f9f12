"""The random forest, the baseline without a network.

A forest is not kept: scikit-learn stores one as a pickle, and this package loads no pickles. The config and the seed
make it again, the metrics say what it reached.
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from inkdigits.spec import CLASS_COUNT, Float32Array, UInt8Array
from inkdigits.training.data.mnist import LabeledFrames

__all__ = ["TREE_COUNT", "fit_forest", "predict_forest"]

TREE_COUNT = 100  # scikit-learn's default, like the other settings: sqrt(784) = 28 pixels tried per split, full depth


def fit_forest(frames: LabeledFrames, *, seed: int) -> RandomForestClassifier:
    """Fit 100 trees of full depth on the raw pixels, on all cores; the answer does not depend on their number.

    Args:
        frames: n labeled digits, 1 or more.
        seed: 0 or more.
    """
    forest = RandomForestClassifier(n_estimators=TREE_COUNT, random_state=seed, n_jobs=-1)
    return forest.fit(frames.x.reshape(len(frames), -1), frames.y)


def predict_forest(forest: RandomForestClassifier, x: UInt8Array) -> Float32Array:
    """Return the mean vote of the trees.

    Args:
        forest: A fitted one.
        x: uint8, shape (n, 28, 28).

    Returns:
        float32, shape (n, 10); 0 for a label that the forest never saw.
    """
    probabilities = np.zeros((len(x), CLASS_COUNT), dtype=np.float32)
    probabilities[:, forest.classes_] = forest.predict_proba(x.reshape(len(x), -1))
    return probabilities
