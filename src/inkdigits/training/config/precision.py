"""In which numbers a training multiplies, and whether this machine's processor can."""

from pathlib import Path
from typing import Literal

__all__ = ["Precision", "multiplies_bfloat16"]

Precision = Literal["float32", "mixed_bfloat16"]

_BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})  # Linux's names on x86-64 (two) and on ARM


def multiplies_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Tell whether the processor has instructions for bfloat16; False where the system does not say.

    Args:
        cpuinfo: What Linux says of the processor.
    """
    try:
        text = cpuinfo.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return not _BFLOAT16_FLAGS.isdisjoint(text.split())
