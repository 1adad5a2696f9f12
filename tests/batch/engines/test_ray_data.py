"""The real Ray, on this machine: the same rows as without it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.engines.processes import read_serially
from inkdigits.batch.job import BatchProgress, run_batch
from inkdigits.errors import BatchError, BundleError
from support.batch_pictures import many_pictures, random_frames, read_rows, write_folder, write_idx

ray = pytest.importorskip("ray")

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Ray's own
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def run(source: Path, out: Path, **options: object) -> list[dict[str, object]]:
    from inkdigits.batch.engines.ray_data import read_with_ray  # noqa: PLC0415 - it imports Ray

    model = str(options.pop("model", "accurate"))
    run_batch(BatchConfig(str(source), out, model), engine=partial(read_with_ray, workers=2, **options), ordered=True)  # type: ignore[arg-type]
    return read_rows(out)


def test_ray_has_the_rows_of_one_process(tmp_path: Path) -> None:
    pictures = many_pictures(150)
    pictures["0/0003.png"] = pictures["0/0003.png"][:60]
    folder = write_folder(tmp_path / "scans", pictures)
    run_batch(BatchConfig(str(folder), tmp_path / "serial.jsonl"), engine=read_serially, ordered=True)
    assert run(folder, tmp_path / "ray.jsonl") == read_rows(tmp_path / "serial.jsonl")
    assert not ray.is_initialized(), "what was started is ended"


def test_a_node_that_is_killed_loses_nothing(ray_cluster: "Cluster", tmp_path: Path) -> None:
    """Two nodes in processes of their own; one of them is killed when it has begun to answer."""
    from inkdigits.batch.engines.ray_data import read_with_ray  # noqa: PLC0415 - the same

    path = write_idx(tmp_path / "frames", random_frames(20_000))
    config = BatchConfig(str(path), tmp_path / "rows.jsonl")
    run_batch(BatchConfig(str(path), tmp_path / "serial.jsonl"), engine=read_serially, ordered=True)
    other = [ray_cluster.add_node(num_cpus=1, object_store_memory=100_000_000)]
    ray_cluster.wait_for_nodes()

    def kill_node(_: BatchProgress) -> None:
        while other:
            ray_cluster.remove_node(other.pop(), allow_graceful=False)

    engine = partial(read_with_ray, workers=2, address=ray_cluster.address)
    summary = run_batch(config, engine=engine, ordered=True, on_progress=kill_node)
    assert summary.is_complete
    assert other == []
    assert read_rows(tmp_path / "rows.jsonl") == read_rows(tmp_path / "serial.jsonl")


def test_frames(ray_address: str, tmp_path: Path) -> None:
    path = write_idx(tmp_path / "frames", random_frames(3000))
    run_batch(BatchConfig(str(path), tmp_path / "serial.jsonl"), engine=read_serially, ordered=True)
    assert run(path, tmp_path / "ray.jsonl", address=ray_address) == read_rows(tmp_path / "serial.jsonl")


def test_our_own_errors_come_through(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "scans", many_pictures(2))
    with pytest.raises(BundleError):
        run(folder, tmp_path / "rows.jsonl", model=str(tmp_path / "none"))


def test_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "scans", many_pictures(1))
    with pytest.raises(BatchError, match="expected a Ray cluster at nowhere"):
        run(folder, tmp_path / "rows.jsonl", address="nowhere")
