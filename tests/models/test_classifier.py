"""The classifier is a bundle and its network: what the folder says, and probabilities."""

import concurrent.futures
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import BundleError, FrameError
from inkdigits.models.bundle import DEFAULT_BUNDLE, read_bundle
from inkdigits.models.classifier import Classifier
from inkdigits.models.session import Network


def test_it_tells_what_the_bundle_says_and_answers_as_its_network(tiny_bundle: Path) -> None:
    classifier, bundle = Classifier(tiny_bundle), read_bundle(tiny_bundle)
    frames = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1), dtype=np.uint8)
    assert classifier.info == bundle.info
    assert np.array_equal(classifier.predict_proba(frames), Network(bundle.onnx).predict_proba(frames))


def test_no_frames_have_no_probabilities(tiny_bundle: Path) -> None:
    assert Classifier(tiny_bundle).predict_proba(np.empty((0, 28, 28, 1), dtype=np.uint8)).shape == (0, 10)


def test_threads_may_share_it(tiny_bundle: Path) -> None:
    classifier = Classifier(tiny_bundle)
    batches = [np.random.default_rng(seed).integers(0, 256, (9, 28, 28, 1), dtype=np.uint8) for seed in range(20)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        together = list(pool.map(classifier.predict_proba, batches))
    assert all(np.array_equal(answer, classifier.predict_proba(x)) for answer, x in zip(together, batches, strict=True))


def test_the_shipped_bundle_is_the_default() -> None:
    assert Classifier().info.name == DEFAULT_BUNDLE


def test_wrong_frames_and_absent_bundles_are_told(tiny_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(FrameError):
        Classifier(tiny_bundle).predict_proba(np.zeros((28, 28), dtype=np.uint8))
    with pytest.raises(BundleError):
        Classifier(tmp_path)
