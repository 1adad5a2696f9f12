"""Check what would be released: both wheels, built twice, installed and tried in clean environments; all licenses.

    make release-check               into dist/: the wheels, licenses.md, and the list of parts inkdigits.cdx.json
    python release/check.py --base   without the environment that trains, which takes minutes

What is committed is built, not the working tree. Any step that fails ends the program with what it found.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
MOST_BYTES = {"inkdigits": 6_000_000, "inkdigits_mnist": 9_500_000, "inkdigits_web": 3_500_000}  # of each wheel
# tests of the installed wheel: without extras, and with all
BASE_TESTS = ("tests/base_install",)
FULL_TESTS = (
    "tests/reading",
    "tests/models",
    "tests/training/data",
    "tests/cli/test_read.py",
    "tests/cli/test_demo.py",
)


def main() -> int:
    """Run all steps; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", action="store_true", help="leave out the environment with all extras")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="inkdigits-release-") as name:
        work = Path(name)
        base = make_environment(work / "base", "base.txt", "test.txt")
        wheels = build_twice(base, work)
        install(base, wheels[:1])
        try_base(base, work)
        list_parts(work, wheels[0])
        if not options.base:
            full = make_environment(work / "full", "dev.txt")
            install(full, wheels)
            try_full(full, work)
            list_licenses(full)
    print(f"ready: {', '.join(wheel.name for wheel in wheels)} in {DIST}")
    return 0


def make_environment(folder: Path, *lists: str) -> Path:
    """Return the Python of a new environment with pinned libraries."""
    say(f"environment of {', '.join(lists)}")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    for name in lists:
        pip(python, "install", "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements" / name))
    return python


def build_twice(python: Path, work: Path) -> list[Path]:
    """Build both wheels from two copies of what is committed; return those in dist/."""
    digests: list[dict[str, str]] = []
    for turn in ("first", "second"):
        copy, built = work / turn, work / f"{turn}-wheels"
        export(copy)
        for source in (copy, copy / "mnist", copy / "web"):
            run([python, "-m", "hatchling", "build", "-t", "wheel", "-d", built], cwd=source)
        digests.append({path.name: digest(path) for path in sorted(built.iterdir())})
    if digests[0] != digests[1]:
        sys.exit(f"expected the same wheels from two builds, got {digests[0]} and {digests[1]}; find what differs")
    DIST.mkdir(exist_ok=True)
    wheels = []
    for path in sorted((work / "first-wheels").iterdir()):
        size, most = path.stat().st_size, MOST_BYTES[path.name.partition("-")[0]]
        say(f"{path.name}: {size:,} bytes, SHA-256 {digests[0][path.name]}")
        if size > most:
            sys.exit(f"{path.name}: expected at most {most:,} bytes, got {size:,}; leave something out")
        wheels.append(Path(shutil.copy(path, DIST)))
    return wheels


def export(folder: Path) -> None:
    """Write what is committed into a folder."""
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    run(["git", "archive", "--output", archive, "HEAD"], cwd=ROOT)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


def install(python: Path, wheels: list[Path]) -> None:
    """Install wheels into an environment whose libraries are there already."""
    pip(python, "install", "--no-deps", *map(str, wheels))
    pip(python, "check")


def try_base(python: Path, work: Path) -> None:
    """Read the samples in an empty folder, and run the tests of an installation without extras."""
    say("the base wheel alone")
    empty = work / "empty"
    empty.mkdir()
    run([python, "-m", "inkdigits", "demo"], cwd=empty)
    if len(list((empty / "annotated").iterdir())) != len(list((empty / "samples").iterdir())):
        sys.exit("inkdigits demo: expected an annotated copy of each sample; look at its output")
    run([python, "-m", "pytest", "-q", *BASE_TESTS], cwd=ROOT, environment={"INKDIGITS_BASE_INSTALL": "1"})


def try_full(python: Path, work: Path) -> None:
    """Verify MNIST, train a small network in an empty folder, and run tests against the installed wheels."""
    say("both wheels")
    empty = work / "training"
    empty.mkdir()
    run([python, "-m", "inkdigits", "data", "check"], cwd=empty)
    run([python, "-m", "inkdigits", "train", "softmax", "--epochs", "1"], cwd=empty)
    run([python, "-m", "pytest", "-q", "-m", "not slow", *FULL_TESTS], cwd=ROOT)


def list_parts(work: Path, wheel: Path) -> None:
    """Write dist/inkdigits.cdx.json: what the image of the service holds, in the form of CycloneDX (an SBOM)."""
    served = make_environment(work / "served", "serve.txt")
    install(served, [wheel])
    lister = make_environment(work / "lister", "release.txt")
    target = DIST / "inkdigits.cdx.json"
    said: list[str | Path] = ["--output-reproducible", "--output-format", "JSON", "--output-file", target]
    command = [lister.parent / "cyclonedx-py", "environment", *said, served]
    run(command, cwd=work)
    names = {part["name"] for part in json.loads(target.read_text(encoding="utf-8"))["components"]}
    if missing := {"inkdigits", "numpy", "onnxruntime", "uvicorn"} - names:
        sys.exit(f"{target.name}: expected also {', '.join(sorted(missing))}, found none; look at the command above")
    say(f"{target.name}: {len(names)} parts")


def list_licenses(python: Path) -> None:
    """Write dist/licenses.md: every library of the environment with its version and license."""
    say("licenses")
    listed = run([python, ROOT / "release" / "licenses.py"], cwd=ROOT, capture=True)
    (DIST / "licenses.md").write_text(listed, encoding="utf-8")


def pip(python: Path, *words: str) -> None:
    """Run pip quietly."""
    run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], cwd=ROOT)


def run(
    command: list[str | Path], *, cwd: Path, environment: dict[str, str] | None = None, capture: bool = False
) -> str:
    """Run a command without this project's sources on its path; return its output where it is asked for."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | (environment or {}),
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: ended with {done.returncode}; its output above says why")
    return done.stdout or ""


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text: str) -> None:
    """Print a step."""
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
