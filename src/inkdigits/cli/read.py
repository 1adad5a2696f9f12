"""`inkdigits read`: reads pictures, folders or standard input and prints text, JSON or CSV."""

import csv
import functools
import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from inkdigits.errors import InkdigitsError, OutputError, PictureError, PictureNotFoundError
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.reading.fields import Field, describe_misfit, make_field
from inkdigits.reading.output.drawing import encode_picture, to_picture
from inkdigits.reading.output.serialization import (
    CSV_COLUMNS,
    failure_to_csv_row,
    failure_to_json,
    to_csv_rows,
    to_json,
)
from inkdigits.reading.output.text import to_text
from inkdigits.reading.pictures.decoding import MAX_BYTES, count_pages, decode_color
from inkdigits.reading.pictures.folders import PICTURE_SUFFIXES, iter_other_files, iter_picture_files
from inkdigits.reading.pictures.pages import DocumentPage, page_name
from inkdigits.reading.reader import DigitReader
from inkdigits.results import Reading
from inkdigits.system.opencv import settle_opencv

__all__ = ["command"]

_STDIN = "-"
_MOST_EXAMPLES = 3  # names of skipped files that are listed
_Source: TypeAlias = Path | bytes | DocumentPage | PictureError
_Named: TypeAlias = tuple[str, _Source]


