"""Measures where the processor time of `read` goes, stage by stage, and its memory, on a number and a page by phone.

    python benchmarks/stages.py [--out FOLDER] [--model BUNDLE] [--runs N]

Draws a number on a picture of 1 megapixel, and a page of twelve numbers on one of 12, both JPEG. It times the stages,
which it finds at run time, so that none is left out or measured twice: decoding, looking (`looks.find_marks`, in which
the detector runs), cutting ink out, framing, classifying, deciding and so on. Stages are told in processor time, which
a busy machine changes little. Prints a Markdown table of medians; with --out, writes it as stages.md and stages.json.
"""

import functools
import inspect
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import cv2
import numpy as np

import inkdigits.reading.detection.detector
import inkdigits.reading.pipeline
import inkdigits.reading.reader
import inkdigits.reading.recognition.recognizer
from compositions import draw_number
from findings import options, state_facts, state_load, write_findings
from inkdigits import DigitReader
from inkdigits.spec import UInt8Array
from inkdigits.training.data.mnist import load_mnist

PIPELINE = (
    inkdigits.reading.reader,
    inkdigits.reading.pipeline,
    inkdigits.reading.detection.detector,
    inkdigits.reading.recognition.recognizer,
)  # the modules that string the stages together
SEED = 17
REST = "rest of `read`"
GOALS = {"a number, 1 megapixel": (15, None), "a page, 12 megapixels": (400, 400)}  # ms, MB
# run in a process of its own, whose peak is that of reading one picture once
PEAK = """
import sys
from inkdigits import DigitReader

def peak():
    from pathlib import Path
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**(20 if sys.platform == "darwin" else 10)

reader = DigitReader(sys.argv[2])
before = peak()
reader.read(sys.argv[1])
print(before, peak())
"""


