"""Describes what a run ran on: versions, platform, processor and threads; no host name and no path."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inkdigits.system.cpu import count_cores

__all__ = ["describe_environment"]

_PACKAGES = ("inkdigits", "keras", "tensorflow", "tensorflow-cpu", "numpy", "scikit-learn", "opencv-python-headless")


def describe_environment() -> Mapping[str, object]:
    """Return the values that `environment.json` holds.

    Returns:
        "python", "system", "processor" (strings), "threads" (int: cores this process may use) and "packages" (name to
        version, of those installed).

    >>> sorted(describe_environment())
    ['packages', 'processor', 'python', 'system', 'threads']
    """
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "threads": count_cores(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name)) is not None},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    table = Path("/proc/cpuinfo")  # Linux; elsewhere platform knows
    if table.is_file():
        for line in table.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
