"""Writes the page on which a person corrects unsure digits by keyboard, one file that needs no other."""

import contextlib
import html
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from inkdigits.errors import OutputError
from inkdigits.system.atomic_files import open_draft

__all__ = ["write_review"]

_TEMPLATES = {
    "digits": Path(__file__).with_name("review.html"),
    "fields": Path(__file__).with_name("form_review.html"),
}
_MARK = "/* CROPS */"


def write_review(page: Path, crops: Iterator[bytes], out: Path, kind: Literal["digits", "fields"] = "digits") -> None:
    """Write the page.

    Args:
        page: Where; it appears when it is complete.
        crops: Lines from `crops.cut_crops` or `form_rows.cut_fields`.
        out: The rows' file, whose name the page shows.
        kind: What the lines are.

    Raises:
        OutputError: It cannot be written.
    """
    before, after = _TEMPLATES[kind].read_text(encoding="utf-8").replace("OUT_NAME", html.escape(out.name)).split(_MARK)
    draft = page.with_name(page.name + ".tmp")
    try:
        with open_draft(draft) as raw, io.TextIOWrapper(raw, encoding="utf-8") as file:
            file.write(before)
            for line in crops:
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
