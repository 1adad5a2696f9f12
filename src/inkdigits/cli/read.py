"""`inkdigits read`: pictures go in by path, folder or stdin; digits come out as text, JSON or CSV."""

import csv
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import click

from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.errors import OutputError, PictureError, PictureNotFoundError
from inkdigits.imaging import MAX_BYTES, PICTURE_SUFFIXES, decode_color, iter_picture_files, silence_decoders
from inkdigits.reader import DigitReader
from inkdigits.records import Reading
from inkdigits.report import CSV_COLUMNS, encode_picture, to_csv_rows, to_json, to_picture, to_text

__all__ = ["command"]

_STDIN = "-"
_Source: TypeAlias = Path | bytes | PictureError
_Named: TypeAlias = tuple[str, _Source]


@click.command(name="read")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE... | DIR | -")
@click.option("--digit", "single", is_flag=True, help="Each picture holds exactly one digit, of any size and place.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per picture.")
@click.option("--csv", "as_csv", is_flag=True, help="One CSV row per digit, with a header.")
@click.option(
    "--picture", "out", type=click.Path(path_type=Path), help="Write annotated pictures: a file, or a folder."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@click.option(
    "--max-error",
    type=click.FloatRange(0, 1),
    help='Most wrong digits among those answered, as 0.001; the rest become "?". Default: the bundle\'s own threshold.',
)
def command(  # noqa: PLR0913 - click hands every option over by name
    pictures: tuple[str, ...],
    *,
    single: bool,
    as_json: bool,
    as_csv: bool,
    out: Path | None,
    model: str,
    max_error: float | None,
) -> None:
    """Read the digits in pictures and print them, one line per picture.

    A folder stands for all pictures in it, "-" for one picture on standard input. An unsure digit is printed as "?".
    With more than one picture, each line starts with the picture's name. A picture that cannot be read is reported on
    standard error; the others are read all the same, and the exit code is that of the first failure.

    \b
    Examples:
      inkdigits read number.png
      inkdigits read scans/ --csv > digits.csv
      inkdigits read photo.jpg --picture annotated.png
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if as_json and as_csv:
        msg = "--json and --csv exclude each other"
        raise click.UsageError(msg)
    silence_decoders()
    is_many = len(pictures) > 1 or Path(pictures[0]).is_dir()
    sources = list(_sources(pictures))
    targets = _Targets(out, sources, _folders(pictures), many=is_many) if out is not None else None
    reader, output = (
        DigitReader(model, max_error=max_error),
        _Output("json" if as_json else "csv" if as_csv else "text", named=is_many),
    )
    first_failure = 0
    for name, source in sources:
        try:
            if isinstance(source, PictureError):
                raise source
            reading = reader.read_digit(source) if single else reader.read(source)
            output.write(reading, name)
            if targets is not None:
                _write_picture(source, reading, targets.next(source))
        except (PictureError, OutputError) as error:
            click.echo(f"inkdigits: {error}", err=True)
            first_failure = first_failure or error.exit_code
    sys.exit(first_failure)


class _Output:
    """Writes readings to stdout, nothing else goes there."""

    def __init__(self, form: str, *, named: bool) -> None:
        self._form = form
        self._named = named
        self._rows = csv.writer(sys.stdout, lineterminator="\n")
        if form == "csv":
            self._rows.writerow(CSV_COLUMNS)

    def write(self, reading: Reading, name: str) -> None:
        """Print one reading."""
        if self._form == "csv":
            self._rows.writerows(to_csv_rows(reading, name))
        elif self._form == "json":
            click.echo(to_json(reading, name))
        else:
            click.echo(f"{name}: {to_text(reading)}" if self._named else to_text(reading))


class _Targets:
    """Says where each annotated picture goes: never onto a picture that is read, nor onto another's."""

    def __init__(self, out: Path, sources: Sequence[_Named], folders: Sequence[Path], *, many: bool) -> None:
        if many and _is_file_name(out):
            msg = f"--picture {out} names one file, but several pictures are read; name a folder"
            raise click.UsageError(msg)
        if not _is_file_name(out) and any(out.resolve().is_relative_to(folder.resolve()) for folder in folders):
            msg = f"--picture {out} lies in a folder that is read; the next reading would take the copies for originals"
            raise click.UsageError(msg)
        self._out = out
        self._folders = folders
        self._taken = {_identity(source) for _, source in sources if isinstance(source, Path)}

    def next(self, source: Path | bytes) -> Path:
        """Return the place for one picture's annotated copy; below a folder that is read, its subfolder is kept.

        Raises:
            OutputError: The named file is itself one of the pictures.
        """
        if _is_file_name(self._out):
            if _identity(self._out) in self._taken:
                msg = f"{self._out}: expected another file than the picture itself, which would be lost"
                raise OutputError(msg)
            return self._out
        place = self._out / self._below_out(source)
        numbered = (place.with_name(f"{place.name}-{count}.png") for count in itertools.count(2))
        candidates = itertools.chain([place.with_name(f"{place.name}.png")], numbered)
        target = next(path for path in candidates if _identity(path) not in self._taken)
        self._taken.add(_identity(target))
        return target

    def _below_out(self, source: Path | bytes) -> Path:
        if not isinstance(source, Path):
            return Path("stdin")
        folder = next((folder for folder in self._folders if source.is_relative_to(folder)), source.parent)
        return source.relative_to(folder).with_suffix("")


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
            yield _STDIN, sys.stdin.buffer.read(MAX_BYTES + 1)
        elif path.is_dir():
            try:
                yield from ((click.format_filename(file), file) for file in iter_picture_files(path))
            except PictureNotFoundError as error:
                yield name, error
        else:
            yield click.format_filename(name), path


def _write_picture(source: Path | bytes, reading: Reading, target: Path) -> None:
    data = encode_picture(to_picture(decode_color(source), reading), target.suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        msg = f"{target}: cannot write the annotated picture ({error.strerror}); choose another place"
        raise OutputError(msg) from error
