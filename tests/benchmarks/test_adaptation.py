"""What adapting gains is counted on digits that it did not see, writer by writer."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("scipy")
pytest.importorskip("matplotlib")

from adaptation import Interval, Row, plot, to_markdown
from hands import load_hands
from inkdigits.reading.recognition.recognizer import Recognizer
from inkdigits.training.data.mnist import load_mnist
from support.benchmark_runs import run_benchmark, write_set
from support.drawing import write

NUMBERS = [f"{number}" for number in range(20, 45)]


def row(name: str, count: int, gain: float, writers: int = 1) -> Row:
    found = Interval(gain, gain - 1, gain + 1)
    return Row(name, writers, count, 200.0, 90.0, found, 96.0, Interval(0.0, -0.5, 0.5), 1, 3, 0.04)


def test_numbers_are_cut_into_digits_and_doubtful_ones_are_left_out(tmp_path: Path) -> None:
    pictures = [cv2.imencode(".png", write([text]).picture)[1].tobytes() for text in NUMBERS]
    texts = ["123", *NUMBERS[1:]]  # of the first, another count of digits is found
    rows = [
        {"file": f"{at}.png", "text": text, "written": text, "kind": "number", "page": "1", "row": "", "col": ""}
        for at, text in enumerate(texts)
    ]
    write_set(tmp_path, "mark_sheets", rows, pictures)
    (hand,) = load_hands(tmp_path, Recognizer("fast"))
    assert hand.name == "mark_sheets, page 1"
    assert hand.labels.tolist() == [int(digit) for text in NUMBERS[1:] for digit in text]
    assert np.bincount(hand.group).tolist() == [2] * (len(NUMBERS) - 1)  # the digits of a number stay together
    together = hand.others.argmax(axis=1) == hand.labels
    assert together.mean() > 0.8
    assert (hand.weight > 0).all()


def test_a_writer_of_few_digits_has_no_row(tmp_path: Path) -> None:
    picture = cv2.imencode(".png", write(["7"]).picture)[1].tobytes()
    rows = [{"file": f"{at}.png", "label": "7", "writer": "w"} for at in range(20)]
    write_set(tmp_path, "pen_on_forms", rows, [picture] * 20)
    assert load_hands(tmp_path, Recognizer("fast")) == []


def test_the_table_has_gains_with_their_intervals_and_the_plot_a_line_for_each_writer(tmp_path: Path) -> None:
    rows = [row("one", 30, 0.0), row("one", 100, 2.5), row("several", 30, -0.5, writers=4)]
    table = to_markdown(rows, "facts.")
    gains = "90.00 | 92.50 | +2.50 (+1.5 to +3.5) | 96.00 | 96.00 | +0.00 (-0.5 to +0.5)"
    assert f"| one | 100 | 200 | {gains} | 1 of 3 | 0.04 |" in table
    assert "| several, 4 writers | 30 |" in table
    plot(rows, tmp_path / "plot.png")
    assert cv2.imread(str(tmp_path / "plot.png")) is not None


@pytest.mark.slow
def test_the_script_adapts_to_some_digits_and_names_the_others(tmp_path: Path) -> None:
    digits = load_mnist().validation
    rows = [{"file": f"{at}.png", "label": f"{digits.y[at]}", "writer": "w"} for at in range(60)]
    pictures = [cv2.imencode(".png", 255 - frame)[1].tobytes() for frame in digits.x[:60]]
    write_set(tmp_path, "pen_on_forms", rows, pictures)
    words = ["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--model", "fast"]
    told = run_benchmark("benchmarks/adaptation.py", *words)
    assert "| pen_on_forms w | 30 | 30 |" in told
    assert "| pen_on_forms w | 100 |" not in told
    assert (tmp_path / "out" / "adaptation.md").read_text(encoding="utf-8") + "\n" == told
    assert (tmp_path / "out" / "adaptation.png").is_file()
