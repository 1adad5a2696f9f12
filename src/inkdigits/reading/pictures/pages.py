"""Names one page of a file that holds several: a PDF or a TIFF."""

import os
from dataclasses import dataclass

__all__ = ["DocumentPage", "page_name"]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of a file, to be read as a picture.

    Attributes:
        source: Path or bytes of the file.
        page: Number of the page, from 1.
    """

    source: str | os.PathLike[str] | bytes
    page: int


def page_name(name: str, page: int | None) -> str:
    """Return how a page is called in messages and where it has no column of its own.

    >>> page_name("scan.pdf", 3)
    'scan.pdf#page=3'
    """
    return name if page is None else f"{name}#page={page}"
