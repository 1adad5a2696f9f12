"""Measures `inkdigits batch`: pictures per second and memory, by engine and size, beside what its parts reach alone.

    python benchmarks/batch.py [--out FOLDER] [--sizes 10000 100000 1000000] [--crops N]
        [--engines serial processes ray]

Frames are MNIST's training digits, turned, scaled and shifted at random, in one IDX file. Crops are digits of 64 x 64
pixels as PNG files in a folder. Each run is the real command in its own processes. The engine "two nodes" is Ray on two
nodes, each in its own processes on this machine. With "one killed", one of them is killed after the first answers. The
rows of both are compared with those of one process. With --out, writes batch.md and batch.json. Close other programs
first; a million frames take a quarter of an hour or more per engine.
"""

import functools
import json
import math
import os
import platform
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

import inkdigits
from findings import options
from inkdigits.batch.config import BatchConfig
from inkdigits.batch.engines.processes import read_serially
from inkdigits.batch.job import BatchProgress, run_batch
from inkdigits.models.classifier import Classifier
from inkdigits.models.detector import Detector
from inkdigits.reading.pictures.decoding import decode
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist
from speed import cpu_name

CHUNK = 1024  # frames, as the batch reads them
CROPS = 50_000
MODEL = "fast"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command.

    Attributes:
        what: Form of the input.
        engine: Which.
        pictures: How many.
        seconds: Wall clock, starting and joining included.
        peak_mb: Most resident memory of any of its processes, in units of 10^6 bytes.
    """

    what: str
    engine: str
    pictures: int
    seconds: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.pictures / self.seconds


def write_frames(path: Path, count: int, seed: int = 7) -> None:
    """Write an IDX file of distorted digits, a few at a time."""
    x = load_mnist().train.x
    generator = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(struct.pack(">BBBB3I", 0, 0, 8, 3, count, 28, 28))
        for start in range(0, count, CHUNK):
            picks = generator.integers(0, len(x), min(CHUNK, count - start))
            file.write(b"".join(_distort(x[pick], generator).tobytes() for pick in picks))


def _distort(frame: UInt8Array, generator: np.random.Generator) -> UInt8Array:
    angle, scale = generator.uniform(-12, 12), generator.uniform(0.9, 1.1)
    turn = cv2.getRotationMatrix2D((14, 14), angle, scale)
    turn = turn + np.array([[0, 0, generator.uniform(-1, 1)], [0, 0, generator.uniform(-1, 1)]])
    return np.asarray(cv2.warpAffine(frame, turn, (28, 28)), dtype=np.uint8)


def write_crops(folder: Path, count: int) -> None:
    """Write PNG files of single digits, black on white."""
    folder.mkdir()
    for number, frame in enumerate(load_mnist().train.x[:count]):
        cv2.imwrite(str(folder / f"{number:05d}.png"), 255 - cv2.resize(frame, (64, 64), interpolation=cv2.INTER_CUBIC))


def run_command(what: str, engine: str, source: Path, pictures: int, options: Sequence[str] = ()) -> Run:
    """Run the command and measure it from outside."""
    out = source.with_name(f"{source.name}-{engine}.jsonl")
    workers = [] if engine == "serial" else ["--workers", "2"]
    command = [sys.executable, "-m", "inkdigits", "batch", str(source), "--out", str(out), "--engine", engine]
    command += ["--model", MODEL]
    # a process of its own measures the others, since a maximum over children is never forgotten
    measure = "import resource, subprocess, sys\nsubprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
    measure += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", measure, *command, *workers, *options], check=True, stdout=subprocess.PIPE, text=True
    )
    seconds = time.perf_counter() - start
    out.unlink()
    unit = 1 if sys.platform == "darwin" else 1024  # what getrusage counts in
    return Run(what, engine, pictures, seconds, int(done.stdout) * unit / 1e6)


def run_nodes(source: Path, pictures: int, *, is_killed: bool) -> Run:
    """Read frames on a Ray of two nodes and compare the rows with those of one process; measure the time."""
    from ray.cluster_utils import Cluster  # noqa: PLC0415 - Ray is slow to import

    from inkdigits.batch.engines.ray_data import read_with_ray  # noqa: PLC0415 - it imports Ray

    outs = [source.with_name(f"{source.name}-{name}.jsonl") for name in ("one", "two")]
    run_batch(BatchConfig(str(source), outs[0], MODEL), engine=read_serially, ordered=True)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 100_000_000})
    try:
        other = [cluster.add_node(num_cpus=1, object_store_memory=100_000_000)]
        cluster.wait_for_nodes()

        def kill_node(_: BatchProgress) -> None:
            while is_killed and other:
                cluster.remove_node(other.pop(), allow_graceful=False)

        engine = functools.partial(read_with_ray, workers=2, address=cluster.address)
        start = time.perf_counter()
        run_batch(BatchConfig(str(source), outs[1], MODEL), engine=engine, ordered=True, on_progress=kill_node)
        seconds = time.perf_counter() - start
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]
    if outs[0].read_bytes() != outs[1].read_bytes():
        sys.exit("two nodes gave other rows than one process")
    for out in outs:
        out.unlink()
    engine_name = "ray, two nodes, one killed" if is_killed else "ray, two nodes"
    return Run("28 x 28 IDX, same rows", engine_name, pictures, seconds, float("nan"))


def rate_of(action: Callable[[], object], count: int, seconds: float = 5.0) -> float:
    """Return how many pictures a second an action reaches that does `count` of them, in one process."""
    action()
    start, runs = time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        action()
        runs += 1
    return count * runs / (time.perf_counter() - start)


def ceilings(crops: Path) -> dict[str, float]:
    """Return pictures a second of the parts alone, on one thread."""
    classifier, detector = Classifier(MODEL), Detector()
    frames = load_mnist().validation.x[:CHUNK].reshape(-1, 28, 28, 1)
    files = [path.read_bytes() for path in sorted(crops.iterdir())[:2000]]
    return {
        "classifier alone": rate_of(lambda: classifier.predict_proba(frames), CHUNK),
        "classifier and detector alone": rate_of(
            lambda: (classifier.predict_proba(frames), detector.judge_frames(frames)), CHUNK
        ),
        "decoding of the crops alone": rate_of(lambda: [decode(data) for data in files], len(files)),
    }


def to_table(runs: Sequence[Run], alone: dict[str, float], load: str) -> str:
    """Return the Markdown table."""
    lines = [
        "| input | engine | pictures | seconds | pictures/s | peak MB a process |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {run.what} | {run.engine} | {run.pictures:,} | {run.seconds:.1f} | {run.rate:,.0f} | "
        f"{'-' if math.isnan(run.peak_mb) else f'{run.peak_mb:.0f}'} |"
        for run in runs
    ]
    lines += ["", "| part alone, one thread | pictures/s |", "|---|---:|"]
    lines += [f"| {name} | {rate:,.0f} |" for name, rate in alone.items()]
    versions = f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}, {MODEL}"
    today = datetime.now(UTC).date().isoformat()
    made = f"{os.cpu_count()} cores of {cpu_name()}, {versions}, 2 workers, {load}, {today}."
    told = " ".join([*tell_shares(runs, alone), *tell_growth(runs)])
    return "\n".join([*lines, "", told, "", f"Seconds include starting, listing and joining. {made}"]) + "\n"


def tell_shares(runs: Sequence[Run], alone: dict[str, float]) -> Iterator[str]:
    """Yield what one process, and two, reach of its parts' rates on one thread."""
    both, decoding = alone["classifier and detector alone"], alone["decoding of the crops alone"]
    for run in runs:
        if run.engine not in {"serial", "processes"}:
            continue
        if run.what == "28 x 28 IDX":
            share = f"{100 * run.rate / alone['classifier alone']:.0f} % of the classifier's rate alone"
            yield f"{run.pictures:,} frames, {run.engine}: {share}, {100 * run.rate / both:.0f} % of both networks'."
        else:
            share = f"{100 * run.rate / min(both, decoding):.1f} % of the slower of decoding and networks"
            yield f"{run.pictures:,} crops, {run.engine}: {share}."


