"""Writes an evaluation as text for people, and as a folder with `metrics.json` and pictures."""

import json
from pathlib import Path

from inkdigits.errors import OutputError
from inkdigits.spec import MISTAKES_FILE, Float32Array
from inkdigits.system.atomic_files import write_in_place
from inkdigits.system.folders import is_file, make_folder
from inkdigits.training.data.mnist import LabeledFrames
from inkdigits.training.evaluation.evaluating import Evaluation, Score, draw_mistakes
from inkdigits.training.evaluation.plots import plot_confusion
from inkdigits.training.evaluation.run_metrics import CONFUSION_FILE
from inkdigits.training.runs.run import CONFIG_FILE, METRICS_FILE

__all__ = ["check_folder", "describe", "write_evaluation"]


def describe(evaluation: Evaluation, title: str) -> str:
    """Return the evaluation as lines of text, without a last line break.

    Args:
        evaluation: What was measured.
        title: The first line.
    """
    lines = [title, "", _score_line("labels as they are", evaluation.raw)]
    if evaluation.corrected is not None and evaluation.removed is not None:
        lines.append(_score_line("10 labels corrected", evaluation.corrected))
        lines.append(_score_line("15 disputed removed", evaluation.removed))
    lines += [f"{'calibration error':<20}{evaluation.calibration_error:8.4f}", ""]
    for label, score in enumerate(evaluation.per_digit):
        lines.append(f"digit {label:<14}       -" if score is None else _score_line(f"digit {label}", score))
    lines += ["", "confusion, a row for each true label:", "     " + "".join(f"{label:>6}" for label in range(10))]
    lines += [f"{label:>5}" + "".join(f"{count:>6}" for count in row) for label, row in enumerate(evaluation.confusion)]
    return "\n".join(lines)


def check_folder(folder: Path) -> None:
    """Refuse a run's own folder, whose files have the names of an evaluation's.

    Args:
        folder: Where an evaluation is to be written; it need not be there yet.

    Raises:
        OutputError: It is the folder of a run.
    """
    if is_file(folder / CONFIG_FILE):
        msg = f"{folder}: expected another folder than a run's, whose own {METRICS_FILE} would be lost; change --out"
        raise OutputError(msg)


def write_evaluation(
    evaluation: Evaluation, answers: tuple[LabeledFrames, Float32Array], folder: Path, *, title: str
) -> list[Path]:
    """Write `metrics.json`, `confusion-matrix.png` and, with a mistake to show, `mistakes.png`.

    Args:
        evaluation: What was measured.
        answers: The n labeled digits and the probabilities for them, float32 of shape (n, 10).
        folder: Made when missing.
        title: Above the pictures.

    Returns:
        The files that were written.

    Raises:
        OutputError: A file cannot be written, or the folder is a run's.
    """
    check_folder(folder)
    make_folder(folder)
    text = json.dumps(evaluation.to_json(), indent=2) + "\n"
    write_in_place(folder / METRICS_FILE, lambda path: path.write_text(text, encoding="utf-8"))
    heading = f"{title}: {100 * evaluation.raw.accuracy:.2f} % of {evaluation.raw.n:,}"
    plot_confusion(evaluation.confusion_matrix, folder / CONFUSION_FILE, title=heading)
    has_mistakes = draw_mistakes(*answers, folder / MISTAKES_FILE, name=title) > 0
    names = (METRICS_FILE, CONFUSION_FILE, *([MISTAKES_FILE] if has_mistakes else []))
    return [folder / name for name in names]


def _score_line(name: str, score: Score) -> str:
    share = f"{100 * score.accuracy:7.2f} %  {score.correct:>6,} of {score.n:>6,}"
    return f"{name:<20}{share}  95 % interval {100 * score.low:6.2f} to {100 * score.high:6.2f}"
