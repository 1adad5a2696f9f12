"""Measures the time of a cold start, and the time per frame and per picture.

    python benchmarks/speed.py [--out FOLDER] [--runs N]

Prints a Markdown table of medians with the machine; with --out, writes it as speed.md and speed.json. Close other
programs first.
"""

import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import inkdigits
from findings import options
from inkdigits import DigitReader
from inkdigits.models.classifier import Classifier

PICTURE = Path(__file__).resolve().parents[1] / "samples" / "photo-20741.jpg"
CELL = PICTURE.with_name("cell-5.png")


def cpu_name() -> str:
    """Return the processor's name as the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def median_ms(action: Callable[[], object], runs: int) -> float:
    """Return the median milliseconds of one call, after one that does not count."""
    action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def compile_modules() -> None:
    """Compile the package as pip does when it installs it; an editable install may never have been compiled."""
    compileall.compile_dir(str(Path(inkdigits.__file__).parent), quiet=2)


def cold_start() -> None:
    """Run the command in a new process."""
    subprocess.run([sys.executable, "-m", "inkdigits", "read", str(CELL)], check=True, capture_output=True)


def bare_start() -> None:
    """Import the libraries alone in a new process: what no reader of these libraries can be under."""
    subprocess.run([sys.executable, "-c", "import click, cv2, numpy, onnxruntime"], check=True, capture_output=True)


def measure(runs: int) -> dict[str, float]:
    """Return milliseconds by name."""
    compile_modules()
    generator = np.random.default_rng(7)
    one = generator.integers(0, 256, (1, 28, 28, 1), dtype=np.uint8)
    many = generator.integers(0, 256, (256, 28, 28, 1), dtype=np.uint8)
    classifier = Classifier("fast")
    accurate = Classifier("accurate")
    reader = DigitReader()
    photo, cell = PICTURE.read_bytes(), CELL.read_bytes()
    return {
        "`inkdigits read one.png` from a cold start": median_ms(cold_start, runs),
        "of that, NumPy, OpenCV, ONNX Runtime and click alone, imported in a new process": median_ms(bare_start, runs),
        "one 28 x 28 frame through `fast`": median_ms(lambda: classifier.predict_proba(one), 50 * runs),
        "one of 256 frames through `fast`": median_ms(lambda: classifier.predict_proba(many), runs) / 256,
        "one 28 x 28 frame through `accurate`": median_ms(lambda: accurate.predict_proba(one), 50 * runs),
        "one of 256 frames through `accurate`": median_ms(lambda: accurate.predict_proba(many), runs) / 256,
        "`read_digit` of a 120 x 120 PNG": median_ms(lambda: reader.read_digit(cell), 10 * runs),
        "`read` of a 720 x 360 JPEG with five digits": median_ms(lambda: reader.read(photo), 5 * runs),
    }


def main() -> None:
    """Measure and print."""
    parser = options(__doc__, takes_model=False)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    load = f"load average {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else "load unknown"
    times = measure(arguments.runs)
    table = "| what | median ms |\n|---|---|\n" + "".join(f"| {name} | {ms:.3g} |\n" for name, ms in times.items())
    versions = f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}"
    today = datetime.now(UTC).date().isoformat()
    table += f"\nOne thread of {cpu_name()}, {versions}, median of {arguments.runs} or more, {load}, {today}.\n"
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "speed.md").write_text(table)
        facts = {
            "cpu": cpu_name(),
            "date": today,
            "inkdigits": inkdigits.__version__,
            "load": load,
            "python": platform.python_version(),
            "runs": arguments.runs,
            "milliseconds": times,
        }
        (arguments.out / "speed.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main()
