"""The `inkdigits` command itself: its list of commands, its version, and how an error of ours ends it."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import inkdigits
from inkdigits.cli import cli, main


def test_help_lists_every_command_with_its_line() -> None:
    result = CliRunner().invoke(cli, ["--help"])
    assert result.exit_code == 0
    for name in cli.list_commands(None):  # type: ignore[arg-type]
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize("name", cli.list_commands(None))  # type: ignore[arg-type]
def test_each_command_can_be_loaded_and_explains_itself(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: cli {name} ")


def test_version_and_unknown_commands() -> None:
    assert CliRunner().invoke(cli, ["--version"]).stdout == f"inkdigits, version {inkdigits.__version__}\n"
    result = CliRunner().invoke(cli, ["no-such"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'no-such'" in result.stderr


def test_an_error_of_ours_is_one_line_and_its_exit_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["read", "--model", str(tmp_path), "x.png"])
    assert end.value.code == 10
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(f"inkdigits: {tmp_path}: expected a shipped bundle")
    assert written.err.count("\n") == 1


def test_the_module_runs_as_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "inkdigits", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"inkdigits, version {inkdigits.__version__}\n"
