"""Holds what the benchmark scripts share: their options, and writing NAME.md and NAME.json."""

import argparse
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import cv2

import inkdigits
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import BundleInfo
from inkdigits.training.runs.environment import describe_environment
from sets import DATA


def options(description: str, *, reads_sets: bool = False, takes_model: bool = True) -> argparse.ArgumentParser:
    """Return the parser of a script, to which it adds what only it takes.

    Args:
        description: The script's docstring; its first line is shown by --help.
        reads_sets: Whether it reads the development sets and so takes --data.
        takes_model: Whether it reads with one bundle and so takes --model.
    """
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    if reads_sets:
        parser.add_argument("--data", type=Path, default=DATA, help="folder of the development sets")
    parser.add_argument("--out", type=Path, help="folder for the table, the values and the contact sheets")
    if takes_model:
        parser.add_argument("--model", default=DEFAULT_BUNDLE, help="bundle that reads")
    return parser


def state_facts(info: BundleInfo) -> str:
    """Return the line that says what was measured, when and on what."""
    environment = describe_environment()
    return (
        f"{info.name} {info.version}, {datetime.now(UTC).date().isoformat()}, Python {platform.python_version()}, "
        f"inkdigits {inkdigits.__version__}, {environment['processor']}."
    )


def state_load() -> str:
    """Return how busy the machine is, since times depend on it."""
    return f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def write_findings(folder: Path, name: str, table: str, info: BundleInfo, values: Mapping[str, object]) -> None:
    """Write NAME.md and NAME.json into a folder, which is made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(table, encoding="utf-8")
    facts = {
        "command": f"python benchmarks/{name}.py --out FOLDER",
        "inkdigits": inkdigits.__version__,
        "model": f"{info.name} {info.version}",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": platform.machine(),
        "processor": describe_environment()["processor"],
        "python": platform.python_version(),
        "opencv": cv2.__version__,
        **values,
    }
    (folder / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
