"""`inkdigits demo`: reads the sample pictures, and writes them and their annotated copies."""

import functools
from pathlib import Path

import click

import inkdigits
from inkdigits.errors import OutputError, PictureNotFoundError
from inkdigits.reading.output.drawing import encode_picture, to_picture
from inkdigits.reading.output.text import to_lines
from inkdigits.reading.pictures.decoding import decode_color
from inkdigits.reading.pictures.folders import iter_picture_files
from inkdigits.reading.reader import DigitReader
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import make_folder
from inkdigits.system.opencv import settle_opencv

__all__ = ["command"]

SAMPLES, ANNOTATED = "samples", "annotated"  # the folders inside --out


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=".",
    show_default=True,
    help="Where the folders samples and annotated are made.",
)
def command(*, out: Path) -> None:
    """Read the sample pictures that come with inkdigits, and write them with a box around each digit.

    The pictures go to the folder samples, so that you can try other commands on them. The copies with boxes go to the
    folder annotated. No other file of yours is changed.

    \b
    Example:
      inkdigits demo --out try
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    samples = list(iter_picture_files(_find_samples()))
    settle_opencv()
    reader = DigitReader()
    make_folder(out / SAMPLES)
    make_folder(out / ANNOTATED)
    for sample in samples:
        _copy(sample, out / SAMPLES / sample.name)
        reading = reader.read(sample)
        drawn = encode_picture(to_picture(decode_color(sample), reading), ".png")
        write_in_place(out / ANNOTATED / f"{sample.stem}.png", functools.partial(Path.write_bytes, data=drawn))
        click.echo(f"{sample.name}: {' '.join(to_lines(reading)) or reading.outcome}")
    folders = [click.format_filename(out / name) for name in (SAMPLES, ANNOTATED)]
    click.echo(f"pictures: {folders[0]}; with boxes: {folders[1]}", err=True)


def _find_samples() -> Path:
    """Return the folder of the sample pictures: of an installed package inside it, of a clone beside `src`.

    Raises:
        PictureNotFoundError: It is in neither place.
    """
    package = Path(inkdigits.__file__).parent
    places = (package / "samples", package.parents[1] / "samples")
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        msg = f"{places[0]}: expected the sample pictures, found no such folder; install inkdigits again"
        raise PictureNotFoundError(msg)
    return found


def _copy(sample: Path, target: Path) -> None:
    """Copy a sample, but never over another file of its name."""
    data = sample.read_bytes()
    if target.exists() and target.read_bytes() != data:
        msg = f"{target}: another file has the name of a sample; choose another folder with --out"
        raise OutputError(msg)
    write_in_place(target, functools.partial(Path.write_bytes, data=data))
