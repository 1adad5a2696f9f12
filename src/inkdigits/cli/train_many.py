"""`inkdigits train` with `--seeds` or `--search`: several trainings at a time, and the table that they end in."""

import functools
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.tables import align
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.cpu import count_cores
from inkdigits.system.extras import require_extra
from inkdigits.system.folders import make_folder
from inkdigits.training.config.classifier import TrainConfig
from inkdigits.training.runs.run import Run

__all__ = ["ENGINES", "Plan", "obtain_all", "train_many"]

ENGINES = ("serial", "processes", "ray")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained, and how.

    Attributes:
        engine: One of `ENGINES`.
        workers: Trainings at a time; None takes one for each core, and one for the engine "serial".
        address: Of a Ray cluster; None starts Ray here.
        runs: Folder of runs.
        report: Folder of the table.
        search: The file of the settings to vary; None compares the seeds.
        seeds: How many, from the config's own up.
    """

    engine: str
    workers: int | None
    address: str | None
    runs: Path
    report: Path
    search: Path | None
    seeds: int


def train_many(context: click.Context, base: TrainConfig, plan: Plan) -> None:
    """Train what is missing and print the table; its files go to the report's folder."""
    from inkdigits.training.experiments.search import plan_search, read_space  # noqa: PLC0415 - heavy

    space = None if plan.search is None else read_space(plan.search)
    if space is None:
        configs = tuple(replace(base, seed=base.seed + place) for place in range(plan.seeds))
    else:
        configs = plan_search(base, space, seeds=plan.seeds)
    with ends_on_interrupt(context, "interrupted; the same command goes on from the last complete epochs"):
        runs = _obtain(configs, plan)
    if space is None:
        _report_seeds(runs, plan.report)
    else:
        _report_search(runs, list(space), plan.report)


def obtain_all(configs: Sequence[TrainConfig], folder: Path, plan: Plan) -> list[Run]:
    """Return the finished runs, trained as the plan says; progress goes to stderr."""
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import ManyProgress  # noqa: PLC0415

    progress = ManyProgress(Console(stderr=True))
    workers = plan.workers or min(count_cores(), len(configs))
    if plan.engine == "processes":
        from inkdigits.training.experiments.parallel import obtain_runs  # noqa: PLC0415

        return obtain_runs(configs, folder, workers=workers, on_look=progress)
    require_extra("batch")
    from inkdigits.training.experiments.ray_tasks import obtain_runs_with_ray  # noqa: PLC0415

    return obtain_runs_with_ray(configs, folder, workers=workers, address=plan.address, on_look=progress)


def _obtain(configs: Sequence[TrainConfig], plan: Plan) -> list[Run]:
    if plan.engine != "serial":
        return obtain_all(configs, plan.runs, plan)
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import TrainingProgress  # noqa: PLC0415
    from inkdigits.training.experiments.members import obtain_run  # noqa: PLC0415

    console = Console(stderr=True)
    return [obtain_run(config, plan.runs, functools.partial(TrainingProgress, console=console)) for config in configs]


def _report_seeds(runs: Sequence[Run], folder: Path) -> None:
    from inkdigits.training.experiments.comparison import summarize  # noqa: PLC0415 - heavy
    from inkdigits.training.experiments.comparison_report import HEADINGS, table_rows, write_report  # noqa: PLC0415

    compared = summarize(runs)
    write_report(compared, folder, command=_command_line())
    click.echo("\n".join(align([HEADINGS, *table_rows(compared)])))
    click.echo(f"written: {folder}/comparison.md, .csv, .png", err=True)


def _report_search(runs: Sequence[Run], names: Sequence[str], folder: Path) -> None:
    from inkdigits.training.experiments.search import HEADINGS, rank, search_rows, to_csv, to_markdown  # noqa: PLC0415 - heavy

    tried = rank(runs, names)
    texts = {"md": to_markdown(tried, network=runs[0].config.network, command=_command_line()), "csv": to_csv(tried)}
    make_folder(folder, option="--report")
    for ending, text in texts.items():
        write_in_place(folder / f"search.{ending}", functools.partial(Path.write_text, data=text, encoding="utf-8"))
    click.echo("\n".join(align([HEADINGS, *search_rows(tried)])))
    click.echo(f"written: {folder}/search.md, .csv", err=True)


def _command_line() -> str:
    return shlex.join(["inkdigits", *sys.argv[1:]])
