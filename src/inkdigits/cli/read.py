"""`inkdigits read`: pictures go in by path, folder or stdin; digits come out as text, JSON or CSV."""

import csv
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import click
import cv2

from inkdigits.bundle import DEFAULT_BUNDLE
from inkdigits.errors import OutputError, PictureError, PictureNotFoundError
from inkdigits.imaging import MAX_BYTES, PICTURE_SUFFIXES, decode_color, iter_picture_files
from inkdigits.reader import DigitReader
from inkdigits.records import Reading
from inkdigits.report import CSV_COLUMNS, to_csv_rows, to_json, to_picture, to_text

__all__ = ["command"]

_STDIN = "-"
_Source: TypeAlias = Path | bytes | PictureError


@click.command(name="read")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE... | DIR | -")
@click.option("--digit", "single", is_flag=True, help="Each picture holds exactly one digit, of any size and place.")
@click.option("--json", "form", flag_value="json", help="One JSON object per picture.")
@click.option("--csv", "form", flag_value="csv", help="One CSV row per digit, with a header.")
@click.option(
    "--picture", "out", type=click.Path(path_type=Path), help="Write annotated pictures: a file, or a folder."
)
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
def command(pictures: tuple[str, ...], *, single: bool, form: str | None, out: Path | None, model: str) -> None:
    r"""Read the digits in pictures and print them, one line per picture.

    A folder stands for all pictures in it, "-" for one picture on standard input. An unsure digit is printed as "?".
    With more than one picture, each line starts with the picture's name. A picture that cannot be read is reported on
    standard error; the others are read all the same, and the exit code is that of the first failure.

    \b
    Examples:
      inkdigits read number.png
      inkdigits read scans/ --csv > digits.csv
      inkdigits read photo.jpg --picture annotated.png
    """
    # OpenCV prints its own warnings about damaged files; ours name the file and the cure
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    is_many = len(pictures) > 1 or Path(pictures[0]).is_dir()
    sources = list(_sources(pictures))
    targets = _Targets(out, sources, many=is_many) if out is not None else None
    reader, output = DigitReader(model), _Output(form, named=is_many)
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

    def __init__(self, form: str | None, *, named: bool) -> None:
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

    def __init__(self, out: Path, sources: Sequence[tuple[str, _Source]], *, many: bool) -> None:
        if many and _is_file_name(out):
            msg = f"--picture {out} names one file, but several pictures are read; name a folder"
            raise click.UsageError(msg)
        self._out = out
        self._taken = {source.resolve() for _, source in sources if isinstance(source, Path)}

    def next(self, source: Path | bytes) -> Path:
        """Return the place for one picture's annotated copy.

        Raises:
            OutputError: The named file is itself one of the pictures.
        """
        if _is_file_name(self._out):
            if self._out.resolve() in self._taken:
                msg = f"{self._out}: expected another file than the picture itself, which would be lost"
                raise OutputError(msg)
            return self._out
        stem = source.stem if isinstance(source, Path) else "stdin"
        numbered = (self._out / (f"{stem}-{count}.png" if count > 1 else f"{stem}.png") for count in itertools.count(1))
        target = next(path for path in numbered if path.resolve() not in self._taken)
        self._taken.add(target.resolve())
        return target


def _is_file_name(out: Path) -> bool:
    return out.suffix.lower() in PICTURE_SUFFIXES and not out.is_dir()


def _sources(pictures: tuple[str, ...]) -> Iterator[tuple[str, _Source]]:
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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        is_written = cv2.imwrite(str(target), to_picture(decode_color(source), reading))
    except (OSError, cv2.error) as error:
        msg = f"{target}: cannot write the annotated picture: {error}"
        raise OutputError(msg) from error
    if not is_written:
        msg = f"{target}: cannot write the annotated picture; is the folder writable and the ending a picture's?"
        raise OutputError(msg)
