"""Reads `.npz` files whose headers are checked before anything is reserved: 355 bytes can claim 784 GB."""

import math
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["NpzError", "list_arrays", "read_arrays"]

_SUFFIX = ".npy"
_MOST_RATIO = 1_040  # bytes that deflate unpacks a byte to, at most (zlib's manual: 1,032)
_MOST_NAMES = 100_000  # arrays; a checkpoint has a few hundred
_MOST_AXES = 32  # of NumPy's own


class NpzError(ValueError):
    """It is no archive of plain arrays, is damaged, or claims more than it holds."""


def list_arrays(path: str | os.PathLike[str]) -> list[str]:
    """Return the names of the arrays in an archive.

    Raises:
        NpzError: It is none.
        OSError: It cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [name.removesuffix(_SUFFIX) for name in _check_names(archive.namelist())]
    except OSError:
        raise
    except zipfile.BadZipFile as error:
        raise (NpzError("it is a single array") if _is_array(path) else _refused(error)) from error
    except Exception as error:  # zipfile raises whatever it meets in a damaged directory
        raise _refused(error) from error


def read_arrays(path: str | os.PathLike[str], *names: str) -> dict[str, npt.NDArray[Any]]:
    """Return arrays by name.

    Args:
        path: Of the archive.
        names: Those wanted; none means all.

    Raises:
        NpzError: It is no archive of plain arrays, lacks one, is damaged, or an array claims more than is there.
        OSError: It cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = names or [name.removesuffix(_SUFFIX) for name in _check_names(archive.namelist())]
            return {name: _read_array(archive, name, Path(path).stat().st_size) for name in found}
    except OSError:
        raise
    except KeyError as error:
        msg = f"it has no array {error.args[0]}"
        raise NpzError(msg) from error
    except Exception as error:  # as above, and NumPy evaluates headers
        raise _refused(error) from error


def _is_array(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is what `numpy.save` writes."""
    with Path(path).open("rb") as file:
        return file.read(len(np.lib.format.MAGIC_PREFIX)) == np.lib.format.MAGIC_PREFIX


def _refused(error: Exception) -> NpzError:
    return error if isinstance(error, NpzError) else NpzError(f"{type(error).__name__}: {error}"[:200])


def _check_names(names: list[str]) -> list[str]:
    if len(names) > _MOST_NAMES:
        msg = f"it has {len(names):,} arrays, {_MOST_NAMES:,} at most are expected"
        raise NpzError(msg)
    return names


def _read_array(archive: zipfile.ZipFile, name: str, size: int) -> npt.NDArray[Any]:
    member = archive.getinfo(name + _SUFFIX)
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in read_header:
            msg = f"{name} has version {version} of its form, 1 or 2 is expected"
            raise NpzError(msg)
        shape, _, dtype = read_header[version](file)
        claimed = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or len(shape) > _MOST_AXES or min(shape, default=1) < 0:
            msg = f"{name} holds no plain numbers: {dtype} of shape {shape}"
            raise NpzError(msg)
        if claimed > min(member.file_size, _MOST_RATIO * min(member.compress_size, size)):
            msg = f"{name} claims {claimed:,} bytes, but the file holds {member.compress_size:,} packed ones for it"
            raise NpzError(msg)
    with archive.open(member) as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
