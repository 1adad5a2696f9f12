"""Repeats the kinds of harm of a trial, with a fixed seed and within ten minutes, and prints what came of them.

    .venv/bin/python benchmarks/soak.py [--inputs 100000] [--kills 40] [--seconds 600] [--out FOLDER]

Fuzzed inputs go to every entrance that takes bytes, in a process of its own whose peak is measured: pictures of each
format, archives, arrays, what a bundle and a run say of themselves, and tables. Then a batch is killed at random
moments and has to end with every row once, and a run is resumed with another model, which has to be refused.

With --out, the table is written as soak.md. The exit code is 0 when every promise held.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

import inkdigits
import soak_inputs
from inkdigits.errors import BatchError
from inkdigits.models.bundle import find_bundle
from speed import cpu_name

__all__ = ["Outcome", "fuzz", "kill_batches", "main", "refuse_other_model", "to_markdown"]

SEED = 22
MOST_MB, MOST_SECONDS = 600, 5.0  # of a process, of an input
_SHARES = {"inputs": 0.6, "kills": 0.35}  # of the time
_KILLS_A_RUN = 8  # before a batch may end


@dataclass(slots=True)
class Outcome:
    """What came of one kind of harm.

    Attributes:
        kind: Of harm.
        wanted: How often it was to be done.
        done: How often it was, before the time was up.
        slowest: Seconds of the slowest input.
        peak: Megabytes of the process.
        broken: Promises that did not hold, a line each.
    """

    kind: str
    wanted: int
    done: int = 0
    slowest: float = 0.0
    peak: int = 0
    broken: list[str] = field(default_factory=list)


def fuzz(count: int, seconds: float, seed: int = SEED) -> Outcome:
    """Give fuzzed inputs to every entrance, in a process of its own."""
    order = json.dumps([count, seconds, seed])
    done = subprocess.run(
        [sys.executable, __file__, "--child", order], capture_output=True, text=True, timeout=seconds + 120, check=False
    )
    if done.returncode != 0:
        told = f"the process ended with {done.returncode}: {done.stderr.strip()[-300:]}"
        return Outcome("fuzzed inputs", count, broken=[told])
    outcome = Outcome(**json.loads(done.stdout.strip().split("\n")[-1]))
    if outcome.peak > MOST_MB:
        outcome.broken.append(f"peak of {outcome.peak} MB")
    return outcome


def kill_batches(kills: int, seconds: float, seed: int = SEED) -> Outcome:
    """Kill a batch with all its processes at random moments, go on, and compare its rows with the pictures."""
    moments, outcome = random.Random(seed), Outcome("kills of a batch", kills)  # noqa: S311 - when to kill
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "scans"
        folder.mkdir()
        for number in range(300):
            picture = soak_inputs.draw_page(number % 10)
            cv2.imwrite(str(folder / f"{number}.png"), picture)
        runs = 0
        while outcome.done < kills and time.monotonic() < end:
            out = Path(name) / f"{runs}.jsonl"
            outcome.done += _run_killed(folder, out, moments, min(_KILLS_A_RUN, kills - outcome.done))
            names = [json.loads(line)["path"] for line in out.read_bytes().splitlines()] if out.exists() else []
            if sorted(names) != sorted(str(path) for path in folder.iterdir()):
                outcome.broken.append(f"{out.name}: {len(names)} rows, {len(set(names))} of them once")
            runs += 1
    return outcome


def _run_killed(folder: Path, out: Path, moments: random.Random, kills: int) -> int:
    """Run one batch to its end, and kill it so many times before; return how often it was killed."""
    command = [sys.executable, "-m", "inkdigits", "batch", str(folder), "--out", str(out), "--resume", "--workers", "2"]
    killed = 0
    while True:
        with subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                process.wait(moments.uniform(0.5, 6.0) if killed < kills else None)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                killed += 1
                continue
        return killed


def refuse_other_model() -> Outcome:
    """Resume a run after its model was replaced at the same path."""
    from inkdigits.batch.config import BatchConfig  # noqa: PLC0415 - the child that is fuzzed needs no batch
    from inkdigits.batch.engines.processes import read_serially  # noqa: PLC0415 - the same
    from inkdigits.batch.job import run_batch  # noqa: PLC0415 - the same

    outcome = Outcome("resume with another model", 1)
    with tempfile.TemporaryDirectory() as name:
        model, scans = Path(name) / "model", Path(name) / "scans"
        scans.mkdir()
        cv2.imwrite(str(scans / "1.png"), soak_inputs.draw_page(1))
        shutil.copytree(find_bundle("fast"), model)
        config = BatchConfig(str(scans), Path(name) / "rows.jsonl", model=str(model))
        run_batch(config, engine=read_serially, is_stopped=lambda: True)
        shutil.rmtree(model)
        shutil.copytree(find_bundle("tutorial"), model)
        try:
            run_batch(config, engine=read_serially, resume=True)
        except BatchError:
            outcome.done = 1
        else:
            outcome.broken.append("it went on")
    return outcome


def _be_child(order: str) -> None:
    """Do what `fuzz` asks for, and print the outcome."""
    count, seconds, seed = json.loads(order)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    outcome, generator = Outcome("fuzzed inputs", count), np.random.default_rng(seed)
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        entrances = soak_inputs.make_entrances(Path(folder))
        while outcome.done < count and time.monotonic() < end:
            name, entrance, data = soak_inputs.draw(entrances, generator)
            start = time.process_time()
            foreign = soak_inputs.try_entrance(entrance, data)
            seconds_taken = time.process_time() - start
            outcome.slowest = max(outcome.slowest, round(seconds_taken, 2))
            outcome.done += 1
            if foreign or seconds_taken > MOST_SECONDS:
                outcome.broken.append(f"{name} {outcome.done}: {foreign or f'{seconds_taken:.1f} s'}")
    outcome.peak = _find_peak()
    print(json.dumps(asdict(outcome)))


def _find_peak() -> int:
    """Return the most megabytes that this process held."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts in ru_maxrss what the process that started this one held
        return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) // 1024
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1 << 20)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do all of it and print a table; return the exit code."""
    parser = argparse.ArgumentParser(description="Repeats the kinds of harm of a trial.")
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--out", type=Path, help="folder for the table")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child is not None:
        _be_child(options.child)
        return 0
    outcomes = [
        fuzz(options.inputs, _SHARES["inputs"] * options.seconds),
        kill_batches(options.kills, _SHARES["kills"] * options.seconds),
        refuse_other_model(),
    ]
    print(f"{'':28}{'wanted':>10}{'done':>10}{'slowest':>10}{'peak':>10}{'broken':>10}")
    for one in outcomes:
        slowest, peak = f"{one.slowest:.2f} s" if one.slowest else "", f"{one.peak} MB" if one.peak else ""
        print(f"{one.kind:28}{one.wanted:>10,}{one.done:>10,}{slowest:>10}{peak:>10}{len(one.broken):>10}")
    for one in outcomes:
        for line in one.broken[:20]:
            print(f"  {one.kind}: {line}")
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "soak.md").write_text(to_markdown(outcomes, options.seconds), encoding="utf-8")
    return 1 if any(one.broken for one in outcomes) else 0


def to_markdown(outcomes: list[Outcome], seconds: float) -> str:
    """Return the table as it stands in the docs."""
    lines = [
        "| kind of harm | wanted | done | slowest, s | peak, MB | broken promises |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in outcomes:
        slowest, peak = f"{one.slowest:.2f}" if one.slowest else "", str(one.peak or "")
        lines.append(f"| {one.kind} | {one.wanted:,} | {one.done:,} | {slowest} | {peak} | {len(one.broken)} |")
    today = datetime.now(UTC).date().isoformat()
    versions = f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}"
    machine = f"{os.cpu_count()} cores of {cpu_name()}"
    return (
        "\n".join(lines)
        + f"\n\nAt most {seconds:g} s, seed {SEED}. Slowest: processor time. {machine}; {versions}, {today}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
