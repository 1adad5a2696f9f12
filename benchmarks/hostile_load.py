"""Measures the service at twice its capacity, with hostile requests among the honest ones; then while processes end.

    python benchmarks/hostile_load.py [--out FOLDER] [--seconds 60] [--kills 30] [--stops 10]

Prints a Markdown table; with --out, writes it as hostile_load.md. Fails when an honest request is lost without an
answer. In the second half, at half of the capacity, processes that read are ended by SIGKILL at moments drawn from a
fixed seed, and some are stopped by SIGSTOP: whatever lock such a process holds, it never lets go.
"""

import contextlib
import http.client
import os
import platform
import random
import re
import signal
import struct
import sys
import threading
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

import inkdigits
from findings import options, state_load
from load import PICTURE, service
from speed import cpu_name

CLIENTS = 24  # that send at the same time; each waits for its answer before it sends again
HOSTILE = 0.2  # share of requests that are hostile
ALONE = 50  # requests of one client alone
TIMEOUT_S = 60.0
SEED = 22
REPLACED_S = 10.0  # seconds that are waited for a process to be replaced, before it counts as not replaced
LOOK_S = 0.02


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def hostile_bodies() -> dict[str, tuple[str, str, bytes]]:
    """Return requests that cost much, by name: path, type and body."""
    head = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 5_000, 5_000, 8, 6, 0, 0, 0))
    rows = zlib.compress(bytes(5_000 * 20_001), 1)
    large = head + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    lying = head + png_chunk(b"IEND", b"") + struct.pack(">I", 0x7FFFFFF0) + b"tEXt"
    lists = b"[" + b"[]," * 2_000_000 + b"[]]"
    strings = b'{"inputs":[{"name":"frames","datatype":"UINT8","shape":[1,28,28,1],"data":["' + b"x" * 144_000 + b'"'
    strings += b',""' * 783 + b"]}]}"
    read, infer, json_type = "/v1/read", "/v2/models/accurate/infer", "application/json"
    return {
        "25 megapixels, four channels": (read, "image/png", large),
        "a chunk that lies about its length": (read, "image/png", lying),
        "nested lists": (read, json_type, lists),
        "strings as numbers": (infer, json_type, strings),
    }


@dataclass
class Tally:
    """What came back.

    Attributes:
        statuses: Honest answers by status; 0 without any answer.
        hostile: The others.
        times: Seconds of each honest answer with status 200.
        replaced: By signal, seconds until each process that got it was gone, and as many as before were ready to read.
        peak_mb: Most memory of any process.
        memory: Megabytes of all processes together, each second.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    hostile: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    replaced: dict[signal.Signals, list[float]] = field(
        default_factory=lambda: {signal.SIGKILL: [], signal.SIGSTOP: []}
    )
    peak_mb: float = 0.0
    memory: list[float] = field(default_factory=list)


def send(url: str, path: str, kind: str, body: bytes) -> int:
    """Return the status of the answer; 0 without one."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return response.status
    finally:
        connection.close()


def send_steadily(url: str, tally: Tally, rate: float, seconds: float, hostile: float) -> None:
    """Send `rate` requests a second from many clients, a share of them hostile."""
    honest = PICTURE.read_bytes()
    costly = list(hostile_bodies().values())
    end = time.monotonic() + seconds

    def be_client(number: int) -> None:
        generator = random.Random(SEED + number)  # noqa: S311 - repeatable, not secret
        due = time.monotonic() + number / rate
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            due += CLIENTS / rate
            if generator.random() < hostile:
                tally.hostile[send(url, *generator.choice(costly))] += 1
                continue
            start = time.monotonic()
            status = send(url, "/v1/read", "image/png", honest)
            tally.statuses[status] += 1
            if status == http.HTTPStatus.OK:
                tally.times.append(time.monotonic() - start)

    run_all([threading.Thread(target=be_client, args=(number,)) for number in range(CLIENTS)])


def run_all(threads: list[threading.Thread]) -> None:
    """Run threads to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def ready_processes(url: str) -> int:
    """Return how many processes are ready to read."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=TIMEOUT_S) as answer:  # noqa: S310 - our own address
        found = re.search(r"^inkdigits_processes ([\d.]+)$", answer.read().decode(), re.MULTILINE)
    return int(float(found[1])) if found else 0


def end_processes(url: str, pid: int, tally: Tally, signals: list[signal.Signals], seconds: float) -> None:
    """Send signals to processes at random moments, and measure until each is replaced."""
    generator = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    generator.shuffle(signals)
    least = (os.cpu_count() or 1) + 1  # one for each core, and one that is always ready
    end = time.monotonic() + seconds
    for number, one in enumerate(signals):
        left = max(0.0, end - time.monotonic()) / (len(signals) - number)
        time.sleep(generator.uniform(0.2, 1.8) * left)
        victim = generator.choice(children(pid))
        start = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, one)
        while time.monotonic() - start < REPLACED_S:
            if victim not in children(pid) and ready_processes(url) >= least:
                break
            time.sleep(LOOK_S)
        tally.replaced[one].append(time.monotonic() - start)


