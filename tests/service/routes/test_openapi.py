"""The service does what its own description says, as schemathesis sees it, with requests that fit it and others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.serving import Address

SCHEMATHESIS = Path(sys.executable).with_name("st")


@pytest.mark.slow
@pytest.mark.skipif(not SCHEMATHESIS.is_file(), reason="schemathesis is not installed")
def test_schemathesis_finds_no_fault(address: Address, tmp_path: Path) -> None:
    # random bytes that fit the description are no pictures, and 784 random numbers may be 783: refused rightly
    words = ["run", f"{address.url}/openapi.json", "--checks", "all", "--exclude-checks", "positive_data_acceptance"]
    phases = ["--phases", "coverage,fuzzing", "--max-examples", "30", "--seed", "7", "--warnings", "off", "--no-color"]
    done = subprocess.run(
        [SCHEMATHESIS, *words, *phases],
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-8_000:]
    assert "Tested: 0" not in done.stdout
