"""The folder of a batch's run: it is held against other processes and has the list of the pictures."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO

from inkdigits.batch.config import BatchConfig
from inkdigits.batch.inputs.manifest import Listed, write_listing
from inkdigits.batch.outputs.shards import sync_folder
from inkdigits.errors import BatchError, OutputError
from inkdigits.system.file_lock import is_held_elsewhere, lock_file

__all__ = ["LISTING_FILE", "done_folder", "hold_job", "obtain_listing"]

_FORMAT = 1  # of the folder of shards
LISTING_FILE = "listing"
_JOB_FILE, _LISTED_FILE = "job.json", "listed.json"


def done_folder(out: Path) -> Path:
    """Return what the folder of a finished run is called until it is gone."""
    return out.with_name(out.name + ".parts-done")


@contextmanager
def hold_job(config: BatchConfig, folder: Path, *, resume: bool) -> Iterator[None]:
    """Make or take up a run's folder, and keep other processes from it."""
    _check_place(config, folder, resume=resume)
    path = folder / _JOB_FILE
    # names of the listing are relative to the folder that the first run was started in
    job = {
        "format": _FORMAT,
        "cwd": str(Path.cwd()),
        **{entry.name: getattr(config, entry.name) for entry in fields(config) if entry.name != "told"},
        **config.told.to_dict(),
    }
    job = json.loads(json.dumps(job, default=os.fspath))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_json(path, job)
        file = path.open("r+b")
    except OSError as error:
        msg = f"{folder}: cannot be written ({error.strerror}); choose another place for --out"
        raise OutputError(msg) from error
    with file:
        _lock(file, folder)
        found = json.load(file)
        differing = sorted(name for name in {*job, *found} if job.get(name) != found.get(name))
        if job["review"] is not None and found.get("review") is not None:  # the page is made at the end, anywhere
            differing = [name for name in differing if name != "review"]
        if differing:
            told = ", ".join(f"{name} was {found.get(name)!r} and is {job.get(name)!r}" for name in differing)
            msg = f"{folder}: expected the options of the run to resume, but {told}; give these, or remove the folder"
            raise BatchError(msg)
        yield


def _check_place(config: BatchConfig, folder: Path, *, resume: bool) -> None:
    if folder.exists() and not resume:
        msg = f"{folder}: an unfinished run lies there; go on with it by --resume, or remove the folder"
        raise OutputError(msg)
    if config.out.exists() and not folder.exists():
        msg = f"{config.out}: expected a place without a file, which would be lost; change --out, or remove it"
        raise OutputError(msg)


def _lock(file: IO[bytes], folder: Path) -> None:
    try:
        lock_file(file)
    except OSError as error:
        if is_held_elsewhere(error):
            msg = f"{folder}: another process is at this run; wait for it, or end it"
            raise BatchError(msg) from error
        msg = f"{folder}: expected a file system that locks files, got {error.strerror}; keep --out on a local disk"
        raise OutputError(msg) from error


def obtain_listing(config: BatchConfig, folder: Path, stdin: IO[bytes] | None) -> Listed:
    """Return what the run's listing holds; the first run writes it, those that are resumed go by it.

    Args:
        config: What is read.
        folder: Of the run.
        stdin: Where an input of "-" is read from.
    """
    path = folder / _LISTED_FILE
    if path.exists():
        return Listed(**json.loads(path.read_bytes()))
    try:
        listed = write_listing(config.source, folder / LISTING_FILE, column=config.column, stdin=stdin)
        _write_json(path, asdict(listed))
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)  # nothing was read yet, and another input may come
        raise
    return listed


def _write_json(path: Path, values: object) -> None:
    draft = path.with_name(path.name + ".tmp")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