def watch_memory(pid: int, tally: Tally, is_over: threading.Event) -> None:
    """Look at the memory of all processes until it is over."""
    while not is_over.wait(1.0):
        sizes = []
        for one in (pid, *children(pid)):
            with contextlib.suppress(OSError, LookupError):
                status = Path(f"/proc/{one}/status").read_text(encoding="ascii")
                values = dict(line.split(":", 1) for line in status.splitlines())
                sizes.append(int(values["VmRSS"].split()[0]) / 1_000)
                tally.peak_mb = max(tally.peak_mb, int(values["VmHWM"].split()[0]) / 1_000)
        tally.memory.append(sum(sizes))


def measure(seconds: float, kills: int, stops: int) -> tuple[Tally, Tally, Tally]:
    """Return what came back of one client alone, of too many with hostile ones among them, and while processes end."""
    alone, crowd, killed = Tally(), Tally(), Tally()
    with service() as (url, pid):
        time.sleep(5)  # until all processes are ready
        run_once: Callable[[], int] = lambda: send(url, "/v1/read", "image/png", PICTURE.read_bytes())  # noqa: E731
        for _ in range(ALONE):
            start = time.monotonic()
            alone.statuses[run_once()] += 1
            alone.times.append(time.monotonic() - start)
        rate = (os.cpu_count() or 1) / float(np.median(alone.times))
        is_over = threading.Event()
        watcher = threading.Thread(target=watch_memory, args=(pid, crowd, is_over))
        watcher.start()
        send_steadily(url, crowd, 2 * rate, seconds, HOSTILE)
        is_over.set()
        watcher.join()
        signals = [signal.SIGKILL] * kills + [signal.SIGSTOP] * stops
        killer = threading.Thread(target=end_processes, args=(url, pid, killed, signals, 0.9 * seconds))
        killer.start()
        send_steadily(url, killed, rate / 2, seconds, 0.0)
        killer.join()
    return alone, crowd, killed


def to_table(alone: Tally, crowd: Tally, killed: Tally) -> str:
    """Return the Markdown."""
    p50 = 1_000 * float(np.median(alone.times))
    half = len(crowd.memory) // 2
    grown = float(np.mean(crowd.memory[half:]) - np.mean(crowd.memory[:half]))
    rows = {
        "one client alone: p50, ms": (f"{p50:.1f}", ""),
        "honest requests": tuple(str(sum(one.statuses.values())) for one in (crowd, killed)),
        "of them read": tuple(str(one.statuses[200]) for one in (crowd, killed)),
        "told 503, too much is in flight": tuple(str(one.statuses[503]) for one in (crowd, killed)),
        "lost": tuple(str(one.statuses[0]) for one in (crowd, killed)),
        "p50 and p99 of what was read, ms": tuple(tell_percentiles(one.times, p50) for one in (crowd, killed)),
        "hostile requests, by status": (", ".join(f"{key}: {crowd.hostile[key]}" for key in sorted(crowd.hostile)), ""),
        "most memory of a process, MB": (f"{crowd.peak_mb:.0f}", ""),
        "all processes, second half against first, MB": (f"{grown:+.1f}", ""),
        "processes ended: until replaced, s": ("", tell_times(killed.replaced[signal.SIGKILL])),
        "processes stopped: until replaced, s": ("", tell_times(killed.replaced[signal.SIGSTOP])),
    }
    head = "| | twice the capacity, hostile requests among them | half of it, while processes end |\n|---|---:|---:|\n"
    table = head + "".join(f"| {key} | {one} | {other} |\n" for key, (one, other) in rows.items())
    today = datetime.now(UTC).date().isoformat()
    machine = f"{os.cpu_count()} cores of {cpu_name()}, which also run what sends, {state_load()}"
    versions = f"Python {platform.python_version()}, inkdigits {inkdigits.__version__}"
    return f"{table}\n{100 * HOSTILE:.0f} % of the requests are hostile. {machine}; {versions}, {today}.\n"


def tell_percentiles(seconds: list[float], alone: float) -> str:
    """Return the median and the 99th percentile in milliseconds, and how many times `alone` the latter is."""
    mine, p99 = (1_000 * float(np.percentile(seconds, share)) for share in (50, 99))
    return f"{mine:.1f}, {p99:.1f} ({p99 / alone:.1f} times)"


def tell_times(seconds: list[float]) -> str:
    """Return how many times there are, the median and the longest."""
    if not seconds:
        return "none"
    return f"{len(seconds)}; median {float(np.median(seconds)):.2f}, longest {max(seconds):.2f}"


def main() -> None:
    """Measure and print."""
    parser = options(__doc__, takes_model=False)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--stops", type=int, default=10)
    arguments = parser.parse_args()
    alone, crowd, killed = measure(arguments.seconds, arguments.kills, arguments.stops)
    table = to_table(alone, crowd, killed)
    print(table, end="")
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "hostile_load.md").write_text(table, encoding="utf-8")
    if crowd.statuses[0] or killed.statuses[0]:
        sys.exit("an honest request was lost without an answer")


if __name__ == "__main__":
    main()
