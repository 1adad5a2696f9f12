"""Reads a stack of a thousand pages by `inkdigits form read`, kills it halfway, goes on, and watches its memory.

    python benchmarks/form_run.py [--pages N] [--out FOLDER]

The pages are one drawn page of `form_pages`, under as many names. Memory is what the reading process holds in RAM.
"""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from findings import options, state_facts, write_findings
from form_pages import draw_page
from inkdigits.models.bundle import read_bundle
from inkdigits.training.data.mnist import load_mnist

_STEP_S = 0.5  # between looks at the memory


def _write_stack(folder: Path, pages: int) -> None:
    """Write a template and so many scans."""
    page = draw_page(0, load_mnist().test)
    (folder / "form.toml").write_text(page.template, encoding="utf-8")
    scans = folder / "scans"
    scans.mkdir()
    cv2.imwrite(str(scans / "0000.png"), page.scan)
    for number in range(1, pages):
        os.link(scans / "0000.png", scans / f"{number:04}.png")


def _start(folder: Path) -> subprocess.Popen[bytes]:
    words = ["form", "read", "form.toml", "scans", "--out", "table.csv", "--engine", "serial", "--resume"]
    command = [sys.executable, "-m", "inkdigits", *words, "--review", "doubts.html"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _resident_mb(process: int) -> float:
    """Return what a process holds in RAM, MB; 0 when it has ended."""
    try:
        words = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _read_pages(folder: Path) -> int:
    """Return how many pages the run's folder has, whole or not."""
    manifest = folder / "table.csv.details.jsonl.parts"
    return sum(file.read_bytes().count(b"\n") for file in manifest.glob("*rows*")) if manifest.is_dir() else 0


def _watch(folder: Path, until: int | None) -> list[tuple[int, float]]:
    """Run until it ends, or until so many pages are read and it is killed; return pages and MB."""
    process = _start(folder)
    seen: list[tuple[int, float]] = []
    while process.poll() is None:
        time.sleep(_STEP_S)
        seen.append((_read_pages(folder), _resident_mb(process.pid)))
        if until is not None and seen[-1][0] >= until:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return seen
    if until is not None or process.returncode:
        msg = f"the run ended with {process.returncode}"
        raise RuntimeError(msg)
    return seen


def _usual(seen: list[tuple[int, float]], start: float, end: float) -> float:
    """Return the median memory in a part of a run, MB."""
    return float(np.median([mb for _, mb in seen[int(start * len(seen)) : max(1, int(end * len(seen)))]]))


def _sum_up(seen: list[tuple[int, float]], pages: int) -> dict[str, float]:
    """Return what is told of a run: its pages, and memory near its beginning, near its end, and at most."""
    most = max(mb for _, mb in seen)
    return {"pages": pages, "early_mb": _usual(seen, 0.2, 0.4), "late_mb": _usual(seen, 0.8, 0.95), "most_mb": most}


def main() -> None:
    """Measure, print, and write."""
    parser = options(__doc__ or "")
    parser.add_argument("--pages", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write_stack(folder, arguments.pages)
        before = _watch(folder, arguments.pages // 2)
        kept = _read_pages(folder)
        after = _watch(folder, None)
        with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
            rows = [(row["path"], row["id"], row["total"]) for row in csv.DictReader(file)]
    runs = {"killed": _sum_up(before, kept), "resumed": _sum_up(after, arguments.pages - kept)}
    lines = ["| run | pages | memory at its beginning, MB | at its end, MB | most, MB |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {run['pages']:,} | {run['early_mb']:.0f} | {run['late_mb']:.0f} | {run['most_mb']:.0f} |"
        for name, run in runs.items()
    ]
    names = {path for path, _, _ in rows}
    texts = {row[1:] for row in rows}
    lines += ["", f"{len(rows):,} rows of {len(names):,} scans, {len(texts)} different ones."]
    info = read_bundle(arguments.model).info
    table = "\n".join([*lines, "", state_facts(info), ""])
    print(table)
    if arguments.out is not None:
        write_findings(arguments.out, "form_run", table, info, {"rows": len(rows), "scans": len(names), **runs})


if __name__ == "__main__":
    main()
