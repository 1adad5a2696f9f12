"""What scenes are composed from in tests: tiny sets of real handwriting, MNIST's validation digits, real fonts."""

import functools
import tempfile
from pathlib import Path

from inkdigits.training.data.handwriting import load_handwriting
from inkdigits.training.synthesis.scenes.composer import gather_supplies
from inkdigits.training.synthesis.scenes.draft import Supplies
from support.handwriting_sets import validation_digits, write_folder

__all__ = ["tiny_supplies"]


@functools.cache
def tiny_supplies() -> Supplies:
    """Return supplies with every kind of source."""
    with tempfile.TemporaryDirectory(prefix="inkdigits-test-") as folder:
        return gather_supplies(load_handwriting(write_folder(Path(folder))), validation_digits())
