"""The builder of every Keras network that names single digits, by the network's name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import keras

from inkdigits.training.networks.quick import build_quick
from inkdigits.training.networks.shipped import build_accurate, build_fast
from inkdigits.training.networks.tutorial import build_cnn_large, build_cnn_small, build_mlp, build_softmax

__all__ = ["BUILDERS"]

BUILDERS: Mapping[str, Callable[..., keras.Model]] = MappingProxyType(
    {
        "softmax": build_softmax,
        "mlp": build_mlp,
        "cnn_small": build_cnn_small,
        "cnn_large": build_cnn_large,
        "quick": build_quick,
        "fast": build_fast,
        "accurate": build_accurate,
    }
)
