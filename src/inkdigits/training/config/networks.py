"""Every network that can be trained, by name, with the class of its settings; settings to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from types import MappingProxyType
from typing import Any

from inkdigits.errors import RunError
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.classifier import NETWORKS, TrainConfig, make_config
from inkdigits.training.config.composed import ComposedConfig, make_composed_config
from inkdigits.training.config.detector import DETECTOR, DetectorConfig
from inkdigits.training.config.line_recognizer import LINE_RECOGNIZER, LineRecognizerConfig

__all__ = ["CONFIGS", "config_from_json", "config_to_json", "setting_names", "to_config"]

CONFIGS: Mapping[str, type[NetworkConfig]] = MappingProxyType(
    {
        **dict.fromkeys(NETWORKS, TrainConfig),
        LINE_RECOGNIZER: LineRecognizerConfig,
        DETECTOR: DetectorConfig,
    }
)


def to_config(network: str, **settings: Any) -> NetworkConfig:  # noqa: ANN401 - checked by the config
    """Return a network's own recipe with some settings changed.

    Args:
        network: A name of `CONFIGS`.
        settings: Names of `setting_names(network)`, set otherwise.

    Raises:
        RunError: A setting is of another type or range.

    >>> to_config("line_recognizer", epochs=3).epochs
    3
    """
    if network in NETWORKS:
        return make_config(network, **settings)
    form = CONFIGS[network]
    return make_composed_config(form, **settings) if issubclass(form, ComposedConfig) else form(**settings)


def setting_names(network: str) -> tuple[str, ...]:
    """Return what can be set of a network of `CONFIGS`."""
    return tuple(entry.name for entry in fields(CONFIGS[network]))


def config_to_json(config: NetworkConfig) -> str:
    """Return the config as JSON text, one key a line."""
    return json.dumps(asdict(config), indent=2) + "\n"


def config_from_json(text: str, source: str) -> NetworkConfig:
    """Return the config in `text`.

    Args:
        text: A JSON object. A missing key has its default, which is what happened before there was that key.
        source: Where the text comes from, for the message.

    Raises:
        RunError: It is no JSON object, has an unknown key, or a value that cannot be.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = f"{source}: expected JSON, {error}; train again"
        raise RunError(msg) from error
    if not isinstance(values, dict) or "network" not in values:
        msg = f"{source}: expected an object with the key network, got {text[:60].strip()!r}; train again"
        raise RunError(msg)
    form = CONFIGS.get(values["network"], TrainConfig) if isinstance(values["network"], str) else TrainConfig
    known = [entry.name for entry in fields(form)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        msg = f"{source}: expected the keys {', '.join(known)}, got also {', '.join(unknown)}; remove them"
        raise RunError(msg)
    try:
        return form(**values)
    except (TypeError, ValueError, ArithmeticError) as error:  # a key is missing, or a number is of absurd size
        msg = f"{source}: expected the settings of a network, {str(error)[:200]}; train again"
        raise RunError(msg) from error
