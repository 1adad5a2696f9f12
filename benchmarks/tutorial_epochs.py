"""Runs the tutorial's code as it stands on its page, ten epochs of each network, and keeps what the trainings print.

    python benchmarks/tutorial_epochs.py [--out FOLDER]

With --out, what each network prints is written as NAME-epochs.md. Takes four minutes on two cores.
"""

import contextlib
import io
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from findings import options
from inkdigits.training.runs.environment import describe_environment

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial.md"
LAST = "## 5. "  # heading that ends the trainings
PYTHON = re.compile(r"^```python\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
TRAINS = re.compile(r"^(\w+)\.fit\(", flags=re.MULTILINE)


def read_blocks() -> list[str]:
    """Return the page's blocks of Python up to the last training, in order."""
    text, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n{LAST}")
    if not rest:
        msg = f"{PAGE}: expected a heading {LAST!r}, found none; change this script"
        raise SystemExit(msg)
    return PYTHON.findall(text)


def run_blocks(blocks: list[str]) -> dict[str, str]:
    """Run the blocks one after another; return what each training printed, by the network's name."""
    names: dict[str, object] = {}
    printed = {}
    for block in blocks:
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream):
            exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - the page's own code
        if found := TRAINS.search(block):
            printed[found[1]] = stream.getvalue().strip()
    return printed


def to_markdown(printed: str) -> str:
    """Return what a training printed, and on what it ran."""
    environment = describe_environment()
    today = datetime.now(UTC).date().isoformat()
    libraries = f"keras {version('keras')}, Python {platform.python_version()}"
    threads = f"{environment['threads']} cores of {environment['processor']}"
    return f"```text\n{printed}\n```\n\nPrinted by the code above on {today}: {threads}, {libraries}.\n"


def main() -> None:
    """Train, print, and write."""
    arguments = options(__doc__, takes_model=False).parse_args()
    for name, printed in run_blocks(read_blocks()).items():
        text = to_markdown(printed)
        print(f"{name}\n{text}")
        if arguments.out is not None:
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / f"{name.replace('_', '-')}-epochs.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
