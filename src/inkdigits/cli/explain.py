"""`inkdigits explain`: writes a picture of each stage of reading one picture, and prints the suspected faults."""

import functools
from pathlib import Path

import click

from inkdigits.cli.budget_options import takes_budget
from inkdigits.cli.field_options import takes_field
from inkdigits.models.bundle import DEFAULT_BUNDLE
from inkdigits.models.metadata import Per
from inkdigits.reading.fields import FieldOptions
from inkdigits.reading.fields.regions import Region
from inkdigits.reading.output.drawing import encode_picture
from inkdigits.reading.output.text import to_lines
from inkdigits.reading.reader import DigitReader
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import make_folder
from inkdigits.system.opencv import settle_opencv

__all__ = ["command"]


@click.command()
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the pictures of the stages.")
@takes_field
@click.option("--model", default=DEFAULT_BUNDLE, show_default=True, help="Name or folder of the bundle that reads.")
@takes_budget("As of `inkdigits read`.")
def command(  # noqa: PLR0913 - click hands every option over by name
    picture: Path,
    *,
    out: Path,
    told: FieldOptions,
    boxes: tuple[Region, ...],
    model: str,
    max_error: float | None,
    per: Per,
) -> None:
    """Show why a picture is read as it is: a picture of each stage, and what probably spoiled a doubtful answer.

    \b
    Example:
      inkdigits explain photo.jpg --out why
    """  # noqa: D301 - \b is click's mark for lines that stay as they are
    if len(boxes) > 1:
        msg = f"expected one --box to explain, got {len(boxes)}; explain one after another"
        raise click.UsageError(msg)
    settle_opencv()
    box = boxes[0] if boxes else None
    explanation = DigitReader(model, max_error=max_error, per=per).explain(picture, box=box, **told.to_told())
    click.echo("\n".join(to_lines(explanation.reading)))
    for fault in explanation.faults:
        click.echo(fault)
    reasons = [mark.reason for mark in explanation.dropped]
    if reasons:
        counts = ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))
        click.echo(f"left out, as the picture of boxes and lines shows: {counts}")
    make_folder(out)
    width = len(str(len(explanation.stages)))  # digits of the last number, so that names sort as the stages go
    for number, stage in enumerate(explanation.stages, start=1):
        data = encode_picture(stage.picture, ".png")
        path = out / f"{number:0{width}}-{stage.name.replace(' ', '-')}.png"
        write_in_place(path, functools.partial(Path.write_bytes, data=data))
