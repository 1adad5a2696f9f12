"""What a comparison trains, takes over and resumes, and what its table says: checked with numbers made by hand."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("keras")

from inkdigits.errors import OutputError, RunError
from inkdigits.training.config.classifier import FOREST, NETWORKS, TrainConfig, make_config
from inkdigits.training.evaluation.run_metrics import read_evaluation
from inkdigits.training.experiments.comparison import Compared, compare, plan_runs
from inkdigits.training.experiments.comparison_report import HEADINGS, table_rows, write_report
from inkdigits.training.runs.progress import Listener, StepReport
from inkdigits.training.runs.run import EpochRow, Run, find_runs
from support.small_runs import finished_run

pytestmark = pytest.mark.train

ENVIRONMENT = {
    "python": "3.11.7",
    "system": "Linux x86_64",
    "processor": "a processor",
    "threads": 2,
    "packages": {"keras": "3.15.1"},
}


def _compared(network: str, accuracies: Sequence[float], **changes: float | None) -> Compared:
    values = {"parameters": 7_850, "seconds_per_epoch": 1.25, "fit_seconds": 12.5, **changes}
    tutorial = NETWORKS[network]
    seeds = tuple(range(7, 7 + len(accuracies)))
    return Compared(
        network,
        tutorial,
        tuple(accuracies),
        seeds=seeds,
        trained_on=60_000,
        environments=(ENVIRONMENT,),
        **values,  # type: ignore[arg-type]
    )


def test_a_plan_is_every_network_with_every_seed() -> None:
    plan = plan_runs(["mlp", FOREST, "mlp"], seeds=2, epochs=3)
    assert plan == (
        TrainConfig(network="mlp", seed=7, epochs=3),
        TrainConfig(network="mlp", seed=8, epochs=3),
        TrainConfig(network=FOREST, seed=7),
        TrainConfig(network=FOREST, seed=8),
    )
    assert plan_runs(["softmax"], seeds=1) == (TrainConfig(network="softmax"),)
    assert plan_runs(["fast"], seeds=1) == (make_config("fast"),)  # by its own recipe


@pytest.mark.parametrize(("networks", "seeds"), [([], 5), (["mlp"], 0), (["resnet"], 1), (["ensemble"], 3)])
def test_a_plan_of_nothing_is_an_error(networks: list[str], seeds: int) -> None:
    with pytest.raises(RunError, match="expected"):
        plan_runs(networks, seeds=seeds)


def test_mean_spread_and_best_are_those_of_the_seeds() -> None:
    entry = _compared("mlp", [0.98, 0.982, 0.987])
    assert entry.mean == pytest.approx(0.983)
    assert entry.deviation == pytest.approx(0.00360555)  # divided by n - 1
    assert entry.best == 0.987
    assert _compared("mlp", [0.98]).deviation is None


def test_the_table_says_percent_and_leaves_out_what_is_not_there() -> None:
    forest = _compared(FOREST, [0.97], parameters=None, seconds_per_epoch=None)
    assert table_rows([_compared("mlp", [0.98, 0.99]), forest]) == [
        ("mlp", "98.17", "98.50", "0.71", "99.00", "2", "7,850", "1.2"),
        (FOREST, "-", "97.00", "-", "97.00", "1", "-", "-"),
    ]
    assert len(HEADINGS) == 8


def test_the_report_is_three_files(tmp_path: Path) -> None:
    compared = [_compared("softmax", [0.92, 0.93]), _compared("mlp", [0.98, 0.982])]
    write_report(compared, tmp_path / "out", command="inkdigits compare --seeds 2")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["comparison.csv", "comparison.md", "comparison.png"]
    text = (tmp_path / "out" / "comparison.md").read_text()
    assert "| mlp | 98.17 | 98.10 | 0.14 | 98.20 | 2 | 7,850 | 1.2 |" in text
    assert "`inkdigits compare --seeds 2`" in text
    assert text.count("a processor, 2 threads, Linux x86_64; Python 3.11.7, keras 3.15.1") == 1
    with (tmp_path / "out" / "comparison.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["network"], row["seed"], row["accuracy"]) for row in rows] == [
        ("softmax", "7", "0.92"),
        ("softmax", "8", "0.93"),
        ("mlp", "7", "0.98"),
        ("mlp", "8", "0.982"),
    ]


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="--out"):
        write_report([_compared("softmax", [0.9])], tmp_path / "file", command="")


def test_a_finished_run_is_not_trained_again() -> None:
    run = finished_run()
    (entry,) = compare([run.classifier_config], runs=run.path.parent, progress=_fail)
    assert entry.accuracies == (read_evaluation(run).raw.accuracy,)
    assert entry.parameters == 59_933
    assert entry.seconds_per_epoch == pytest.approx(sum(row.seconds for row in run.history) / 2)
    assert entry.environments == (run.environment,)


def _fail(config: TrainConfig) -> "contextmanager[Listener]":  # type: ignore[valid-type]
    msg = f"{config} was trained again"
    raise AssertionError(msg)


def test_what_is_missing_is_trained_and_what_was_interrupted_goes_on(tmp_path: Path) -> None:
    data = finished_run().classifier_config.data
    configs = [TrainConfig(network="softmax", data=data, epochs=2, seed=seed) for seed in (7, 8)]
    epochs: list[tuple[int, int]] = []
    stops = iter([True])

    @contextmanager
    def listen(config: TrainConfig) -> Iterator[Listener]:
        def hear(report: Run | StepReport | EpochRow) -> None:
            if isinstance(report, EpochRow):
                epochs.append((config.seed, report.epoch))
                if config.seed == 8 and next(stops, False):
                    raise KeyboardInterrupt

        yield hear

    with pytest.raises(KeyboardInterrupt):
        compare(configs, runs=tmp_path, progress=listen)
    (entry,) = compare(configs, runs=tmp_path, progress=listen)
    assert epochs == [(7, 1), (7, 2), (8, 1), (8, 2)]
    assert len(entry.accuracies) == len(find_runs(tmp_path)) == 2
    assert entry.fit_seconds > 0
