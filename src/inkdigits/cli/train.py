"""`inkdigits train`: trains any network into a run's folder; standard output gets its result and the folder's path."""

import functools
import shlex
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from inkdigits.cli.data_options import array_options, tells_warnings
from inkdigits.cli.interrupt import ends_on_interrupt
from inkdigits.cli.keras_loading import load_keras
from inkdigits.cli.train_many import ENGINES, Plan, obtain_all, train_many
from inkdigits.cli.workers import WORKERS, check_workers
from inkdigits.training.config.base import NetworkConfig
from inkdigits.training.config.classifier import ENSEMBLE, FOREST, NETWORKS, RECIPES, TrainConfig
from inkdigits.training.config.networks import CONFIGS, setting_names, to_config
from inkdigits.training.runs.run import Run, read_run

__all__ = ["command"]

_DEFAULTS = {entry.name: entry.default for entry in fields(TrainConfig)}
_NO_SETTINGS = frozenset(
    {"out", "resume", "tensorboard", "workers", "engine", "address", "report"}
)  # decide no weights
_PLANNED = ("engine", "workers", "address", "report", "search")  # of `Plan`
_OWN = "the network's recipe"  # shown in place of a default that differs between networks


def _recipe_table() -> str:
    """Return a table of the settings that differ between recipes, in lines that click leaves as they are."""
    changed = {name for recipe in RECIPES.values() for name in recipe}
    names = [name for name in _DEFAULTS if name in changed]
    recipes = {"the tutorial's": _DEFAULTS, **{name: {**_DEFAULTS, **recipe} for name, recipe in RECIPES.items()}}
    rows = [["option", *recipes], *([name, *(recipe[name] for recipe in recipes.values())] for name in names)]
    lines = ["\b", "Recipes:"]
    for name, *values in rows:
        option = name if name == "option" else f"--{name.replace('_', '-')}"
        words = ("yes" if value is True else "no" if value is False else value for value in (option, *values))
        lines.append("".join(f"  {word!s:<15}" for word in words).rstrip())
    return "\n".join(lines)