P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Stopwatch:
    """Adds up the processor time of wrapped functions; a wrapped function inside another one counts for the outer.

    Attributes:
        seconds: By name of the stage, since the last `clear`.
    """

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _is_running: bool = False

    def wrap(self, name: str, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function, timed."""

        @functools.wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            if self._is_running:
                return function(*args, **kwargs)
            self._is_running = True
            start = time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[name] += time.process_time() - start
                self._is_running = False

        return timed


def find_stages() -> Iterator[tuple[object, str, str]]:
    """Yield what the modules of `PIPELINE` call in others of the package: owner, attribute, and the stage's name."""
    for pipeline in PIPELINE:
        for name, value in vars(pipeline).items():
            home = getattr(value, "__module__", "")
            module = home.rpartition(".")[2]
            if not home.startswith("inkdigits.") or sys.modules[home] in PIPELINE:
                continue
            if inspect.isfunction(value):
                yield pipeline, name, f"{module}.{name}"
            elif inspect.isclass(value) and module not in {"results", "errors"}:
                methods = [key for key, item in vars(value).items() if inspect.isfunction(item) and key[0] != "_"]
                for method in methods:
                    yield value, method, f"{module}.{method}"


@contextmanager
def timed_stages(watch: Stopwatch) -> Iterator[None]:
    """Have `watch` time every stage of `reader` while the context lasts."""
    stages = list(find_stages())
    originals = [getattr(owner, attribute) for owner, attribute, _ in stages]
    for (owner, attribute, name), original in zip(stages, originals, strict=True):
        setattr(owner, attribute, watch.wrap(name, original))
    try:
        yield
    finally:
        for (owner, attribute, _), original in zip(stages, originals, strict=True):
            setattr(owner, attribute, original)


@dataclass(frozen=True)
class Timing:
    """What was measured of a picture.

    Attributes:
        name: What it is.
        size: Width and height, pixels.
        total_ms: Median of `read`, without the stopwatch.
        processor_ms: Median of the processor time that it takes, all threads: on a busy machine the steadier figure.
        stages_ms: Median of the processor time of each stage, in the order of their first call, and of the rest.
        peak_mb: Most memory of a process that reads it once.
        loaded_mb: Most memory of that process before, with the network loaded.
    """

    name: str
    size: tuple[int, int]
    total_ms: float
    processor_ms: float
    stages_ms: dict[str, float]
    peak_mb: float
    loaded_mb: float


def measure_total(reader: DigitReader, data: bytes, runs: int) -> tuple[float, float]:
    """Return the median milliseconds of `read`, by the clock and of the processor, after a run that does not count."""
    reader.read(data)
    totals, processor = [], []
    for _ in range(runs):
        start, begun = time.perf_counter(), time.process_time()
        reader.read(data)
        totals.append(time.perf_counter() - start)
        processor.append(time.process_time() - begun)
    return 1000 * statistics.median(totals), 1000 * statistics.median(processor)


def measure_stages(reader: DigitReader, data: bytes, runs: int) -> dict[str, float]:
    """Return the median processor time of each stage of `read` in their first calls' order, then of the rest, in ms."""
    times: dict[str, list[float]] = defaultdict(list)
    watch = Stopwatch()
    with timed_stages(watch):
        for _ in range(runs):
            watch.seconds.clear()
            start = time.process_time()
            reader.read(data)
            whole = time.process_time() - start
            for name, seconds in (*watch.seconds.items(), (REST, whole - sum(watch.seconds.values()))):
                times[name].append(seconds)
    rest = times.pop(REST)
    return {name: 1000 * statistics.median(seconds) for name, seconds in (*times.items(), (REST, rest))}


def measure_memory(data: bytes, model: str) -> tuple[float, float]:
    """Return the most megabytes of a process that reads a picture once: when the network is loaded, and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.jpg"
        path.write_bytes(data)
        words = [sys.executable, "-c", PEAK, str(path), model]
        loaded, peak = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()
    return float(loaded), float(peak)


def draw_pictures() -> dict[str, UInt8Array]:
    """Return the pictures by name, uint8, shape (H, W, 3), BGR."""
    generator = np.random.default_rng(SEED)
    digits = load_mnist().test
    pictures = {}
    for name, (width, height), spots in (
        ("a number, 1 megapixel", (1250, 800), [(120, 200)]),
        ("a page, 12 megapixels", (4000, 3000), [(x, y) for x in (300, 2300) for y in range(50, 3000, 490)]),
    ):
        paper = np.tile(np.linspace(240, 200, width, dtype=np.float32), (height, 1))
        for x, y in spots:
            _, ink = draw_number(digits, generator, overlaps=np.zeros(4, dtype=np.int64), height=110)
            area = paper[y : y + ink.shape[0], x : x + ink.shape[1]]
            area *= 1 - 0.8 * ink[: area.shape[0], : area.shape[1]]
        noisy = paper + generator.normal(0, 3, paper.shape).astype(np.float32)
        gray = np.clip(noisy, 0, 255).astype(np.uint8)
        pictures[name] = np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return pictures


def to_markdown(pictures: Sequence[Timing], facts: str) -> str:
    """Return the results as a table with the facts under it."""
    stages = dict.fromkeys(name for picture in pictures for name in picture.stages_ms)
    rest = [name for name in stages if name != REST]
    lines = [
        f"| processor time, ms | {' | '.join(picture.name for picture in pictures)} |",
        f"|---|{'---:|' * len(pictures)}",
    ]
    for name in (*rest, REST):
        cells = [f"{picture.stages_ms.get(name, 0.0):.2f}" for picture in pictures]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines.append(f"| `read` | {' | '.join(f'{picture.processor_ms:.1f}' for picture in pictures)} |")
    lines.append(f"| `read`, by the clock | {' | '.join(f'{picture.total_ms:.1f}' for picture in pictures)} |")
    goals = [GOALS[picture.name] for picture in pictures]
    lines.append(f"| wanted, at most | {' | '.join(str(ms) for ms, _ in goals)} |")
    peaks = [f"{picture.peak_mb:.0f} ({picture.loaded_mb:.0f})" for picture in pictures]
    lines.append(f"| most memory, MB (before) | {' | '.join(peaks)} |")
    lines.append(f"| wanted, at most | {' | '.join('-' if mb is None else str(mb) for _, mb in goals)} |")
    lines += ["", "Medians; before: with the network loaded and nothing read. " + facts]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure both pictures and print the table."""
    parser = options(__doc__)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    load = state_load()
    reader = DigitReader(arguments.model)
    timings = []
    for name, picture in draw_pictures().items():
        data = cv2.imencode(".jpg", picture)[1].tobytes()
        totals = measure_total(reader, data, arguments.runs)
        stages = measure_stages(reader, data, arguments.runs)
        loaded, peak = measure_memory(data, arguments.model)
        timings.append(Timing(name, (picture.shape[1], picture.shape[0]), *totals, stages, peak, loaded))
    table = to_markdown(timings, f"{arguments.runs} runs, {load} before. {state_facts(reader.info)}")
    print(table, end="")
    if arguments.out:
        pictures = [asdict(timing) for timing in timings]
        values = {"seed": SEED, "runs": arguments.runs, "load": load, "pictures": pictures}
        write_findings(arguments.out, "stages", table, reader.info, values)


if __name__ == "__main__":
    main()
