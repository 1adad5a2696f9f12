"""Tells which networks read a batch, so that no run goes on with others."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import inkdigits
from inkdigits.errors import BundleError
from inkdigits.models.bundle import CARD_FILE, DETECTOR_FOLDER, LINE_RECOGNIZER_FOLDER, find_bundle, read_contents
from inkdigits.models.metadata import parse_bundle_info, parse_detector_info, parse_line_recognizer_info
from inkdigits.spec import MODEL_FILE

__all__ = ["check_networks", "describe_networks", "name_model"]

_SHOWN = 12  # characters of a digest: no two of a few thousand bundles share them


def describe_networks(model: str | os.PathLike[str]) -> dict[str, str]:
    """Return what answers depend on beside the pictures and options: name, version and SHA-256 of each network.

    Args:
        model: Name of a shipped bundle, or path of a bundle's folder.

    Returns:
        The keys "bundle", "detector" and "line_recognizer", and the package's version as "inkdigits".

    Raises:
        BundleError: A network is missing or damaged.
    """
    parsers = {
        "bundle": (find_bundle(model), parse_bundle_info),
        "detector": (DETECTOR_FOLDER, parse_detector_info),
        "line_recognizer": (LINE_RECOGNIZER_FOLDER, parse_line_recognizer_info),
    }
    found = {}
    for key, (folder, parse) in parsers.items():
        contents = read_contents(folder)
        info = parse(folder / MODEL_FILE, contents[MODEL_FILE])
        found[key] = f"{info.name} {info.version} {_digest(contents)}"
    return {**found, "inkdigits": inkdigits.__version__}


def check_networks(model: str | os.PathLike[str], expected: Mapping[str, str] | None) -> None:
    """Refuse to read with other networks than a run began with; None are any.

    Raises:
        BundleError: They were replaced meanwhile.
    """
    if expected is None:
        return
    found = describe_networks(model)
    if found != dict(expected):
        was, now = name_model(expected), name_model(found)
        msg = f"{model}: expected the networks that the run began with ({was}), found {now}; put those back"
        raise BundleError(msg)


def name_model(networks: Mapping[str, str]) -> str:
    """Return networks as a person reads them.

    >>> name_model({"bundle": "mine 1.0.0 " + 64 * "a", "inkdigits": "0.9"})
    'bundle mine 1.0.0 (aaaaaaaaaaaa), inkdigits 0.9'
    >>> name_model({"detector": "detector 1.1.0 " + 64 * "b"})
    'detector 1.1.0 (bbbbbbbbbbbb)'
    """
    parts = []
    for key, value in networks.items():
        name, _, digest = str(value).rpartition(" ")
        role = "" if name.startswith(f"{key} ") else f"{key} "  # a detector is called detector
        parts.append(f"{role}{name} ({digest[:_SHOWN]})" if name else f"{key} {value}")
    return ", ".join(parts)


def _digest(contents: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of a folder's files; its card changes no answer."""
    digest = hashlib.sha256()
    for name in sorted(set(contents) - {CARD_FILE}):
        digest.update(f"{Path(name).name} {len(contents[name])}\n".encode() + contents[name])
    return digest.hexdigest()