def tell_growth(runs: Sequence[Run]) -> Iterator[str]:
    """Yield how time and memory grow with the size, between the second largest size and the largest."""
    for engine in dict.fromkeys(run.engine for run in runs):
        sized = sorted(
            (run for run in runs if run.engine == engine and run.what == "28 x 28 IDX"), key=lambda r: r.pictures
        )
        if len(sized) > 1:
            less, more = sized[-2:]
            cost = 100 * (less.rate / more.rate - 1)
            memory = more.peak_mb - less.peak_mb
            yield f"{engine}, {less.pictures:,} to {more.pictures:,}: {cost:+.0f} % time a picture, {memory:+.0f} MB."


def main() -> None:
    """Measure and print."""
    parser = options(__doc__, takes_model=False)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", default=["serial", "processes", "ray"])
    parser.add_argument("--crops", type=int, default=CROPS)
    arguments = parser.parse_args()
    load = f"load average {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else "load unknown"
    with tempfile.TemporaryDirectory() as folder:
        crops = Path(folder) / "crops"
        write_crops(crops, arguments.crops)
        alone = ceilings(crops)
        count = arguments.crops
        runs = [run_command("64 x 64 PNG", engine, crops, count, ["--digit"]) for engine in arguments.engines]
        for size in arguments.sizes:
            frames = Path(folder) / f"frames-{size}"
            write_frames(frames, size)
            runs += [run_command("28 x 28 IDX", engine, frames, size) for engine in arguments.engines]
            if size == min(arguments.sizes) and "ray" in arguments.engines:
                runs += [run_nodes(frames, size, is_killed=is_killed) for is_killed in (False, True)]
            frames.unlink()
    table = to_table(runs, alone, load)
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "batch.md").write_text(table)
        facts = {"runs": [{**asdict(run), "rate": run.rate} for run in runs], "alone": alone, "load": load}
        (arguments.out / "batch.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
