"""The tutorial's networks as a scikit-learn classifier.

`fit` trains the networks of `tutorial` as `train` does (Adam, categorical cross-entropy, a new order each epoch)
and keeps nothing on disk. scikit-learn's own checks of an estimator hand over tables of a few arbitrary numbers,
which are no pictures: for those the tutorial's perceptron is built over the features at hand, standardized.
"""

from typing import Any, Self

import keras
import numpy as np
import numpy.typing as npt
from keras import initializers, layers
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from inkdigits.errors import DataError, RunError
from inkdigits.spec import CLASS_COUNT, FRAME_SIDE, Float64Array, UInt8Array
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.networks.registry import BUILDERS

__all__ = ["DigitClassifier"]

PIXEL_COUNT = FRAME_SIDE * FRAME_SIDE
_LEAST_HIDDEN = 100  # units; the tutorial's rule, as many as features, would give 2 for 2 features
_PREDICT_BATCH = 1_000

AnyArray = npt.NDArray[Any]


class DigitClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn publishes no types
    """One of the tutorial's networks as a scikit-learn classifier.

    Frames are given as (n, 784) or (n, 28, 28), values 0 for paper to 255 for ink. Labels may be any that scikit-learn
    takes.

    Args:
        network: "softmax", "mlp", "cnn_small" or "cnn_large"; "auto" is "cnn_small" for 784 features and "mlp" for any
            other number. "softmax" and "mlp" take any number of features. Those that are not 784 may have any scale
            and are standardized. "mlp" then has as many hidden units as features, at least 100.
        epochs: Passes over the samples, 1 or more.
        batch_size: Samples per step, 1 or more.
        learning_rate: Adam's, above 0.
        seed: Of weights, dropout and order, 0 or more; the same seed gives the same weights.

    Attributes:
        classes_: The labels, sorted, shape (K,).
        n_features_in_: Features seen by `fit`; 784 for frames.
        model_: The trained `keras.Model`; its `name` tells which network was built.

    >>> DigitClassifier(network="mlp", epochs=2)
    DigitClassifier(epochs=2, network='mlp')
    """

    def __init__(
        self,
        network: str = "auto",
        *,
        epochs: int = 10,
        batch_size: int = 200,
        learning_rate: float = 0.001,
        seed: int = 7,
    ) -> None:
        """Keep the settings as they are; `fit` checks them."""
        self.network = network
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.seed = seed

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: N803 - scikit-learn's name
        """Train from new weights.

        Args:
            X: Numbers, shape (n, 784) or (n, 28, 28) with pixels of 0 to 255, or (n, features).
            y: Labels, shape (n,).

        Returns:
            This estimator.

        Raises:
            ValueError: scikit-learn refuses the arrays: shape, NaN, counts, labels that are no
                classes, or only one class.
            DataError: 784 features that are no pixels of 0 to 255, or another number for a convolutional network.
            RunError: A setting is out of range.
        """
        features, y = validate_data(self, _flatten(X), y)
        y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            msg = f"expected samples of 2 classes or more, got one class, {self.classes_[0]!r}; add samples of another"
            raise ValueError(msg)  # scikit-learn asks for this class
        config = self._config(features.shape[1])
        x = _to_input(features)
        model = _build(config, x, len(self.classes_))
        model.compile(keras.optimizers.Adam(config.learning_rate), loss="categorical_crossentropy")
        targets = np.eye(len(self.classes_), dtype=np.float32)
        for epoch in range(config.epochs):
            order = np.random.default_rng([config.seed, epoch]).permutation(len(x))
            for start in range(0, len(x), config.batch_size):
                chosen = order[start : start + config.batch_size]
                model.train_on_batch(x[chosen], targets[codes[chosen]])
        self.model_ = model
        return self

    def predict_proba(self, X: npt.ArrayLike) -> Float64Array:  # noqa: N803 - scikit-learn's name
        """Return the probability of each label.

        Args:
            X: As for `fit`, with as many features.

        Returns:
            float64, shape (n, K), columns in the order of `classes_`, rows sum to 1.

        Raises:
            NotFittedError: `fit` was not called.
            ValueError: scikit-learn refuses the array.
            DataError: 784 features that are no pixels of 0 to 255.
        """
        check_is_fitted(self)
        x = _to_input(validate_data(self, _flatten(X), reset=False))
        probabilities = self.model_.predict(x, batch_size=_PREDICT_BATCH, verbose=0)
        return np.asarray(probabilities, dtype=np.float64)

    def predict(self, X: npt.ArrayLike) -> AnyArray:  # noqa: N803 - scikit-learn's name
        """Return the most probable label of each sample, shape (n,), of the dtype of `classes_`.

        Raises:
            NotFittedError: `fit` was not called.
            ValueError: scikit-learn refuses the array.
            DataError: 784 features that are no pixels of 0 to 255.
        """
        probabilities = self.predict_proba(X)
        labels: AnyArray = self.classes_[probabilities.argmax(axis=1)]
        return labels

    def _config(self, features: int) -> TrainConfig:
        """Return the checked settings, with the network that `features` columns get."""
        network = self.network
        if network == "auto":
            network = "cnn_small" if features == PIXEL_COUNT else "mlp"
        if network.startswith("cnn_") and features != PIXEL_COUNT:
            msg = f"{network}: expected {PIXEL_COUNT} features (28 x 28 pixels), got {features}; use softmax or mlp"
            raise DataError(msg)
        if network not in BUILDERS:
            msg = f"network: expected auto or one of {', '.join(BUILDERS)}, got {network!r}"
            raise RunError(msg)
        return TrainConfig(
            network=network,
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            seed=self.seed,
        )


