"""Writes the page on which a person corrects unsure digits or fields by keyboard."""

import base64
import contextlib
import html
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from inkdigits.errors import OutputError
from inkdigits.system.atomic_files import open_draft

__all__ = ["scans_folder", "write_review"]

_HERE = Path(__file__).parent
_TEMPLATES = {"digits": _HERE / "review.html", "fields": _HERE / "form_review.html"}
_SHARED = re.compile(r"<!-- SHARED (.*) -->")  # with the page's title: where what all pages share is put
_MARK = "/* CROPS */"


def scans_folder(page: Path) -> Path:
    """Return where the pictures of whole scans lie that the page of a form's fields shows."""
    return page.with_name(f"{page.stem}-scans")


def write_review(page: Path, crops: Iterator[bytes], out: Path, kind: Literal["digits", "fields"] = "digits") -> None:
    """Write the page: for digits one file that needs no other, for fields with a folder of scans beside it.

    Args:
        page: Where; it appears when it is complete.
        crops: Lines from `crops.cut_crops` or `form_rows.cut_fields`.
        out: The rows' file, whose name the page shows.
        kind: What the lines are.

    Raises:
        OutputError: It cannot be written.
    """
    before, after = _read_template(kind).replace("OUT_NAME", html.escape(out.name)).split(_MARK)
    draft = page.with_name(page.name + ".tmp")
    lines = crops if kind == "digits" else _put_scans_aside(crops, scans_folder(page))
    try:
        with open_draft(draft) as raw, io.TextIOWrapper(raw, encoding="utf-8") as file:
            file.write(before)
            for line in lines:
                # a script ends at the first "</", wherever it stands
                file.write(line.decode().strip().replace("<", "\\u003c") + ",\n")
            file.write(after)
            file.flush()
            os.fsync(raw.fileno())
        draft.replace(page)
    except OSError as error:
        with contextlib.suppress(OSError):  # it may never have been made
            draft.unlink()
        msg = f"{page}: cannot write the page ({error.strerror}); choose another place for --review"
        raise OutputError(msg) from error


def _read_template(kind: str) -> str:
    shared = (_HERE / "review_shared.html").read_text(encoding="utf-8")
    own = _TEMPLATES[kind].read_text(encoding="utf-8")
    return _SHARED.sub(lambda found: shared.strip().replace("PAGE_TITLE", found[1]), own)


def _put_scans_aside(crops: Iterator[bytes], folder: Path) -> Iterator[bytes]:
    """Yield the lines of fields, each with the file of its scan, which is written into a folder."""
    number = 0
    for line in crops:
        values = json.loads(line)
        if "field" in values:
            yield json.dumps({**values, "scan": f"{folder.name}/{number}.jpg"}, separators=(",", ":")).encode()
            continue
        number += 1
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.jpg").write_bytes(base64.b64decode(values["scan"]))
