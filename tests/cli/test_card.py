"""The real command renews a bundle's card, and lists in a changelog what became better and worse."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.errors import BundleError
from inkdigits.models.bundle import Bundle, find_bundle, read_bundle
from inkdigits.training.benchmarking.measuring import Effort, Measured, MeasuringListener
from inkdigits.training.export.cards import measured

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["card", *map(str, arguments)])


def test_card_and_changelog_are_written(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find_bundle("tutorial"), tmp_path / "tutorial"))
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Weights\n", encoding="utf-8")
    result = _invoke(folder, "--quick", "--changelog", changelog, "--replaces", "tutorial")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{folder}\n"
    assert "of 1,000 digits are read wrong" in (folder / "README.md").read_text(encoding="utf-8")
    assert (folder / "mistakes.png").is_file()
    assert read_bundle(folder).info == read_bundle("tutorial").info
    page = changelog.read_text(encoding="utf-8")
    assert page.startswith("# Weights\n\n## tutorial 1.0.0\n")
    assert "- As before: mistakes on MNIST test" in page


def test_ctrl_c_while_the_older_bundle_is_measured_leaves_all_as_it_was(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(find_bundle("tutorial"), tmp_path / "tutorial"))
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Weights\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    measure = measured.measure_bundle

    def measure_first(bundle: Bundle, effort: Effort, progress: MeasuringListener) -> Measured:
        if bundle.path != folder:
            raise KeyboardInterrupt
        return measure(bundle, effort, progress)

    monkeypatch.setattr(measured, "measure_bundle", measure_first)
    result = _invoke(folder, "--quick", "--changelog", changelog, "--replaces", "tutorial")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-1] == "interrupted; nothing was written"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_wrong_usage_is_told(tmp_path: Path) -> None:
    result = _invoke("fast", "--replaces", "tutorial")
    assert result.exit_code == 2
    assert "--replaces needs --changelog" in result.output
    assert _invoke("fast", "--changelog", tmp_path / "none.md").exit_code == 2
    assert isinstance(_invoke(tmp_path).exception, BundleError)