def _flatten(x: npt.ArrayLike) -> npt.ArrayLike:
    """Return frames (n, 28, 28) as (n, 784), anything else as it is."""
    table: Any = x if hasattr(x, "shape") else np.asarray(x)
    return np.reshape(table, (-1, PIXEL_COUNT)) if table.shape[1:] == (FRAME_SIDE, FRAME_SIDE) else table


def _to_input(features: AnyArray) -> UInt8Array | Float64Array:
    """Return 784 features as frames, uint8 (n, 28, 28, 1); any other number as float64 (n, features)."""
    if features.shape[1] != PIXEL_COUNT:
        return features.astype(np.float64, copy=False)
    low, high = features.min(), features.max()
    if low < 0 or high > 255 or 0 < high <= 1:
        msg = f"784 features: expected pixels from 0 to 255, got {low} to {high}; multiply by 255 if they were divided"
        raise DataError(msg)
    return np.rint(features).astype(np.uint8).reshape(-1, FRAME_SIDE, FRAME_SIDE, 1)


def _build(config: TrainConfig, x: AnyArray, classes: int) -> keras.Model:
    """Return new weights for input like `x` and so many classes."""
    if x.dtype != np.uint8:
        return _build_dense(config, x, classes)
    model = BUILDERS[config.network](seed=config.seed)
    if classes != CLASS_COUNT:
        model.pop()
        model.add(layers.Dense(classes, activation="softmax", kernel_initializer=_glorot(config.seed)))
    return model


def _build_dense(config: TrainConfig, x: Float64Array, classes: int) -> keras.Model:
    """Return "softmax" or "mlp" over standardized features, in float64 as the tables of scikit-learn are."""
    features = x.shape[1]
    variance = x.var(axis=0)
    variance[variance == 0] = 1  # a constant column stays 0
    stack = [
        keras.Input((features,), dtype="float64"),
        layers.Normalization(mean=x.mean(axis=0), variance=variance, dtype="float64"),
    ]
    if config.network == "mlp":
        hidden = max(features, _LEAST_HIDDEN)
        first = _glorot(config.seed + 1)  # equal seeds would draw equal numbers
        stack.append(layers.Dense(hidden, activation="relu", kernel_initializer=first, dtype="float64"))
    output = _glorot(config.seed)
    stack.append(layers.Dense(classes, activation="softmax", kernel_initializer=output, dtype="float64"))
    return keras.Sequential(stack, name=config.network)


def _glorot(seed: int) -> initializers.Initializer:
    return initializers.GlorotUniform(seed=seed)
