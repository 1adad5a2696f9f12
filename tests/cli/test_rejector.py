"""`inkdigits train-rejector` and `train-line-reader`: their recipes and how they end on Ctrl-C."""

from dataclasses import fields
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.training.fitting import rejector
from inkdigits.training.fitting.line_recognizer import LineReaderConfig
from inkdigits.training.fitting.rejector import RejectorConfig

pytestmark = pytest.mark.train


def test_ctrl_c_ends_as_in_the_other_commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rejector, "train_rejector", interrupt)
    result = CliRunner().invoke(cli, ["train-rejector", "--out", str(tmp_path / "rejector")])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-1].startswith("interrupted; no epoch is kept")
    assert not (tmp_path / "rejector").exists()


@pytest.mark.parametrize(
    ("command", "config"),
    [("train-rejector", RejectorConfig()), ("train-line-reader", LineReaderConfig())],
)
def test_the_command_trains_by_the_recipe_that_python_has(
    command: str, config: RejectorConfig | LineReaderConfig
) -> None:
    found = cli.get_command(Context(cli), command)
    assert found is not None
    defaults = {option.name: option.default for option in found.params}
    shared = [field.name for field in fields(config) if field.name in defaults]
    assert {"epochs", "seed"} <= set(shared)
    assert {name: defaults[name] for name in shared} == {name: getattr(config, name) for name in shared}
