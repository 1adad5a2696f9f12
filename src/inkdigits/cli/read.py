"""`inkdigits read`: reads pictures, folders or standard input and prints text, JSON or CSV."""

import csv
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from inkdigits.cli.budget_options import takes_budget
from inkdigits.cli.field_options import takes_field
from inkdigits.cli.sources import Named, Source, find_folders, find_path, iter_sources, tell_skipped
from inkdigits.errors import InkdigitsError, OutputError, PictureError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.fields import Field, FieldOptions, describe_misfit, make_field
from inkdigits.reading.fields.regions import Region
from inkdigits.reading.output.drawing import encode_picture, to_picture
from inkdigits.reading.output.serialization import (
    CSV_COLUMNS,
    failure_to_csv_row,
    failure_to_json,
    to_csv_rows,
    to_json,
)
from inkdigits.reading.output.text import to_lines
from inkdigits.reading.pictures.decoding import decode_color
from inkdigits.reading.pictures.folders import PICTURE_SUFFIXES
from inkdigits.reading.pictures.pages import DocumentPage, page_name
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Reading
from inkdigits.system.folders import is_folder
from inkdigits.system.opencv import settle_opencv
from inkdigits.system.text import escape_cell, printable_line

__all__ = ["command"]


@click.command(name="read")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE... | DIR | -")
@click.option("--digit", "single", is_flag=True, help="Each picture holds exactly one digit, of any size and place.")
@takes_field
@click.option("--signs", is_flag=True, help='Keep the signs in the text, as in "-12,345.50".')
@click.option("--words/--no-words", default=True, show_default=True, help="Put a space between the words of a line.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per picture.")
@click.option("--csv", "as_csv", is_flag=True, help="One CSV row per digit, with a header.")
@click.option(
    "--picture", "out", type=click.Path(path_type=Path), help="Write annotated pictures: a file, or a folder."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@takes_budget(
    'Most wrong answers among those given, as 0.01; the rest have a "?". Standard error says where so small a share '
    "cannot be promised of pictures. Default: the bundle's own threshold."
)
def command(  # noqa: PLR0913 - click hands every option over by name
    pictures: tuple[str, ...],
    *,
    single: bool,
    told: FieldOptions,
    boxes: tuple[Region, ...],
    signs: bool,
    words: bool,
    as_json: bool,
    as_csv: bool,
    out: Path | None,
    model: str,
    max_error: float | None,
    per: Per,
) -> None:
    """Read the digits in pictures and print them, line by line, with a space between words.

    A folder stands for all pictures in it, "-" for one picture on standard input. An unsure digit is printed as "?".
    With more than one picture, each line starts with the picture's name. A picture without a digit is an empty line. A
    picture that cannot be read is reported on standard error, and with --json or --csv also in the output. The others
    are read all the same. The exit code is that of the first failure. Each page of a PDF or TIFF is read, of a GIF
    the first frame.

    \b
    Examples:
      inkdigits read number.png
      inkdigits read scans/ --csv > digits.csv
      inkdigits read photo.jpg --picture annotated.png
      inkdigits read form.png --box 0.5,0.1,0.9,0.15 --kind date --handwritten
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if as_json and as_csv:
        msg = "--json and --csv exclude each other; leave one out"
        raise click.UsageError(msg)
    if single and (boxes or not told.is_empty):
        msg = "--digit is one digit already; leave --length, --pattern and what else tells of a field out"
        raise click.UsageError(msg)
    field = make_field(told)  # refused before the first picture
    settle_opencv()
    sources = list(iter_sources(pictures))
    is_many = len(sources) > 1 or is_folder(pictures[0])
    targets = _Targets(out, sources, find_folders(pictures), many=is_many) if out is not None else None
    reader = DigitReader(model, max_error=max_error, per=per)
    if max_error is not None:
        _tell_budget(reader, max_error)
    read = _choose_way(reader, told, boxes, single=single)
    output = _Output("json" if as_json else "csv" if as_csv else "text", _Style(signs, words), field, named=is_many)
    for folder in find_folders(pictures):
        tell_skipped(folder)
    exit_codes = [code for name, source in sources for code in _answer(name, source, read, output, targets)]
    sys.exit(exit_codes[0] if exit_codes else 0)


def _choose_way(
    reader: DigitReader, told: FieldOptions, boxes: Sequence[Region], *, single: bool
) -> Callable[[Path | bytes | DocumentPage], list[Reading]]:
    """Return what reads a picture: one reading, or one for each box."""
    if single:
        return lambda source: [reader.read_digit(source)]
    if not boxes:
        return lambda source: [reader.read(source, **told.to_told())]
    return lambda source: reader.read(source, box=boxes, **told.to_told())


def _answer(
    name: str,
    source: Source,
    read: Callable[[Path | bytes | DocumentPage], list[Reading]],
    output: "_Output",
    targets: "_Targets | None",
) -> Iterator[int]:
    """Write the answer for one picture; yield the exit code of what failed."""
    page = source.page if isinstance(source, DocumentPage) else None
    try:
        if isinstance(source, PictureError):
            raise source
        readings = read(source)
    except PictureError as error:
        output.write_failure(error, name, page)
        yield _tell(error)
        return
    for reading in readings:
        output.write(reading, name, page)
    try:
        if targets is not None:
            _write_picture(source, readings, targets.next(source))
    except (PictureError, OutputError) as error:
        yield _tell(error)


@dataclass(frozen=True)
class _Style:
    """How text is written, as `Reading.join` takes it."""

    signs: bool
    words: bool


class _Output:
    """Writes readings, and in the forms for machines failures, to stdout; nothing else goes there.

    Standard error says where a picture does not hold the field that was told.
    """

    def __init__(self, form: str, style: _Style, field: Field | None, *, named: bool) -> None:
        self._form = form
        self._field = field
        self._style = style
        self._named = named
        self._rows = csv.writer(sys.stdout, lineterminator="\n")
        if form == "csv":
            self._rows.writerow(CSV_COLUMNS)

    def write(self, reading: Reading, name: str, page: int | None) -> None:
        """Print one reading."""
        title = printable_line(page_name(name, page))
        if self._form == "csv":
            self._rows.writerows(to_csv_rows(reading, self._cell(name), page))
        elif self._form == "json":
            click.echo(to_json(reading, name, page, signs=self._style.signs, words=self._style.words))
        else:
            for line in to_lines(reading, signs=self._style.signs, words=self._style.words):
                click.echo(f"{title}: {line}" if self._named else line)
        for note in reading.notes:
            click.echo(f"inkdigits: {title}: {note}", err=True)
        if (misfit := describe_misfit(reading, self._field)) is not None:
            click.echo(f"inkdigits: {title}: {misfit}", err=True)

    @staticmethod
    def _cell(text: str) -> str:
        """Return a cell that a spreadsheet takes for no formula, and a terminal for no command."""
        return escape_cell(printable_line(text) if sys.stdout.isatty() else text)

    def write_failure(self, error: PictureError, name: str, page: int | None) -> None:
        """Print that one picture was not read, but as text: there an answer is digits alone."""
        if self._form == "csv":
            self._rows.writerow(self._cell(str(cell)) for cell in failure_to_csv_row(error, name, page))
        elif self._form == "json":
            click.echo(failure_to_json(error, name, page))


class _Targets:
    """Says where each annotated picture goes: never onto a picture that is read, nor onto another's."""

    def __init__(self, out: Path, sources: Sequence[Named], folders: Sequence[Path], *, many: bool) -> None:
        if many and _is_file_name(out):
            msg = f"--picture {out} names one file, but several pictures are read; name a folder"
            raise click.UsageError(msg)
        if not _is_file_name(out) and any(out.resolve().is_relative_to(folder.resolve()) for folder in folders):
            msg = f"--picture {out} lies in a folder that is read; name one outside, lest copies be read"
            raise click.UsageError(msg)
        self._out = out
        self._folders = folders
        self._taken = {_identity(path) for _, source in sources if (path := find_path(source)) is not None}

    def next(self, source: Path | bytes | DocumentPage) -> Path:
        """Return the place for one picture's annotated copy; its subfolder of a folder that is read is kept.

        Raises:
            OutputError: The named file is itself one of the pictures.
        """
        if _is_file_name(self._out):
            if _identity(self._out) in self._taken:
                msg = (
                    f"{self._out}: expected another file than the picture itself, which would be lost; change --picture"
                )
                raise OutputError(msg)
            return self._out
        place = self._out / self._below_out(source)
        if isinstance(source, DocumentPage):
            place = place.with_name(f"{place.name}-page-{source.page}")
        numbered = (place.with_name(f"{place.name}-{count}.png") for count in itertools.count(2))
        candidates = itertools.chain([place.with_name(f"{place.name}.png")], numbered)
        target = next(path for path in candidates if _identity(path) not in self._taken)
        self._taken.add(_identity(target))
        return target

    def _below_out(self, source: Path | bytes | DocumentPage) -> Path:
        path = find_path(source)
        if path is None:
            return Path("stdin")
        folder = next((folder for folder in self._folders if path.is_relative_to(folder)), path.parent)
        # several folders keep their names, or "a/1.png" and "b/1.png" would differ by a number alone
        own = Path(folder.resolve().name if len(self._folders) > 1 and folder in self._folders else "")
        return own / path.relative_to(folder).with_suffix("")


def _identity(path: Path) -> str:
    """Return a name that is equal for one file's spellings, also where letters' case does not matter."""
    return str(path.resolve()).casefold()


def _is_file_name(out: Path) -> bool:
    return out.suffix.lower() in PICTURE_SUFFIXES and not is_folder(out)


def _tell(error: InkdigitsError) -> int:
    """Print a failure on stderr; return its exit code."""
    click.echo(f"inkdigits: {printable_line(str(error))}", err=True)
    return error.exit_code


def _tell_budget(reader: DigitReader, max_error: float) -> None:
    """Say on stderr where a budget that was asked for does not hold."""
    policy = reader.policy
    kept = policy.picture_budget
    if kept is None:
        told = "nothing is promised of pictures"
    elif kept.max_error > max_error:
        told = f"of handwriting in pictures no less than {100 * kept.max_error:g} % of the {kept.per}s can be promised"
    elif not kept.holds_on_rough:
        rough = f"of rough pictures up to {100 * kept.rough_error:.2f} % of the {kept.per}s answered may be wrong"
        answered = (
            f"{100 * kept.rough_coverage:.0f} % of these are answered ({100 * kept.coverage:.0f} % of clear ones)"
        )
        told = f"at most {100 * kept.max_error:g} % wrong holds for clear scans; {rough}, and about {answered}"
    else:
        return
    click.echo(f"inkdigits: {told}", err=True)


def _write_picture(source: Path | bytes | DocumentPage, readings: Sequence[Reading], target: Path) -> None:
    picture = functools.reduce(to_picture, readings, decode_color(source))
    data = encode_picture(picture, target.suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        msg = f"{target}: cannot write the annotated picture ({error.strerror}); choose another place"
        raise OutputError(msg) from error
