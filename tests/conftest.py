"""What several test modules share: a tiny network, the shipped reader, and which files need an absent extra."""

import importlib.util
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from inkdigits.reading.reader import DigitReader
from inkdigits.system.cpu import count_cores
from support.durations import Durations, ProcessorTimes
from support.scheduling import SharedScheduling, longest_first

if TYPE_CHECKING:  # importing Ray takes seconds
    from ray.cluster_utils import Cluster

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


# for an environment without extras: `make test-base` sets the variable
if "INKDIGITS_BASE_INSTALL" not in os.environ:
    collect_ignore.append("base_install")

# a folder that all worker processes of a run share, for what is trained once
SHARED_FOLDER = "INKDIGITS_TEST_FOLDER"
SLOW_TIMEOUT_S = 1_200  # of a test marked `slow` that names no other; all others have the one of pyproject.toml


def pytest_configure(config: pytest.Config) -> None:
    """Measure each test; the process that starts the others makes the folder they share and adds up."""
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # a shell starts what it runs in the background so; Ctrl-C could not be tested
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(ProcessorTimes())
    if not hasattr(config, "workerinput"):
        os.environ[SHARED_FOLDER] = tempfile.mkdtemp(prefix="inkdigits-test-")
        config.pluginmanager.register(Durations())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder that all processes shared."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED_FOLDER), ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> SharedScheduling:
    """Keep tests together that share something, in place of xdist's own choices."""
    return SharedScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what reads the handwriting sets where they are not; give slow tests more time; start the longest first."""
    skip = pytest.mark.skip(reason="the development sets are not here: ../shared/data/dev")
    for item in items:
        if item.get_closest_marker("shared_data") and not SHARED_DATA.is_dir():
            item.add_marker(skip)
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_TIMEOUT_S))
    if hasattr(config, "workerinput"):
        longest_first(items)


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


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator["Cluster"]:
    """Run Ray's head in processes of its own; who adds a node to it, removes it again."""
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - it takes seconds

    cores = max(2, count_cores())  # a training asks for all
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": cores, "object_store_memory": 100_000_000})
    yield cluster
    cluster.shutdown()  # type: ignore[no-untyped-call]


@pytest.fixture
def ray_address(ray_cluster: "Cluster") -> str:
    """Return where Ray runs, for all tests that can share it."""
    return str(ray_cluster.address)
