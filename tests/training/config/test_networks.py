"""Every network that can be trained has its settings, their checks, and its way to JSON and back."""

from dataclasses import replace
from typing import Any

import pytest

from inkdigits.errors import RunError
from inkdigits.training.config.classifier import NETWORKS, TrainConfig, make_config
from inkdigits.training.config.detector import DetectorConfig
from inkdigits.training.config.line_recognizer import LineRecognizerConfig
from inkdigits.training.config.networks import CONFIGS, config_from_json, config_to_json, setting_names, to_config


@pytest.mark.parametrize("network", list(CONFIGS))
def test_a_networks_recipe_comes_back_from_json_as_it_was(network: str) -> None:
    config = to_config(network, seed=11)
    assert (config.network, config.seed) == (network, 11)
    assert config_from_json(config_to_json(config), "here") == config


@pytest.mark.parametrize("network", list(CONFIGS))
@pytest.mark.parametrize(
    "change",
    [
        {"epochs": True},
        {"epochs": "2"},
        {"batch_size": 1.5},
        {"batch_size": 0},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"seed": -1},
        {"seed": 2**31},
    ],
)
def test_the_settings_of_all_networks_are_checked_alike(network: str, change: dict[str, Any]) -> None:
    with pytest.raises(RunError, match=f"{next(iter(change))}: expected a .*number"):
        to_config(network, **change)


def test_the_line_recognizers_own_setting_is_checked() -> None:
    with pytest.raises(RunError, match="lines: expected a whole number"):
        LineRecognizerConfig(lines=0)


def test_settings_belong_to_the_network_of_their_class() -> None:
    for config in (DetectorConfig(), LineRecognizerConfig()):
        with pytest.raises(RunError, match="network: expected"):
            replace(config, network="mlp")
    with pytest.raises(RunError, match="network: expected one of"):
        TrainConfig(network="detector")


def test_what_can_be_set_differs_between_networks() -> None:
    assert {"epochs", "batch_size", "learning_rate", "seed"} <= set.intersection(
        *({*setting_names(network)} for network in CONFIGS)
    )
    assert "lines" in setting_names("line_recognizer")
    assert "lines" not in setting_names("detector")
    assert {setting_names(network) for network in NETWORKS} == {setting_names("mlp")}
    assert to_config("fast") == make_config("fast")