@click.command(name="read")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE... | DIR | -")
@click.option("--digit", "single", is_flag=True, help="Each picture holds exactly one digit, of any size and place.")
@click.option("--length", type=int, help="Each picture holds one line of so many digits.")
@click.option("--pattern", help='Each picture holds one line like this, as "dd-dd-20dd", d for any digit.')
@click.option("--separators", is_flag=True, help="Keep decimal points and commas in the text.")
@click.option("--words", is_flag=True, help="Put a space into the text where a line has a wide gap.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per picture.")
@click.option("--csv", "as_csv", is_flag=True, help="One CSV row per digit, with a header.")
@click.option(
    "--picture", "out", type=click.Path(path_type=Path), help="Write annotated pictures: a file, or a folder."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@click.option(
    "--max-error",
    type=click.FloatRange(0, 1),
    help='Most wrong digits among those answered, as 0.01, on digits like MNIST\'s; the rest become "?". Budgets under '
    "0.005 hold for clean frames only. Default: the bundle's own threshold.",
)
def command(  # noqa: PLR0913 - click hands every option over by name
    pictures: tuple[str, ...],
    *,
    single: bool,
    length: int | None,
    pattern: str | None,
    separators: bool,
    words: bool,
    as_json: bool,
    as_csv: bool,
    out: Path | None,
    model: str,
    max_error: float | None,
) -> None:
    """Read the digits in pictures and print them, one line per picture.

    A folder stands for all pictures in it, "-" for one picture on standard input. An unsure digit is printed as "?".
    With more than one picture, each line starts with the picture's name. A picture that cannot be read is reported on
    standard error, and with --json or --csv also in the output; the others are read all the same, and the exit code is
    that of the first failure. Each page of a PDF or TIFF is read, of a GIF the first frame.

    \b
    Examples:
      inkdigits read number.png
      inkdigits read scans/ --csv > digits.csv
      inkdigits read photo.jpg --picture annotated.png
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if as_json and as_csv:
        msg = "--json and --csv exclude each other; leave one out"
        raise click.UsageError(msg)
    if single and (length is not None or pattern is not None):
        msg = "--digit is one digit already; leave --length and --pattern out"
        raise click.UsageError(msg)
    field = make_field(length, pattern)  # refused before the first picture
    settle_opencv()
    sources = list(_sources(pictures))
    is_many = len(sources) > 1 or Path(pictures[0]).is_dir()
    targets = _Targets(out, sources, _folders(pictures), many=is_many) if out is not None else None
    reader = DigitReader(model, max_error=max_error)
    if max_error is not None:
        _tell_budget(reader)
    read = reader.read_digit if single else functools.partial(reader.read, length=length, pattern=pattern)
    to_line = functools.partial(to_text, separators=separators, words=words)
    output = _Output("json" if as_json else "csv" if as_csv else "text", to_line, field, named=is_many)
    for folder in _folders(pictures):
        _tell_skipped(folder)
    exit_codes = [code for name, source in sources for code in _answer(name, source, read, output, targets)]
    sys.exit(exit_codes[0] if exit_codes else 0)


def _answer(
    name: str,
    source: _Source,
    read: Callable[[Path | bytes | DocumentPage], Reading],
    output: "_Output",
    targets: "_Targets | None",
) -> Iterator[int]:
    """Write the answer for one picture; yield the exit code of what failed."""
    page = source.page if isinstance(source, DocumentPage) else None
    try:
        if isinstance(source, PictureError):
            raise source
        reading = read(source)
    except PictureError as error:
        output.write_failure(error, name, page)
        yield _tell(error)
        return
    output.write(reading, name, page)
    try:
        if targets is not None:
            _write_picture(source, reading, targets.next(source))
    except (PictureError, OutputError) as error:
        yield _tell(error)


class _Output:
    """Writes readings, and in the forms for machines failures, to stdout; nothing else goes there.

    Standard error says where a picture does not hold the field that was told.
    """

    def __init__(self, form: str, to_line: Callable[[Reading], str], field: Field | None, *, named: bool) -> None:
        self._form = form
        self._field = field
        self._to_line = to_line
        self._named = named
        self._rows = csv.writer(sys.stdout, lineterminator="\n")
        if form == "csv":
            self._rows.writerow(CSV_COLUMNS)

    def write(self, reading: Reading, name: str, page: int | None) -> None:
        """Print one reading."""
        if self._form == "csv":
            self._rows.writerows(to_csv_rows(reading, name, page))
        elif self._form == "json":
            click.echo(to_json(reading, name, page))
        else:
            line = self._to_line(reading)
            click.echo(f"{page_name(name, page)}: {line}" if self._named else line)
        if (misfit := describe_misfit(reading, self._field)) is not None:
            click.echo(f"inkdigits: {page_name(name, page)}: {misfit}", err=True)

    def write_failure(self, error: PictureError, name: str, page: int | None) -> None:
        """Print that one picture was not read, but as text: there an answer is digits alone."""
        if self._form == "csv":
            self._rows.writerow(failure_to_csv_row(error, name, page))
        elif self._form == "json":
            click.echo(failure_to_json(error, name, page))


class _Targets:
    """Says where each annotated picture goes: never onto a picture that is read, nor onto another's."""

    def __init__(self, out: Path, sources: Sequence[_Named], folders: Sequence[Path], *, many: bool) -> None:
        if many and _is_file_name(out):
            msg = f"--picture {out} names one file, but several pictures are read; name a folder"
            raise click.UsageError(msg)
        if not _is_file_name(out) and any(out.resolve().is_relative_to(folder.resolve()) for folder in folders):
            msg = f"--picture {out} lies in a folder that is read; name one outside, lest copies be read"
            raise click.UsageError(msg)
        self._out = out
        self._folders = folders
        self._taken = {_identity(path) for _, source in sources if (path := _find_path(source)) is not None}

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
        path = _find_path(source)
        if path is None:
            return Path("stdin")
        folder = next((folder for folder in self._folders if path.is_relative_to(folder)), path.parent)
        # several folders keep their names, or "a/1.png" and "b/1.png" would differ by a number alone
        own = Path(folder.resolve().name if len(self._folders) > 1 and folder in self._folders else "")
        return own / path.relative_to(folder).with_suffix("")


def _find_path(source: _Source) -> Path | None:
    """Return the file that a picture is read from; None when it is none."""
    if isinstance(source, DocumentPage) and not isinstance(source.source, bytes):
        return Path(os.fspath(source.source))
    return source if isinstance(source, Path) else None


def _identity(path: Path) -> str:
    """Return a name that is equal for one file's spellings, also where letters' case does not matter."""
    return str(path.resolve()).casefold()


def _is_file_name(out: Path) -> bool:
    return out.suffix.lower() in PICTURE_SUFFIXES and not out.is_dir()


def _folders(pictures: tuple[str, ...]) -> list[Path]:
    return [Path(name) for name in pictures if Path(name).is_dir()]


def _sources(pictures: tuple[str, ...]) -> Iterator[_Named]:
    """Yield each picture's printable name and where it is; names that are no text have their odd bytes replaced."""
    for name in pictures:
        path = Path(name)
        if name == _STDIN:
            yield from _pages(_STDIN, sys.stdin.buffer.read(MAX_BYTES + 1))
        elif path.is_dir():
            try:
                for file in iter_picture_files(path):
                    yield from _pages(click.format_filename(file), file)
            except PictureNotFoundError as error:
                yield name, error
        else:
            yield from _pages(click.format_filename(name), path)


def _pages(name: str, source: Path | bytes) -> Iterator[_Named]:
    """Yield each page of a file with several; else the file itself."""
    if isinstance(source, Path) and not source.is_file():  # a pipe, which can be read once only
        yield name, source
        return
    try:
        pages = count_pages(source)
    except PictureError as error:
        yield name, error
        return
    if pages == 1:
        yield name, source
    for page in range(1, 1 + pages) if pages > 1 else ():
        yield name, DocumentPage(source, page)


def _tell(error: InkdigitsError) -> int:
    """Print a failure on stderr; return its exit code."""
    click.echo(f"inkdigits: {error}", err=True)
    return error.exit_code


def _tell_budget(reader: DigitReader) -> None:
    """Say on stderr where a budget that was asked for does not hold."""
    budget = reader.policy.budget
    if budget is not None and not budget.holds_on_pictures:
        promise = f"at most {100 * budget.max_error:g} % wrong holds for clean frames like MNIST's only"
        bound = f"on rough pictures up to {100 * budget.picture_error:.2f} % may be"
        answered = (
            f"{100 * budget.picture_coverage:.0f} % of these are answered ({100 * budget.coverage:.0f} % of clean)"
        )
        click.echo(f"inkdigits: {promise}; {bound}, and about {answered}", err=True)


def _tell_skipped(folder: Path) -> None:
    names = [click.format_filename(path.relative_to(folder)) for path in iter_other_files(folder)]
    if names:
        examples = ", ".join(names[:_MOST_EXAMPLES]) + (", ..." if len(names) > _MOST_EXAMPLES else "")
        skipped = "1 file that does" if len(names) == 1 else f"{len(names)} files that do"
        where = click.format_filename(folder)
        click.echo(f"inkdigits: {where}: skipped {skipped} not end like a picture: {examples}", err=True)


def _write_picture(source: Path | bytes | DocumentPage, reading: Reading, target: Path) -> None:
    data = encode_picture(to_picture(decode_color(source), reading), target.suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        msg = f"{target}: cannot write the annotated picture ({error.strerror}); choose another place"
        raise OutputError(msg) from error
