"""Where the sets of real handwriting are, and their pictures; docs/data.md says what each is and where it comes from.

They do not travel with the project: a benchmark measures those that are there and names the others.
"""

import csv
import io
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "dev"  # beside the clone; elsewhere with --data
SINGLE = ("pen_on_forms", "tablet_strokes", "pencil_phone", "optdigits", "semeion")
TEXTS = ("people", "pencil_notes")
BLANK = "blank_paper"
PAGES = "pages_phone"


def find_sets(folder: Path, names: Iterable[str]) -> list[str]:
    """Return the names of those sets that are in a folder; of the others, standard error says that they are not."""
    wanted = list(names)
    missing = [name for name in wanted if not _path(folder, name).is_file()]
    if missing:
        advice = "docs/data.md says where they come from; --data names another folder"
        print(f"{folder}: left out, not here: {', '.join(missing)}; {advice}", file=sys.stderr)
    return [name for name in wanted if name not in missing]


def pictures(folder: Path, name: str) -> list[tuple[dict[str, str], bytes]]:
    """Return the label row and the encoded picture of every item of a set."""
    with zipfile.ZipFile(_path(folder, name)) as archive:
        names = {Path(member).name: member for member in archive.namelist()}
        rows = csv.DictReader(io.StringIO(archive.read(names["labels.csv"]).decode()))
        return [(row, archive.read(names[Path(row["file"]).name])) for row in rows]


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.zip"
