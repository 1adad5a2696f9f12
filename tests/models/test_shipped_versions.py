"""What a shipped folder says belongs to its version: other numbers, thresholds or weights are a new version."""

import hashlib

import pytest

from inkdigits.models.bundle import DETECTOR_FOLDER, read_bundle, shipped_bundles
from inkdigits.models.detector import Detector
from inkdigits.models.line_recognizer import LineRecognizer

_WEIGHTS = DETECTOR_FOLDER.parent
# of each shipped version, the SHA-256 of its model.json and model.onnx, one after the other. A line changes together
# with its version only; models/weights/CHANGELOG.md then says what changed
DIGESTS: dict[str, str] = {}


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
