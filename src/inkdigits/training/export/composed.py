"""What exports tell of a training on composed batches: its settings, and the handwriting that it learned from."""

from dataclasses import asdict
from pathlib import Path

from inkdigits.training.config.composed import ComposedConfig
from inkdigits.training.data.handwriting import SETS

__all__ = ["find_sets", "tell_settings"]


_PATHS = frozenset({"handwriting", "start"})  # settings that say nothing elsewhere


def tell_settings(config: ComposedConfig) -> dict[str, object]:
    """Return the settings without the path of the handwriting, which says nothing elsewhere; its sets are listed."""
    return {name: value for name, value in asdict(config).items() if name not in _PATHS}


def find_sets(config: ComposedConfig) -> list[str]:
    """Return the names of the sets of real handwriting that a network learned from."""
    return [name for name in SETS if config.handwriting is not None and (Path(config.handwriting) / name).is_file()]
