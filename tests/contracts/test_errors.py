"""The error tree is what its docstring draws and what docs/errors.md says."""

import re
from pathlib import Path

import pytest

from inkdigits import errors
from inkdigits.errors import InkdigitsError, PictureError
from inkdigits.reading.pictures.decoding import MAX_BYTES, MAX_PIXELS

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"
CLASSES = {name: getattr(errors, name) for name in errors.__all__}


def drawn_tree() -> dict[str, tuple[str, int, int]]:
    """Return name -> (parent, exit code, HTTP status) from the module's docstring; depth is told by the indent."""
    tree: dict[str, tuple[str, int, int]] = {}
    parents = ["Exception"]
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    (\W*)(\w+Error) +(\d+) +(\d+) ", line)
        if found:
            depth = len(found[1]) // 4
            parents[depth + 1 :] = [found[2]]
            tree[found[2]] = (parents[depth], int(found[3]), int(found[4]))
    return tree


def test_every_class_is_in_the_drawn_tree_with_its_parent_and_codes() -> None:
    found = {name: (cls.__base__.__name__, cls.exit_code, cls.http_status) for name, cls in CLASSES.items()}
    assert drawn_tree() == found


def test_the_document_has_a_row_for_each_class_in_the_order_of_the_tree() -> None:
    rows = [
        line.strip("|").split("|") for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "Error` |" in line
    ]
    told = {row[0].strip(" `"): (row[1].strip(" `"), int(row[2]), int(row[3])) for row in rows}
    assert list(told.items()) == list(drawn_tree().items())
    assert all(cell.strip() for row in rows for cell in row)


def test_the_document_tells_the_limits_that_hold() -> None:
    row = next(line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "`PictureTooLargeError`" in line)
    assert f"more than {MAX_BYTES:,} bytes or {MAX_PIXELS:,} pixels" in row


def test_exit_codes_leave_0_to_success_and_2_to_wrong_usage() -> None:
    codes = [cls.exit_code for cls in CLASSES.values() if cls is not errors.EmptyDigitError]
    assert len(codes) == len(set(codes))
    assert not {0, 2} & set(codes)


@pytest.mark.parametrize("name", CLASSES)
def test_one_class_catches_them_all(name: str) -> None:
    assert issubclass(CLASSES[name], InkdigitsError)


def test_one_class_catches_what_can_be_wrong_with_a_picture() -> None:
    pictures = {name for name, cls in CLASSES.items() if issubclass(cls, PictureError)}
    assert pictures == {"FormPageError", *(name for name in CLASSES if name.startswith("Picture"))}
