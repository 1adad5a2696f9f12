"""`DigitClassifier` keeps scikit-learn's promises, and refuses what is no picture where pictures are meant."""

import pickle

import numpy as np
import pytest

pytest.importorskip("keras")
pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from inkdigits.errors import DataError, RunError
from inkdigits.training.data.mnist import LabeledFrames, load_mnist
from inkdigits.training.fitting.estimator import DigitClassifier

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def digits() -> LabeledFrames:
    return load_mnist().train.slice(0, 1_200)


@pytest.fixture(scope="module")
def fitted(digits: LabeledFrames) -> DigitClassifier:
    return DigitClassifier(network="softmax", epochs=3, batch_size=50).fit(digits.x, digits.y)


@pytest.mark.slow  # about 50 s in all: each check trains several networks
@parametrize_with_checks([DigitClassifier()])  # type: ignore[untyped-decorator] # scikit-learn publishes no types
def test_scikit_learns_own_checks(estimator: DigitClassifier, check: object) -> None:
    """All of them, none expected to fail."""
    assert callable(check)
    check(estimator)


@pytest.mark.parametrize(
    ("network", "built"),
    [
        ("auto", "cnn_small"),
        ("softmax", "softmax"),
        ("mlp", "mlp"),
        pytest.param("cnn_small", "cnn_small", marks=pytest.mark.slow),
        pytest.param("cnn_large", "cnn_large", marks=pytest.mark.slow),
    ],
)
def test_every_network_learns_digits(digits: LabeledFrames, network: str, built: str) -> None:
    classifier = DigitClassifier(network, epochs=2, batch_size=20).fit(digits.x[:1000], digits.y[:1000])
    assert classifier.model_.name == built
    assert classifier.score(digits.x[1000:], digits.y[1000:]) > 0.7


def test_flat_and_square_frames_are_the_same(fitted: DigitClassifier, digits: LabeledFrames) -> None:
    square, flat = digits.x[:20], digits.x[:20].reshape(20, 784)
    assert np.array_equal(fitted.predict_proba(square), fitted.predict_proba(flat))
    assert np.array_equal(fitted.predict_proba(square), fitted.predict_proba(square.astype(np.float64).tolist()))
    assert fitted.n_features_in_ == 784


def test_answers(fitted: DigitClassifier, digits: LabeledFrames) -> None:
    probabilities = fitted.predict_proba(digits.x[:30])
    assert probabilities.shape == (30, 10)
    assert probabilities.dtype == np.float64
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert fitted.classes_.tolist() == list(range(10))
    assert np.array_equal(fitted.predict(digits.x[:30]), probabilities.argmax(axis=1))


def test_other_labels_and_fewer_classes(digits: LabeledFrames) -> None:
    chosen = digits.y < 3
    names = np.array(["zero", "one", "two"])[digits.y[chosen]]
    classifier = DigitClassifier("cnn_large", epochs=3, batch_size=20).fit(digits.x[chosen], names)
    assert classifier.classes_.tolist() == ["one", "two", "zero"]
    assert classifier.predict_proba(digits.x[:5]).shape == (5, 3)
    assert classifier.score(digits.x[chosen], names) > 0.9


def test_the_same_seed_gives_the_same_weights(digits: LabeledFrames) -> None:
    frames, labels = digits.x[:200], digits.y[:200]
    answers = [
        DigitClassifier(epochs=1, batch_size=50, seed=seed).fit(frames, labels).predict_proba(frames)
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(answers[0], answers[1])
    assert not np.array_equal(answers[0], answers[2])


def test_fit_leaves_the_global_random_state_alone(digits: LabeledFrames) -> None:
    before = pickle.dumps(np.random.get_state())  # noqa: NPY002 - the global state is what is looked at
    DigitClassifier("softmax", epochs=1).fit(digits.x[:50], digits.y[:50])
    assert pickle.dumps(np.random.get_state()) == before  # noqa: NPY002


def test_pictures_of_another_size_train_the_perceptron() -> None:
    x, y = load_digits(return_X_y=True)  # 8 x 8, 0 to 16
    classifier = DigitClassifier(batch_size=50).fit(x[:1500], y[:1500])
    assert classifier.model_.name == "mlp"
    assert classifier.score(x[1500:], y[1500:]) > 0.88
    assert DigitClassifier("softmax", batch_size=50).fit(x[:1500], y[:1500]).score(x[1500:], y[1500:]) > 0.8


def test_cross_validation_and_cloning(digits: LabeledFrames) -> None:
    classifier = clone(DigitClassifier("softmax", epochs=3, batch_size=20))
    scores = cross_val_score(classifier, digits.x[:600].reshape(600, -1), digits.y[:600], cv=2)
    assert scores.min() > 0.6


def test_a_copy_through_pickle_answers_the_same(fitted: DigitClassifier, digits: LabeledFrames) -> None:
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own bytes
    assert np.array_equal(copy.predict_proba(digits.x[:10]), fitted.predict_proba(digits.x[:10]))


def test_before_fit(digits: LabeledFrames) -> None:
    with pytest.raises(NotFittedError):
        DigitClassifier().predict(digits.x[:1])


@pytest.mark.parametrize(
    ("factor", "message"),
    [(1 / 255, "got 0.0 to 1.0; multiply by 255"), (-1.0, "expected pixels from 0 to 255"), (2.0, "got 0.0 to 510.0")],
)
def test_values_that_are_no_pixels(fitted: DigitClassifier, digits: LabeledFrames, factor: float, message: str) -> None:
    with pytest.raises(DataError, match=message):
        DigitClassifier().fit(digits.x[:20] * factor, digits.y[:20])
    with pytest.raises(DataError, match=message):
        fitted.predict(digits.x[:20] * factor)


def test_a_single_class(digits: LabeledFrames) -> None:
    with pytest.raises(ValueError, match="expected samples of 2 classes or more, got one class, 'five'"):
        DigitClassifier().fit(digits.x[:3], np.array(["five"] * 3, dtype=object))


def test_a_convolutional_network_needs_pictures() -> None:
    with pytest.raises(DataError, match=r"cnn_small: expected 784 features .* got 64"):
        DigitClassifier("cnn_small").fit(np.ones((4, 64)), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": "random_forest"}, "network: expected auto or one of .* got 'random_forest'"),
        ({"epochs": 0}, "epochs: expected a whole number of 1 or more, got 0"),
        ({"learning_rate": -1.0}, "learning_rate: expected a number above 0"),
    ],
)
def test_settings_out_of_range(digits: LabeledFrames, settings: dict[str, object], message: str) -> None:
    with pytest.raises(RunError, match=message):
        DigitClassifier(**settings).fit(digits.x[:20], digits.y[:20])  # type: ignore[arg-type]
