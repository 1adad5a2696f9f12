"""Build the container image of the service from a base whose digest is known.

    make image                          into the local images, as inkdigits
    python release/image.py --base python:3.13-slim

Docker is asked for the digest that the base's tag has now. Both stages are built from exactly that, and it is noted in
dist/base-image.txt.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTED = ROOT / "dist" / "base-image.txt"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def default_base() -> str:
    """Return the base that the Dockerfile names."""
    found = re.search(r"^ARG BASE=(\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        sys.exit("Dockerfile: expected a line ARG BASE=NAME, found none; add it")
    return found[1]


def pin(base: str) -> str:
    """Return a base with its digest, as NAME:TAG@sha256:DIGEST; one that has a digest stays as it is."""
    if DIGEST.search(base):
        return base
    words = ["docker", "buildx", "imagetools", "inspect", base, "--format", "{{.Manifest.Digest}}"]
    try:
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        sys.exit("expected Docker, found no command of that name; install it")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{base}: Docker found no digest of it ({error.stderr.strip()[-200:]}); is its registry reachable?")
    if not DIGEST.fullmatch(told):
        sys.exit(f"{base}: expected a digest as sha256:..., got {told[:100]!r}; update Docker")
    return f"{base}@{told}"


def main() -> int:
    """Pin the base, note it, and build; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", default=default_base(), help="image to build on")
    parser.add_argument("--tag", default="inkdigits", help="name of the new image")
    options = parser.parse_args()
    base = pin(options.base)
    NOTED.parent.mkdir(exist_ok=True)
    NOTED.write_text(f"{base}\n", encoding="utf-8")
    print(f"base: {base}", flush=True)
    words = ["docker", "build", "--build-arg", f"BASE={base}", "--tag", options.tag, str(ROOT)]
    return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
