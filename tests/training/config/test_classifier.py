"""What a config accepts, and its way to JSON and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import (
    COMPARED,
    ENSEMBLE,
    FOREST,
    LADDER,
    NETWORKS,
    QUICK,
    RECIPES,
    TrainConfig,
    make_config,
)
from inkdigits.training.config.networks import config_from_json, config_to_json
from inkdigits.training.config.precision import multiplies_bfloat16


def test_defaults_are_the_tutorials() -> None:
    config = TrainConfig(network="cnn_small")
    assert (config.epochs, config.batch_size, config.learning_rate, config.seed) == (10, 200, 0.001, 7)
    assert (config.data, config.split, config.augment, config.schedule) == (None, "whole", False, "constant")


def test_a_ladder_network_has_its_own_recipe_and_what_is_given_goes_before_it() -> None:
    config = make_config("fast", epochs=3, precision="float32")
    assert (config.epochs, config.precision) == (3, "float32")
    assert {name: getattr(config, name) for name in ("rough", "drawn", "schedule")} == {
        "rough": True,
        "drawn": RECIPES["fast"]["drawn"],
        "schedule": "one_cycle",
    }
    assert make_config("mlp") == TrainConfig(network="mlp")


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("fpu avx2 avx512f avx512_bf16", True), ("amx_bf16", True), ("asimd i8mm bf16", True), ("fpu avx2", False)],
)
def test_bfloat16_is_used_where_the_processor_has_it(tmp_path: Path, flags: str, expected: bool) -> None:  # noqa: FBT001
    (tmp_path / "cpuinfo").write_text(f"processor: 0\nflags\t\t: {flags}\n")
    assert multiplies_bfloat16(tmp_path / "cpuinfo") is expected
    assert not multiplies_bfloat16(tmp_path / "missing")


def test_a_recipe_has_the_precision_of_its_processor() -> None:
    precision = "mixed_bfloat16" if multiplies_bfloat16() else "float32"
    assert {make_config(name).precision for name in LADDER} == {precision}
    assert make_config("mlp").precision == "float32"


def test_only_the_tutorials_recipe_is_compared() -> None:
    assert set(COMPARED) == set(NETWORKS) - {QUICK, *LADDER}
    assert set(RECIPES) == {QUICK, *LADDER}


@given(
    network=st.sampled_from(sorted(set(NETWORKS) - {FOREST, ENSEMBLE})),
    epochs=st.integers(1, 1000),
    learning_rate=st.floats(1e-9, 10),
    seed=st.integers(0, 2**31 - 1),
    data=st.none() | st.text(),
    augment=st.booleans(),
)
def test_json_brings_a_config_back(**values: Any) -> None:  # noqa: ANN401 - one type each, drawn above
    config = TrainConfig(**values)
    assert config_from_json(config_to_json(config), "config.json") == config


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("network", "resnet"),
        ("epochs", 0),
        ("epochs", "ten"),
        ("epochs", True),
        ("batch_size", 0),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", 1),
        ("seed", -1),
        ("seed", 2**31),
        ("data", 3),
        ("split", "test"),
        ("augment", 1),
        ("schedule", "step"),
        ("rough", 1),
        ("drawn", -0.1),
        ("drawn", 1.5),
        ("smoothing", 0.6),
        ("smoothing", True),
        ("precision", "float16"),
        ("precision", "mixed_bfloat16"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: object) -> None:
    values: dict[str, Any] = {"network": "mlp", name: value}
    with pytest.raises(RunError, match=f"^{name}: expected .*, got "):
        TrainConfig(**values)


@pytest.mark.parametrize(
    ("name", "value"),
    [("epochs", 5), ("batch_size", 100), ("learning_rate", 0.01), ("augment", True), ("schedule", "cosine")],
)
def test_a_forest_takes_no_settings_of_a_network(name: str, value: object) -> None:
    values: dict[str, Any] = {"network": FOREST, name: value}
    with pytest.raises(RunError, match="no network"):
        TrainConfig(**values)


def test_an_unknown_key_is_refused_by_name() -> None:
    text = json.dumps({"network": "mlp", "momentum": 0.9})
    with pytest.raises(RunError, match="got also momentum"):
        config_from_json(text, "config.json")


def test_a_missing_key_has_its_default() -> None:
    assert config_from_json('{"network": "mlp"}', "config.json") == TrainConfig(network="mlp")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"epochs": 3}'])
def test_text_that_is_no_config_is_refused_with_its_source(text: str) -> None:
    with pytest.raises(RunError, match=r"^here\.json: expected"):
        config_from_json(text, "here.json")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"network": "mlp", "handwriting": "sets"}, "handwriting: expected null, or a path for fast"),
        ({"network": "mlp", "start": "run"}, "start: expected null, or a path for fast"),
        ({"network": "fast", "handwriting": ""}, "handwriting: expected"),
        ({"network": "fast", "strings": "strings.npz"}, "strings: expected null where there is no handwriting"),
    ],
)
def test_real_digits_and_a_beginning_are_for_the_ladder(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(RunError, match=message):
        TrainConfig(**settings)
    assert TrainConfig(network="fast", handwriting="sets", strings="strings.npz", start="run").start == "run"
