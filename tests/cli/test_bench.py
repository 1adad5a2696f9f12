"""The real command on bundles and files of other origin: a table, Markdown, JSON and the folder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("keras")

from inkdigits.cli import cli
from inkdigits.errors import BundleError
from support.build_foreign_models import Foreign, build_foreign_onnx
from support.build_tiny_model import Tensors, build_tiny_graph

pytestmark = pytest.mark.train


def _invoke(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["bench", *map(str, arguments)])


def test_a_table_has_a_row_a_model_and_the_folder_its_plots(tiny_bundle: Path, tmp_path: Path) -> None:
    result = _invoke(tiny_bundle, tiny_bundle / "model.onnx", "--quick", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    heading, first, second = result.stdout.splitlines()
    assert heading.startswith("model ")
    assert first.startswith("tiny ")
    assert second.startswith("model.onnx ")
    assert first[10:80] == second[10:80]  # the same network
    assert f"written: {tmp_path / 'out'}/bench.md" in result.stderr
    assert "tiny: 11,000 of 11,000 frames" in result.stderr
    assert "model.onnx: takes uint8 nhwc 0..255, ink high; gives probabilities" in result.stderr
    markdown = (tmp_path / "out" / "bench.md").read_text(encoding="utf-8")
    assert "Made by `inkdigits bench tiny model.onnx --quick` on " in markdown  # no path of this machine
    values = json.loads((tmp_path / "out" / "bench.json").read_text())
    assert [model["name"] for model in values["models"]] == ["tiny", "model.onnx"]
    assert str(tmp_path) not in json.dumps(values)


def test_json_is_only_json_and_flags_reach_the_model(tmp_path: Path) -> None:
    path = build_foreign_onnx(tmp_path / "copy.onnx", Foreign("nchw", 0.2, 0.4, gives_logits=True))
    stated = ("--layout", "nchw", "--scale", "0.2,0.4", "--no-invert", "--logits")
    result = _invoke(path, *stated, "--quick", "--json")
    assert result.exit_code == 0, result.output
    (model,) = json.loads(result.stdout)["models"]
    assert (model["input"], model["gives_logits"]) == ("float32 nchw 0.2,0.4, ink high", True)
    assert model["forms_tried"] == 0
    assert model["test"]["raw"]["n"] == 1_000
    assert model["test"]["raw"]["accuracy"] > 0.99
    assert len(model["robustness"]) == 10


def test_markdown_is_a_table_with_notes(tiny_bundle: Path) -> None:
    result = _invoke(tiny_bundle, "--quick", "--markdown")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("| model | ")
    assert lines[1].startswith("|---|---:|")
    assert lines[2].startswith("| tiny | ")
    assert "Accuracy on 1,000 digits" in result.stdout


def test_a_model_that_cannot_be_measured_stops_before_any_measurement(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "letters.onnx"
    path.write_bytes(build_tiny_graph(Tensors(classes=36)))
    result = _invoke(tiny_bundle, path)
    assert isinstance(result.exception, BundleError)
    assert "letters.onnx: expected one output of shape (N, 10)" in str(result.exception)
    assert result.stdout == ""


def test_wrong_usage_is_told() -> None:
    assert _invoke().exit_code == 2
    result = _invoke("fast", "--scale", "0..7")
    assert result.exit_code == 2
    assert "expected 0..1, mnist, -1..1, 0..255 or MEAN,DEVIATION" in result.output
