"""Imports Keras and keeps TensorFlow's start-up notes off standard error; errors still come through."""

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator

from inkdigits.system.extras import require_extra

__all__ = ["load_keras"]


def load_keras() -> None:
    """Import Keras and TensorFlow quietly; a command calls this before it imports `inkdigits.training` modules.

    Raises:
        MissingExtraError: The `train` extra is not installed.
    """
    require_extra("train")
    # both are read when TensorFlow is imported; a user's own setting stays
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # errors only
    # by default TensorFlow uses oneDNN on some Intel processors only; on others, too, it saves a fifth of the time
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with _held_stderr():
        importlib.import_module("keras")


@contextlib.contextmanager
def _held_stderr() -> Iterator[None]:
    """Hold back what the process writes to stderr; give it out only when the block fails.

    The notes come from C++ before its logging is set up, so no Python setting reaches them.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            os.dup2(kept, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
