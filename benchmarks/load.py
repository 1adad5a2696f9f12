"""Measures the service under load with `hey` (a Debian package): its capacity, and its behavior at twice that load.

    python benchmarks/load.py [--out FOLDER] [--seconds 60]

Prints a Markdown table; with --out, writes it as load.md and load.json. Fails when a request is lost without an answer.
The service has a process for each core; they share the machine with `hey` and everything else that runs.
"""

import csv
import io
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import inkdigits
from findings import options
from speed import cpu_name

PICTURE = Path(__file__).resolve().parents[1] / "samples" / "cell-5.png"
CLIENTS = 24  # that send at the same time under overload; each waits for its answer before it sends again
START_S = 120


@dataclass(frozen=True)
class Run:
    """What came back.

    Attributes:
        sent: Requests.
        answered: Answers by status.
        p50_ms: Median of the answers with status 200.
        p99_ms: Of the same.
        rate: Requests a second.
    """

    sent: int
    answered: dict[int, int]
    p50_ms: float
    p99_ms: float
    rate: float

    @property
    def lost(self) -> int:
        """Requests without any answer."""
        return self.sent - sum(self.answered.values())


@contextmanager
def service() -> Iterator[tuple[str, int]]:
    """Run the command; yield its address and process."""
    words = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--workers", str(os.cpu_count() or 1)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline() if process.stderr is not None else ""
        found = re.search(r"http://[\d.:]+", line)
        if found is None:
            sys.exit(f"the service did not start: {line}")
        urllib.request.urlopen(f"{found[0]}/readyz", timeout=START_S).close()  # noqa: S310 - our own address
        yield found[0], process.pid
    finally:
        process.terminate()
        process.wait()


def hey(url: str, count: int, clients: int, rate: float | None = None) -> Run:
    """Send `count` pictures; with a `rate`, so many a second, evenly.

    All clients of one `hey` begin at the same instant; so each client is one of its own, and they begin one by one.
    """
    each = count // clients
    limit = [] if rate is None else ["-q", f"{rate / clients:.4f}"]
    words = ["hey", "-n", str(each), "-c", "1", *limit, "-t", "60", "-o", "csv", "-m", "POST", "-T", "image/png"]
    start = time.perf_counter()
    processes = []
    for _ in range(clients):
        command = [*words, "-D", str(PICTURE), f"{url}/v1/read"]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        time.sleep(0 if rate is None else 1 / rate)
    rows = [row for process in processes for row in csv.DictReader(io.StringIO(process.communicate()[0]))]
    seconds = time.perf_counter() - start
    statuses = [int(row["status-code"]) for row in rows]
    good = [1000 * float(row["response-time"]) for row in rows if row["status-code"] == "200"]
    marks = statistics.quantiles(good, n=100, method="inclusive")
    answered = {status: statuses.count(status) for status in sorted(set(statuses))}
    return Run(each * clients, answered, marks[49], marks[98], each * clients / seconds)


@contextmanager
def watching(pid: int) -> Iterator[list[float]]:
    """Yield a list that is filled each second, while the block runs: megabytes of a process and its children."""
    found: list[float] = []
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(1):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            statms = [Path(f"/proc/{one}/statm").read_text(encoding="ascii") for one in (pid, *children)]
            pages = sum(int(statm.split()[1]) for statm in statms)
            found.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


def measure(seconds: float) -> tuple[dict[str, Run], list[float]]:
    """Return the runs by name, and the memory while there was too much."""
    with service() as (url, pid):
        hey(url, 200, 4)  # what is done once
        alone = hey(url, 200, 1)
        # the processes share the connections as they come: with as many clients as cores, one may get them all
        full = hey(url, int(alone.rate * seconds / 3) + 100, 2 * (os.cpu_count() or 1))
        sustained = full.rate * full.answered.get(200, 0) / full.sent
        with watching(pid) as memory:
            over = hey(url, int(2 * sustained * seconds), CLIENTS, rate=2 * sustained)
    return {"one client": alone, "two clients for each core": full, "twice what was read then": over}, memory


def to_table(runs: dict[str, Run], memory: list[float]) -> str:
    """Return the Markdown."""
    rows = ["| load | sent/s | read/s | told 503, % | lost | p50 ms | p99 ms |", "|---|---:|---:|---:|---:|---:|---:|"]
    for name, run in runs.items():
        read = run.answered.get(200, 0) / run.sent
        refused = 100 * run.answered.get(503, 0) / run.sent
        times = f"{run.p50_ms:.1f} | {run.p99_ms:.1f}"
        rows.append(f"| {name} | {run.rate:.0f} | {run.rate * read:.0f} | {refused:.1f} | {run.lost} | {times} |")
    alone, over = runs["one client"], runs["twice what was read then"]
    half = len(memory) // 2
    grown = statistics.mean(memory[half:]) - statistics.mean(memory[:half])
    facts = (
        f"Times are those of what was read. At twice the rate p99 is {over.p99_ms / alone.p50_ms:.1f} times the p50 "
        f"of one client; all processes together took {min(memory):.0f} to {max(memory):.0f} MB, {grown:+.1f} MB from "
        "the first half to the second."
    )
    return "\n".join(rows) + f"\n\n{facts}\n"


def main() -> None:
    """Measure and print."""
    parser = options(__doc__, takes_model=False)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    if shutil.which("hey") is None:
        sys.exit("hey is not here; run: apt-get install hey")
    busy = os.getloadavg()[0]
    runs, memory = measure(arguments.seconds)
    today = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores of {cpu_name()}, load average {busy:.1f} before"
    versions = f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}"
    table = to_table(runs, memory)
    how = f"A 120 x 120 PNG with one digit, {os.cpu_count()} processes, {arguments.seconds:g} s"
    table += f"\n{how}, {machine}, {versions}, {today}.\n"
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "load.md").write_text(table, encoding="utf-8")
        facts = {"machine": machine, "versions": versions, "date": today, "memory_mb": memory}
        told = {name: asdict(run) for name, run in runs.items()}
        (arguments.out / "load.json").write_text(json.dumps({**facts, "runs": told}, indent=2) + "\n", encoding="utf-8")
    if any(run.lost for run in runs.values()):
        sys.exit("a request was lost without an answer")


if __name__ == "__main__":
    main()
