"""`inkdigits bench`: measures models of any origin and prints a table with a row for each."""

import json
import shlex
from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras
from inkdigits.cli.model_options import allow_code_option, form_options
from inkdigits.cli.tables import align
from inkdigits.training.evaluation.input_forms import Layout, Scale

__all__ = ["command"]


@click.command()
@click.argument("models", metavar="MODEL...", nargs=-1, required=True)
@form_options
@allow_code_option
@click.option("--quick", is_flag=True, help="A tenth of the digits.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown, with notes.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, each corruption's curve too.")
@click.option("--out", type=click.Path(path_type=Path), help="Write table, JSON and plots into this folder.")
@click.pass_context
def command(  # noqa: PLR0913 - each option is an argument
    context: click.Context,
    *,
    models: tuple[str, ...],
    layout: Layout | None,
    scale: Scale | None,
    inverted: bool | None,
    gives_logits: bool | None,
    allow_code: bool,
    quick: bool,
    markdown: bool,
    as_json: bool,
    out: Path | None,
) -> None:
    """Measure each MODEL on MNIST test: accuracy, calibration, risk, robustness, size and speed.

    A MODEL is a shipped bundle's name, a bundle's folder or a run. Or it is an .onnx or .keras file of any origin
    that takes 28 x 28 digits. What its file does not say can be stated; it holds for all files of the call, never for
    a bundle.
    """
    load_keras()
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import MeasuringProgress  # noqa: PLC0415
    from inkdigits.training.benchmarking.measuring import FULL, QUICK, Measured, measure  # noqa: PLC0415
    from inkdigits.training.benchmarking.report import HEADINGS, bench_json, bench_markdown, bench_rows, write_bench  # noqa: PLC0415
    from inkdigits.training.evaluation.foreign_models import Stated, open_model  # noqa: PLC0415

    stated = Stated(layout, scale, inverted, gives_logits)
    opened = [
        open_model(model, stated, allow_code=allow_code) for model in models
    ]  # all of them first: an error costs no measurement
    for model in opened:
        click.echo(model.describe(), err=True)
    console = Console(stderr=True)
    measured: list[Measured] = []
    with ends_on_interrupt(context, "interrupted; nothing was measured to its end"):
        for model in opened:
            with MeasuringProgress(model.name, console) as progress:
                measured.append(measure(model, QUICK if quick else FULL, progress))
    words = ["inkdigits", "bench", *models, *(["--quick"] if quick else [])]
    made_by = shlex.join(Path(word).name for word in words)
    if out is not None:
        write_bench(measured, out, command=made_by)
        click.echo(f"written: {out}/bench.md, .json and plots", err=True)
    if as_json:
        click.echo(json.dumps(bench_json(measured), indent=2))
    elif markdown:
        click.echo(bench_markdown(measured, made_by), nl=False)
    else:
        click.echo("\n".join(align([HEADINGS, *bench_rows(measured)])))
