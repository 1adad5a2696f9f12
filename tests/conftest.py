"""What several test modules share: a tiny network, the shipped reader, and which files need an absent extra."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from inkdigits.reading.reader import DigitReader

# how long an example takes says more of the machine than of the code
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data" / "dev"

# pytest's doctest run imports every file; these need libraries of the `train` extra
collect_ignore = [
    name
    for name, library in {
        "support/build_tiny_model.py": "onnx",
        "support/build_foreign_models.py": "onnx",
        "support/small_runs.py": "keras",
        "support/serving.py": "fastapi",
    }.items()
    if importlib.util.find_spec(library) is None
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what reads the handwriting sets where they are not."""
    skip = pytest.mark.skip(reason="the development sets are not here: ../shared/data/dev")
    for item in items:
        if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
            item.add_marker(skip)


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of 3 kB whose network is fixed and untrained; read it, do not change it."""
    pytest.importorskip("onnx")
    from support.build_tiny_model import build_tiny_bundle  # noqa: PLC0415 - it needs onnx

    return build_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture(scope="session")
def reader() -> DigitReader:
    """Return a reader with the shipped bundle."""
    return DigitReader()
