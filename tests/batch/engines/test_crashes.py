"""Processes really killed, disks really full: nothing lost, nothing twice, no broken output."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from inkdigits.batch.config import BatchConfig, shards_folder
from inkdigits.batch.engines.processes import Engine, read_in_processes, read_serially
from inkdigits.batch.engines.worker import ReadSettings
from inkdigits.batch.job import run_batch
from inkdigits.batch.run_folder import done_folder
from inkdigits.errors import BatchError, OutputError
from support.batch_pictures import Rows, few_pictures, random_frames, read_rows, write_folder, write_idx

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such signals and limits")

FRAMES = 6000
KILLS = 10  # of each engine
# a decoder's fault, made by hand: the process that reads this picture ends at once
POISON = """
import os
from inkdigits.reading.pipeline import Pipeline
decode = Pipeline._decode
def decode_or_die(pipeline, picture):
    if str(picture).endswith("b.png"):
        os._exit(139)
    return decode(pipeline, picture)
Pipeline._decode = decode_or_die
"""


def start(source: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    command = [sys.executable, "-m", "inkdigits", "batch", str(source), "--out", str(out), *options]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def members(group: int) -> list[int]:
    """Return the processes of a group that still run."""
    found = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True, check=True)  # noqa: S607
    rows = [line.split() for line in found.stdout.splitlines()[1:]]
    return [int(pid) for pid, of, state in rows if int(of) == group and not state.startswith("Z")]


def in_order(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: str(row["path"]))


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx(tmp_path_factory.mktemp("frames") / "frames-idx3-ubyte", random_frames(FRAMES))


@pytest.fixture(scope="module")
def expected(frames: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """Return the rows of an undisturbed run."""
    out = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    run_batch(BatchConfig(str(frames), out), engine=read_serially, ordered=True)
    return read_rows(out)


@pytest.mark.slow
@pytest.mark.parametrize("engine", [["--engine", "serial"], ["--engine", "processes", "--workers", "2"]])
def test_a_group_that_is_killed_at_random_moments_loses_and_repeats_nothing(
    frames: Path, expected: Rows, tmp_path: Path, engine: list[str]
) -> None:
    moments = random.Random(7)  # noqa: S311 - when to kill
    kills = runs = 0
    out = tmp_path / "0.jsonl"
    while kills < KILLS:
        with start(frames, out, "--resume", *engine) as process:
            try:
                process.wait(moments.uniform(0.2, 6.0))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                kills += 1
        # one killed while it cleared away is started once more, and clears the rest away
        if out.exists() and not shards_folder(out).exists() and not done_folder(out).exists():
            assert in_order(read_rows(out)) == in_order(expected)
            runs += 1
            out = tmp_path / f"{runs}.jsonl"
    with start(frames, out, "--resume", *engine) as last:
        _, errors = last.communicate()
    assert last.returncode == 0, errors
    assert in_order(read_rows(out)) == in_order(expected)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{run}.jsonl" for run in range(runs + 1))


@pytest.mark.slow
def test_a_kill_between_any_two_writes_loses_and_repeats_nothing(frames: Path, expected: Rows, tmp_path: Path) -> None:
    """End at a call that changes a file, as a kill would, and go on to a later one."""
    out = tmp_path / "rows.jsonl"
    code = (
        "import os, sys\n"
        "left = [int(sys.argv.pop())]\n"
        "def counted(call):\n"
        "    def step(*arguments, **options):\n"
        "        left[0] -= 1\n"
        "        if left[0] < 0:\n"
        "            os._exit(137)\n"
        "        return call(*arguments, **options)\n"
        "    return step\n"
        "os.fsync, os.replace, os.rename = counted(os.fsync), counted(os.replace), counted(os.rename)\n"
        "from inkdigits.batch.outputs import shards\n"
        "shards._LEAST_SECONDS = 0\n"
        "from inkdigits.cli import main\n"
        "main()\n"
    )
    arguments = ["batch", str(frames), "--out", str(out), "--engine", "serial", "--resume", "--ordered"]
    stopped = 0
    for calls in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99):
        done = subprocess.run([sys.executable, "-c", code, *arguments, str(calls)], capture_output=True, text=True)  # noqa: PLW1510
        assert done.returncode in {0, 137}, done.stderr
        stopped += done.returncode == 137
        if done.returncode == 0:
            break
        assert not out.exists() or read_rows(out) == expected
    assert stopped >= 7
    assert read_rows(out) == expected
    assert not shards_folder(out).exists()


def test_workers_end_with_the_process_that_started_them(frames: Path, tmp_path: Path) -> None:
    deadline = time.monotonic() + 60
    with start(frames, tmp_path / "rows.jsonl", "--engine", "processes", "--workers", "2") as process:
        while len(members(process.pid)) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        process.kill()
    while members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert members(process.pid) == []


def test_ctrl_c_finishes_what_is_read_and_says_how_to_go_on(frames: Path, expected: Rows, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    deadline = time.monotonic() + 60
    with start(frames, out, "--engine", "processes", "--workers", "2") as process:
        while not list(shards_folder(out).glob("rows*")) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        told, errors = process.communicate(timeout=60)
    assert "finishing what is being read" in errors
    if process.returncode == 130:
        assert "--resume goes on" in told
        assert not out.exists()
        assert list(shards_folder(out).glob("rows-*"))
    with start(frames, out, "--resume") as process:
        process.communicate()
    assert in_order(read_rows(out)) == in_order(expected)


@pytest.mark.parametrize("engine", [read_serially, partial(read_in_processes, workers=2)])
def test_a_full_disk_is_told_and_what_was_read_is_kept(
    frames: Path, expected: Rows, tmp_path: Path, engine: Engine
) -> None:
    """A limit on the size of files stands for the disk: the write of a part fails in the middle."""
    out = tmp_path / "rows.jsonl"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"cannot write .*free some space.* --resume"):
            run_batch(BatchConfig(str(frames), out), engine=engine, ordered=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not out.exists()
    assert not list(shards_folder(out).glob("*.tmp"))
    run_batch(BatchConfig(str(frames), out), engine=engine, ordered=True, resume=True)
    assert read_rows(out) == expected


def test_a_disk_that_is_really_full(frames: Path, expected: Rows, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(disk)], check=False)  # noqa: S607
    if mounted.returncode:
        pytest.skip("only root mounts a small disk")
    try:
        out = disk / "rows.jsonl"
        with pytest.raises(OutputError, match=r"cannot write .*No space left on device"):
            run_batch(BatchConfig(str(frames), out), engine=read_serially, ordered=True)
        assert not out.exists()
        subprocess.run(["mount", "-o", "remount,size=30m", str(disk)], check=True)  # noqa: S607
        run_batch(BatchConfig(str(frames), out), engine=read_serially, ordered=True, resume=True)
        assert read_rows(out) == expected
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S607


@pytest.mark.parametrize("engine", ["processes", pytest.param("ray", marks=pytest.mark.slow)])
def test_a_picture_that_ends_its_process_is_one_row(tmp_path: Path, engine: str) -> None:
    if engine == "ray":
        pytest.importorskip("ray")
    folder = write_folder(tmp_path / "scans", few_pictures())
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nif '--multiprocessing-fork' in sys.argv:\n    exec(" + repr(POISON) + ")\n", encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    command = [sys.executable, "-m", "inkdigits", "batch", str(folder), "--out", str(tmp_path / "rows.jsonl")]
    done = subprocess.run(
        [*command, "--engine", engine, "--workers", "2"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = {Path(str(row["path"])).name: row for row in read_rows(tmp_path / "rows.jsonl")}
    assert "its process ended while it was read" in str(rows["b.png"]["error"])
    assert [rows[name]["text"] for name in ("1.png", "page.jpg", "z.bmp")] == ["58", "205\n87", "1234567"]
    assert len(rows) == 6


def test_more_processes_than_the_machine_can_use_are_refused() -> None:
    with pytest.raises(BatchError, match=r"expected at most .* processes on .* cores, got 1000000"):
        next(iter(read_in_processes([], ReadSettings(), workers=1_000_000)))
