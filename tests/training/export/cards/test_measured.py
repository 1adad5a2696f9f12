"""A bundle's card is measured and written anew: the same twice but for the times, and nothing else changes."""

import dataclasses
import re
import shutil
from pathlib import Path

import cv2
import pytest

pytest.importorskip("keras")

from inkdigits.errors import BundleError, OutputError
from inkdigits.models.bundle import find_bundle, read_bundle
from inkdigits.models.metadata import BundleInfo, ErrorBudget
from inkdigits.training.benchmarking.measuring import Effort, Measured
from inkdigits.training.benchmarking.speed import Patience
from inkdigits.training.export.bundle_writing import BundleName
from inkdigits.training.export.cards.changelog import Version, describe_version, write_entry
from inkdigits.training.export.cards.confidence import describe_confidence
from inkdigits.training.export.cards.measured import measure_bundle, read_carded, renew_card
from inkdigits.training.export.cards.model_card import write_card
from inkdigits.training.export.classifier import export_bundle
from support.build_tiny_model import build_tiny_bundle
from support.small_runs import finished_run

pytestmark = pytest.mark.train

SMALL = Effort(every=20, every_harmed=500, patience=Patience(loads=1, singles=5, batches=1))


def renew(folder: Path, effort: Effort) -> Measured:
    bundle = read_carded(folder)
    measured = measure_bundle(bundle, effort)
    renew_card(bundle, measured)
    return measured


@pytest.fixture(scope="module")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Measured]:
    folder = export_bundle(finished_run().path, tmp_path_factory.mktemp("cards"), BundleName("tiny", "2.1.0"))
    return folder, renew(folder, SMALL)


@pytest.mark.parametrize(
    "config", [{}, {"epochs": 3}, {"network": "no-such"}, {"network": []}, {"network": "mlp", "epochs": 0}, None, 3]
)
def test_a_recipe_that_cannot_be_is_refused(config: object) -> None:
    info = BundleInfo("odd", "1.0.0", 1, training={"config": config}, metrics={"trained_on": 9})
    with pytest.raises(BundleError, match=r"odd: expected .*config.* export the run again"):
        write_card(info)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (None, "4,998 of the 5,000 validation digits; two plainly mislabeled ones left out (docs/decisions/0006)"),
        ("my.npz", "pictures: 4,998 of them"),
    ],
)
def test_the_card_tells_which_digits_set_the_confidence(data: str | None, told: str) -> None:
    metrics = {"calibration": {"counts": {"frames": 4_998, "pictures": 4_990}}}
    info = BundleInfo("mine", "1.0.0", 1, 1.5, -0.5, training={"config": {"data": data}}, metrics=metrics)
    assert told in " ".join(describe_confidence(info).split())


def test_the_card_tells_of_twins() -> None:
    counts = {"frames": 4_998, "pictures": 4_990, "twins": 2, "frames_of_twins": 19_996}
    budget = ErrorBudget(0.001, 0.98, 0.975, 0.945, 0.002)
    training = {"config": {"data": None}}
    info = BundleInfo("mine", "1.0.0", 1, 1.5, -0.5, training=training, metrics={"calibration": {"counts": counts}})
    told = " ".join(describe_confidence(dataclasses.replace(info, budgets=(budget,))).split())
    assert "What 2 twins, runs of the same recipe, said of 19,996 training digits that they held out counts" in told


@pytest.mark.parametrize("training", [{}, {"environment": 3}, {"environment": {"python": "3.11"}}])
def test_a_bundle_that_does_not_tell_where_it_was_trained_is_refused(training: dict[str, object]) -> None:
    info = BundleInfo("odd", "1.0.0", 1, training={"config": {"network": "mlp"}, **training}, metrics={"trained_on": 9})
    with pytest.raises(BundleError, match=r"odd: expected a model.json that tells the environment .* export the run"):
        write_card(info)


def without_times(card: str) -> str:
    return re.sub(r"### Size and speed\n.*?###", "", card, flags=re.DOTALL)


def test_the_card_has_every_figure_and_the_mistakes(renewed: tuple[Path, Measured]) -> None:
    folder, measured = renewed
    card = (folder / "README.md").read_text(encoding="utf-8")
    flat = " ".join(card.split())
    raw = measured.evaluation.raw
    for words in (
        f"| labels as they are | {100 * raw.accuracy:.2f} | {100 * raw.low:.2f} to {100 * raw.high:.2f} | 500 |",
        "| 15 disputed digits removed |",
        f"of the confidence: {measured.calibrated_error:.4f}",
        "of the 95 % most confident",
        "| stroke width | 0.4 to 2 |",
        f"the mean of all is {100 * measured.mean_robustness:.2f} %",
        f"{measured.model.size_bytes:,} bytes. One frame takes",
        "Medians, on",
        f"{raw.n - raw.correct} of 500 digits are read wrong",
        "(mistakes.png)",
        "## Limits - Of ten kinds of harm it stands the least: ",
    ):
        assert words in flat, words
    assert max(len(line) for line in card.splitlines() if not line.startswith(("|", "!"))) <= 100
    assert str(folder.parent) not in card
    picture = cv2.imread(str(folder / "mistakes.png"))
    assert picture is not None
    read_bundle(folder)