class _NetworkName(click.Choice[str]):
    """Name of a network; a hyphen stands for an underscore, as in line-recognizer."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        return super().convert(value.replace("-", "_"), param, ctx)


@click.command(epilog=_recipe_table())
@click.argument("network", metavar="[NAME]", type=_NetworkName(list(CONFIGS)), required=False)
@click.option("--epochs", type=click.IntRange(1), show_default=_OWN)
@click.option("--batch-size", type=click.IntRange(1), show_default=_OWN)
@click.option("--learning-rate", type=float, show_default=_OWN, help="Adam's.")
@click.option("--seed", type=click.IntRange(0), default=_DEFAULTS["seed"], show_default=True)
@click.option("--data", type=click.Path(exists=True), help="Train on these digits instead of MNIST.")
@array_options
@click.option(
    "--split",
    metavar="[whole|train|I/K]",
    show_default=_OWN,
    help="Train on all digits; hold 1/12 out and validate on them; or the I-th of K parts instead, as 1/6.",
)
@click.option(
    "--augment/--no-augment",
    show_default=_OWN,
    help="Turn, shift, scale, shear and thicken the digits anew each epoch.",
)
@click.option(
    "--schedule",
    type=click.Choice(["constant", "cosine", "one_cycle"]),
    show_default=_OWN,
    help="Of the learning rate.",
)
@click.option("--rough/--no-rough", show_default=_OWN, help="Also bend, blur, fade and break the strokes.")
@click.option("--drawn", type=float, show_default=_OWN, help="Share of digits drawn by code.")
@click.option("--settle", type=float, show_default=_OWN, help="Share of the epochs, the last, with milder changes.")
@click.option("--smoothing", type=float, show_default=_OWN, help="Of the labels.")
@click.option("--precision", type=click.Choice(["float32", "mixed_bfloat16"]), show_default="by network and processor")
@click.option("--teacher", help="Learn from this bundle's or run's answers too.")
@click.option("--lines", type=click.IntRange(1), show_default="16000", help="Line recognizer: lines an epoch.")
@click.option("--scenes", type=click.IntRange(1), show_default="16000", help="Detector: scenes an epoch.")
@click.option(
    "--handwriting",
    type=click.Path(exists=True, file_okay=False),
    metavar="FOLDER",
    help="Detector, line recognizer, fast, accurate, ensemble: learn from these sets of real handwriting, too.",
)
@click.option(
    "--strings",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="With --handwriting, the last three: and from the numbers that a run of the detector found, its strings.npz.",
)
@click.option(
    "--start", type=click.Path(exists=True), metavar="RUN", help="The same five: begin with the weights of this run."
)
@click.option(
    "--halfway",
    is_flag=True,
    default=None,
    help="Detector, line recognizer, with --start: keep the mean of the weights begun with and those learned.",
)
@click.option("--members", type=click.IntRange(2, 5), show_default=_OWN, help="Networks of an ensemble.")
@click.option("--seeds", type=click.IntRange(1), help="Train so many, from --seed up, and end in a table.")
@click.option(
    "--search",
    type=click.Path(path_type=Path),
    metavar="SPACE.json",
    help="Train each combination of these settings, and end in a table.",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="serial",
    show_default=True,
    help="One after another, in processes, or by Ray; for --seeds, --search and members.",
)
@click.option("--workers", type=WORKERS, help="Trainings at a time.  [default: one a core; serial: 1]")
@click.option("--address", help="Of a Ray cluster.  [default: Ray is started here]")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default="comparison",
    show_default=True,
    help="Folder for the table of --seeds or --search.",
)
@click.option("--out", type=click.Path(path_type=Path), default="runs", show_default=True, help="Folder of runs.")
@click.option("--resume", type=click.Path(path_type=Path), metavar="RUN", help="Go on with this interrupted run.")
@click.option(
    "--tensorboard", type=click.Path(path_type=Path), metavar="DIR", help="Write Keras' TensorBoard files here."
)
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    out: Path,
    resume: Path | None,
    tensorboard: Path | None,
    seeds: int | None,
    **settings: Any,  # noqa: ANN401 - the config's fields, checked there, and how many are trained
) -> None:
    """Train the network NAME.

    softmax, random_forest, mlp, cnn_small, cnn_large, quick, fast, accurate and ensemble name single digits; the
    line-recognizer reads a whole line at once, and the detector finds digits and signs in pictures. The last two draw
    what they learn from and compose while they train.

    Each network has a recipe, and an option changes one setting of it: quick, fast, accurate and ensemble have their
    own, the others that name digits the tutorial's (see the table at the end). random_forest has neither epochs nor
    batches. The members of an ensemble are runs in the same folder; those that are there already are used. Ctrl-C
    keeps the last complete epoch, and --resume goes on from it; with --seeds or --search, the same command does.
    """
    _check_usage(context, resume)
    load_keras()
    run = None if resume is None else read_run(resume)
    config = _make_config(context, settings) if run is None else run.config
    _check_place(context, config.network)
    if context.params["engine"] != "ray":
        check_workers(context.params["workers"])
    plan = Plan(**{**{name: context.params[name] for name in _PLANNED}, "runs": out, "seeds": seeds or 1})
    with tells_warnings():
        if isinstance(config, TrainConfig) and (seeds is not None or plan.search is not None):
            train_many(context, config, plan)
        elif isinstance(config, TrainConfig) and config.network == ENSEMBLE:
            _train_ensemble(context, config, {"out": out, "resume": run}, plan)
        else:
            written = {} if tensorboard is None else {"tensorboard": tensorboard}
            _train(context, config, {"out": out, "resume": run, **written})


def _make_config(context: click.Context, settings: dict[str, Any]) -> NetworkConfig:
    network = settings["network"]
    given = {
        name: value
        for name, value in settings.items()
        if name not in _PLANNED and context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    for name in given:
        if name not in setting_names(network):
            msg = f"--{name.replace('_', '-')} is no setting of {network}; leave it out"
            raise click.UsageError(msg)
    return to_config(**{"network": network, **given})


def _check_usage(context: click.Context, resume: Path | None) -> None:
    given = [
        parameter.get_error_hint(context)
        for parameter in context.command.params
        if parameter.name not in _NO_SETTINGS
        and context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    if resume is None and context.params["network"] is None:
        msg = f"expected the NAME of a network ({', '.join(CONFIGS)}), or --resume RUN"
        raise click.UsageError(msg)
    if resume is not None and given:
        msg = f"--resume keeps the settings of its run; leave out {', '.join(given)}"
        raise click.UsageError(msg)


def _check_place(context: click.Context, network: str) -> None:
    """Refuse an option that would be of no use to this network."""
    if network == ENSEMBLE and context.params["tensorboard"] is not None:
        msg = f"--tensorboard writes the epochs of one network and {ENSEMBLE} has none; train a member with it"
        raise click.UsageError(msg)
    is_many = context.params["seeds"] is not None or context.params["search"] is not None
    if network not in NETWORKS:
        for name in ("seeds", "search", "tensorboard"):
            if context.params[name] is not None:
                msg = f"--{name} is for networks that name single digits; leave it out for {network}"
                raise click.UsageError(msg)
    if is_many and network == ENSEMBLE:
        msg = f"--seeds and --search train single networks; of {ENSEMBLE}, --members says how many seeds it has"
        raise click.UsageError(msg)
    if is_many and context.params["tensorboard"] is not None:
        msg = "--tensorboard writes the epochs of one training; leave it out with --seeds and --search"
        raise click.UsageError(msg)
    for name in ("workers", "engine", "address"):
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and not is_many and network != ENSEMBLE:
            msg = f"--{name} is for --seeds, --search and the members of {ENSEMBLE}; leave it out for one training"
            raise click.UsageError(msg)
    if context.params["address"] is not None and context.params["engine"] != "ray":
        msg = "--address is that of a Ray cluster; add --engine ray"
        raise click.UsageError(msg)


def _train(context: click.Context, config: NetworkConfig, places: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import TrainingProgress  # noqa: PLC0415
    from inkdigits.training.registry import TRAINABLE  # noqa: PLC0415

    click.echo(_summary(config), err=True)
    progress = TrainingProgress(config, Console(stderr=True))
    with progress, ends_on_interrupt(context, lambda: _interruption(progress.run)):
        run = TRAINABLE[config.network].train(config, on_progress=progress, **places)
    click.echo(_result(run))
    click.echo(run.path)


def _train_ensemble(context: click.Context, config: TrainConfig, places: dict[str, Any], plan: Plan) -> None:
    from rich.console import Console  # noqa: PLC0415 - heavy, as those below

    from inkdigits.cli.progress import TrainingProgress  # noqa: PLC0415
    from inkdigits.training.experiments.ensemble import train_ensemble  # noqa: PLC0415

    click.echo(f"{ENSEMBLE}: {config.members} networks, seeds from {config.seed} up, answers averaged", err=True)
    console = Console(stderr=True)
    if plan.engine == "serial" and (plan.workers or 1) > 1:
        plan = replace(plan, engine="processes")
    obtain = None if plan.engine == "serial" else functools.partial(obtain_all, plan=plan)
    with ends_on_interrupt(context, "interrupted; the same command goes on from the members' last complete epochs"):
        run = train_ensemble(config, progress=lambda member: TrainingProgress(member, console), obtain=obtain, **places)
    click.echo(_result(run))
    click.echo(run.path)


def _summary(config: NetworkConfig) -> str:
    from inkdigits.training.networks.forest import TREE_COUNT  # noqa: PLC0415 - heavy, as the next one
    from inkdigits.training.registry import TRAINABLE  # noqa: PLC0415

    build = TRAINABLE[config.network].build
    if build is None:
        return f"{FOREST}: {TREE_COUNT} trees of full depth on the 784 raw pixels; one fit, no epochs"
    lines: list[str] = []
    build(seed=config.seed).summary(line_length=76, print_fn=lines.append)
    return "\n".join(lines).rstrip()


def _interruption(run: Run | None) -> str:
    if run is None:
        return "interrupted before training began; nothing was kept"
    checkpoint = run.checkpoint
    done = 0 if checkpoint is None else checkpoint.epoch
    kept = f"epoch {done} of {run.config.epochs} is kept" if done else "no epoch was complete"
    return f"interrupted, {kept}; go on with: inkdigits train --resume {shlex.quote(str(run.path))}"


def _result(run: Run) -> str:
    from inkdigits.training.evaluation.run_metrics import read_evaluation  # noqa: PLC0415 - heavy

    if run.config.network not in NETWORKS:
        loss, epochs = run.metrics["loss"], run.config.epochs
        return f"{run.config.network}: loss {loss:.4f} after {epochs} epochs; `inkdigits export` measures it"
    score = read_evaluation(run).raw
    tutorial = NETWORKS[run.config.network]
    peer = "the tutorial has no such network" if tutorial is None else f"tutorial {100 * tutorial:.2f} %"
    interval = f"95 % interval {100 * score.low:.2f} to {100 * score.high:.2f}"
    return f"{run.config.network}: {100 * score.accuracy:.2f} % of {score.n:,} test digits ({interval}); {peer}"
