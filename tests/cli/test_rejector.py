"""`inkdigits train-rejector` ends on Ctrl-C as the other commands do."""

from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.training import rejection

pytestmark = pytest.mark.train


def test_ctrl_c_ends_as_in_the_other_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rejection, "train_rejector", interrupt)
    result = CliRunner().invoke(cli, ["train-rejector", "--out", str(tmp_path / "rejector")])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-1].startswith("interrupted; no epoch is kept")
    assert not (tmp_path / "rejector").exists()