@pytest.mark.slow
def test_twice_is_the_same_but_for_the_times(renewed: tuple[Path, Measured]) -> None:
    folder, _ = renewed
    names = ("model.onnx", "model.json", "mistakes.png")
    before = {name: (folder / name).read_bytes() for name in names}
    card = (folder / "README.md").read_text(encoding="utf-8")
    renew(folder, SMALL)
    assert {name: (folder / name).read_bytes() for name in names} == before
    assert without_times((folder / "README.md").read_text(encoding="utf-8")) == without_times(card)


def test_without_mistakes_there_is_no_picture(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(find_bundle("tutorial"), tmp_path / "tutorial"))
    renew(folder, Effort(every=31, every_harmed=5_000, patience=SMALL.patience))  # 323 digits, all of them right
    assert not (folder / "mistakes.png").exists()
    assert "0 of 323 digits are read wrong" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_bundle_without_a_recipe_is_refused_before_it_is_measured(tmp_path: Path) -> None:
    folder = build_tiny_bundle(tmp_path / "tiny")
    before = (folder / "README.md").read_bytes()
    with pytest.raises(BundleError, match=r"tiny: expected a model\.json that tells the run's config"):
        read_carded(folder)
    assert (folder / "README.md").read_bytes() == before


def test_an_unmeasured_card_says_how_to_measure() -> None:
    card = write_card(read_bundle("tutorial").info)
    assert "`inkdigits card` on this folder adds them" in " ".join(card.split())


@pytest.mark.slow
def test_an_entry_tells_data_figures_and_what_changed(renewed: tuple[Path, Measured]) -> None:
    folder, measured = renewed
    new = Version(read_bundle(folder).info, measured)
    better = read_bundle("tutorial")
    old = Version(better.info, measure_bundle(better, SMALL))
    text = " ".join(describe_version(new, old).split())
    wrong, less = (int((~version.measured.is_right).sum()) for version in (new, old))
    assert "small.npz" in text
    assert "seed 7" in text
    assert f"- Worse: mistakes on MNIST test {less} -> {wrong} (" in text or f"; mistakes on MNIST test {less}" in text
    assert "ms" not in text.split("parameters")[1]  # no times: they belong to a machine
    turned = " ".join(describe_version(old, new).split())
    assert f"- Better than tiny 2.1.0: mistakes on MNIST test {wrong} -> {less} (" in turned
    assert describe_version(new, None) == "\n".join(
        describe_version(new, old).split("\n- Better")[0].split("\n- Worse")[:1]
    )


def test_comparing_a_bundle_with_itself_finds_nothing_better(renewed: tuple[Path, Measured]) -> None:
    folder, measured = renewed
    same = Version(read_bundle(folder).info, measured)
    text = describe_version(same, same)
    assert "- As before: mistakes on MNIST test" in text
    assert "Better" not in text
    assert "Worse" not in text


def test_an_entry_goes_on_top_and_is_replaced_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Weights\n\nIntroduction.\n\n## fast 1.0.0\n\n- By hand.\n", encoding="utf-8")
    write_entry(path, "fast 1.1.0", "- One.")
    page = path.read_text(encoding="utf-8")
    assert page == (
        "# Weights\n\nIntroduction.\n\n## fast 1.1.0\n\n<!-- measured:fast 1.1.0 -->\n- One.\n<!-- /measured -->\n"
        "\n## fast 1.0.0\n\n- By hand.\n"
    )
    path.write_text(page.replace("<!-- /measured -->\n", "<!-- /measured -->\n\nWhy it was made.\n"), encoding="utf-8")
    write_entry(path, "fast 1.1.0", r"- Two \1.")
    assert path.read_text(encoding="utf-8") == page.replace("- One.", r"- Two \1.").replace(
        "<!-- /measured -->\n", "<!-- /measured -->\n\nWhy it was made.\n"
    )


def test_a_changelog_without_entries_gets_its_first(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Weights\n", encoding="utf-8")
    write_entry(path, "mine 1.0.0", "- One.")
    assert path.read_text(encoding="utf-8").endswith(
        "# Weights\n\n## mine 1.0.0\n\n<!-- measured:mine 1.0.0 -->\n- One.\n<!-- /measured -->\n"
    )


def test_a_changelog_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="expected a changelog in Markdown"):
        write_entry(tmp_path / "none.md", "mine 1.0.0", "- One.")
