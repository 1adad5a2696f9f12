"""What a shipped folder says belongs to its version: other numbers, thresholds or weights are a new version."""

import hashlib

import pytest

from inkdigits.models.bundle import DETECTOR_FOLDER, read_bundle, shipped_bundles
from inkdigits.models.detector import Detector
from inkdigits.models.line_recognizer import LineRecognizer

_WEIGHTS = DETECTOR_FOLDER.parent
# of each shipped version, the SHA-256 of its model.json and model.onnx, one after the other. A line changes together
# with its version only; models/weights/CHANGELOG.md then says what changed
DIGESTS = {
    "accurate 1.3.0": "3b46eef6dfeea7dd302ec62f756a4cb1ffe513deddb307c998ab639c7e637578",
    "detector 1.4.0": "c1b630f1bb574cf401c40b3f94892cb9c118b473fc3bdc608ea509d29d507138",
    "fast 1.3.0": "5abc35768bc1d55b473344bf06072898a545cce86b9612accfed48c3aa1ed66c",
    "line_recognizer 1.1.0": "2f2ddf3336faa3b6b33ff8665c7ab8e32883ec877ccef5f7c8d44ab4f24db0d5",
    "tutorial 1.0.0": "b2965bf104074cfc4860fd427e0444c4f7b10f27afd7e1167af039b333a23e70",
}


def find_versions() -> dict[str, str]:
    """Return the version of each shipped folder."""
    bundles = {name: read_bundle(name).info.version for name in shipped_bundles()}
    return bundles | {"detector": Detector().info.version, "line_recognizer": LineRecognizer().info.version}


@pytest.mark.parametrize("name", [*shipped_bundles(), "detector", "line_recognizer"])
def test_a_folder_holds_what_its_version_held(name: str) -> None:
    contents = b"".join((_WEIGHTS / name / file).read_bytes() for file in ("model.json", "model.onnx"))
    title = f"{name} {find_versions()[name]}"
    found = hashlib.sha256(contents).hexdigest()
    assert DIGESTS.get(title) == found, f"{title} is another one: give it a new version, and put its digest here"


def test_only_what_is_shipped_has_a_digest() -> None:
    assert set(DIGESTS) == {f"{name} {version}" for name, version in find_versions().items()}
