"""docs/service.md: each command is run against a running service, and every path and limit is there."""

import re
import shutil
import subprocess
import tomllib
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest

from inkdigits import DigitReader
from inkdigits.models.bundle import read_bundle
from inkdigits.service import Limits
from support.scripts import load_script
from support.serving import Address, serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
BLOCKS = [
    block for block in re.findall(r"^```bash\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL) if "curl" in block
]
# a command with its continued lines
COMMANDS = [command for block in BLOCKS for command in re.findall(r"(?:.*[|]\n)*.+", block)]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def run(command: str, address: Address) -> str:
    command = command.replace("http://127.0.0.1:8000", address.url).replace(
        "curl ", "curl --silent --show-error --max-time 60 "
    )
    done = subprocess.run(["bash", "-euc", command], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_each_command_is_answered(reader: DigitReader) -> None:
    assert len(COMMANDS) == 23
    with serving(reader, Limits()) as address:
        answers = {command: run(command, address) for command in COMMANDS}
        for command, answer in answers.items():
            assert ('"status": 415' in answer) == ("README" in command), command
            assert answer
        read = [answer for command, answer in answers.items() if "/v1/read" in command and "README" not in command]
        assert all('"text": "5"' in answer or '"text": "20741"' in answer for answer in read)
        assert any('"text": "07/11/26"' in answer for command, answer in answers.items() if "/v1/forms/read" in command)
        (python,) = re.findall(r"^```py\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
        pytest.importorskip("tritonclient.http")
        exec(python.replace("127.0.0.1:8000", f"127.0.0.1:{address.port}"), {})  # noqa: S102 - our own documentation


def test_each_path_has_an_example(client: httpx.Client) -> None:
    paths = {
        path.replace("{name}", "accurate").replace("{version}", read_bundle("accurate").info.version)
        for path in client.get("/openapi.json").json()["paths"]
    }
    shown = set(re.findall(r"http://127\.0\.0\.1:8000(/[\w./]+)", "\n".join(COMMANDS)))
    assert paths <= shown


def test_the_limits_are_those_that_hold() -> None:
    (table,) = re.findall(r"^\| limit .*\n\|---.*\n((?:\|.*\n)+)", PAGE, flags=re.MULTILINE)
    cells = [row.split("|")[2].replace(",", "").strip() for row in table.splitlines()]
    told = [float(cell) for cell in cells if cell.isdigit()]
    limits = {name: value for name, value in asdict(Limits()).items() if name not in {"threads", "max_in_flight"}}
    assert Limits().max_in_flight == Limits().threads + 1
    assert "one for each core and one more" in cells
    assert sorted(told) == sorted(limits.values())


def test_the_dockerfile_installs_what_is_pinned_and_serves() -> None:
    for line in re.findall(r"pip install .*", DOCKERFILE):
        assert "--require-hashes" in line or "wheels/*.whl" in line, line
    pinned = (ROOT / "requirements" / "serve.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^([\w-]+)==", pinned, flags=re.MULTILINE))
    assert {"fastapi", "uvicorn", "python-multipart", "prometheus-client", "onnxruntime"} <= named
    assert pinned.count("--hash=sha256:") > len(named)
    assert "make image" in PAGE
    assert '"inkdigits", "serve"' in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert re.search(r"^USER (?!root)", DOCKERFILE, flags=re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    copied = " ".join(re.findall(r"^COPY (.*)$", DOCKERFILE, flags=re.MULTILINE))
    licenses = project["project"]["license-files"]
    for needed in ("pyproject.toml", project["project"]["readme"], *licenses, "src", "samples"):
        assert needed in copied
        assert f"!{needed}\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")


def test_an_image_is_built_on_a_base_with_a_digest() -> None:
    image = load_script("release/image.py")
    assert f"ARG BASE={image.default_base()}\n" in DOCKERFILE
    assert DOCKERFILE.count("FROM ${BASE}") == DOCKERFILE.count("FROM ")
    pinned = f"python:3.12-slim@sha256:{'0' * 64}"
    assert image.pin(pinned) == pinned
    with pytest.raises(SystemExit, match=r"digest of it|found no command"):
        image.pin("localhost:1/no-such-image:0")
