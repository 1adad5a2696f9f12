"""Runs one reader of digits in its own process for `rivals.py`, with tasks and answers as lines of JSON.

    python benchmarks/contestants.py inkdigits|tesseract|rapidocr|rapidocr-line [BUNDLE or COMMAND]

It runs in whatever Python has the reader, so it imports nothing else. Its first line of output names the reader. A
task, {"files": [[path, height], ...], "kind": "single"|"line"|"page"}, is answered by {"seconds", "processor_seconds",
"peak_mb", "answers"}, with an answer {"text", "marks": [[digit, x_min, y_min, x_max, y_max], ...]} per file. Of what a
rival reads, only the digits count.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NOT_INSTALLED = 3  # exit code
Answer = dict[str, Any]
Files = list[tuple[str, int]]
Read = Callable[[Files, str], list[Answer]]
# Tesseract's page segmentation modes: a single character, a line, and text scattered over a page
PAGE_MODES = {"single": "10", "line": "7", "page": "11"}


def start_inkdigits(model: str) -> tuple[str, Read]:
    """Load inkdigits; a single digit is read as one."""
    import inkdigits  # noqa: PLC0415 # only one of the readers is in this Python

    reader = inkdigits.DigitReader(model)

    def read(files: Files, kind: str) -> list[Answer]:
        answers = []
        for path, _ in files:
            reading = (reader.read_digit if kind == "single" else reader.read)(path)
            boxes = [(digit.label, digit.box) for digit in reading.digits if digit.outcome == "digit"]
            marks = [[str(label), box.x_min, box.y_min, box.x_max, box.y_max] for label, box in boxes]
            answers.append({"text": reading.text.replace("\n", ""), "marks": marks})
        return answers

    return f"inkdigits {inkdigits.__version__}, {reader.info.name} {reader.info.version}", read


def start_tesseract(command: str) -> tuple[str, Read]:
    """Find Tesseract's command; it reads all files of a task in one process, digits only, on one thread."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        told = subprocess.run([command, "--version"], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(NOT_INSTALLED)

    def read(files: Files, kind: str) -> list[Answer]:
        with tempfile.TemporaryDirectory() as folder:
            names = Path(folder) / "files.txt"
            names.write_text("".join(f"{path}\n" for path, _ in files))
            words = [command, str(names), "-", "--psm", PAGE_MODES[kind]]
            words += ["-c", "tessedit_char_whitelist=0123456789", "makebox"]
            done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)
        return read_boxes(done.stdout, [height for _, height in files])

    return told.stdout.splitlines()[0], read


def read_boxes(boxes: str, heights: list[int]) -> list[Answer]:
    """Return the answers that Tesseract's box file holds; its rows count from the picture's lower edge.

    >>> read_boxes("7 10 20 15 30 1", [50, 50])[1]
    {'text': '7', 'marks': [['7', 10, 20, 15, 30]]}
    """
    answers: list[Answer] = [{"text": "", "marks": []} for _ in heights]
    for line in boxes.splitlines():
        character, *numbers = line.split(" ")
        if not is_digit(character):
            continue
        x_min, below, x_max, above, page = map(int, numbers)
        mark = [character, x_min, heights[page] - above, x_max, heights[page] - below]
        answers[page]["text"] += character
        answers[page]["marks"].append(mark)
    return answers


def start_rapidocr(_: str) -> tuple[str, Read]:
    """Load RapidOCR; it finds the lines itself."""
    return _start_rapidocr(finds_lines=True)


def start_rapidocr_line(_: str) -> tuple[str, Read]:
    """Load RapidOCR; the picture is taken for one line and read by its recognizer alone."""
    return _start_rapidocr(finds_lines=False)


def _start_rapidocr(*, finds_lines: bool) -> tuple[str, Read]:
    try:
        from rapidocr import RapidOCR  # noqa: PLC0415 # only one of the readers is in this Python
    except ImportError:
        sys.exit(NOT_INSTALLED)
    from importlib.metadata import version  # noqa: PLC0415

    settings = {"EngineConfig.onnxruntime.intra_op_num_threads": 1, "Global.log_level": "error"}
    engine = RapidOCR(params=settings)

    def read(files: Files, kind: str) -> list[Answer]:
        answers: list[Answer] = []
        for path, _ in files:
            if not finds_lines:
                found = engine(path, use_det=False, use_cls=False, use_rec=True)
                answers.append({"text": "".join(filter(is_digit, "".join(found.txts or ()))), "marks": []})
                continue
            found = engine(path)
            boxes = [] if found.boxes is None else found.boxes.tolist()
            lines = list(zip(boxes, found.txts or (), strict=True))
            if kind != "page":  # pieces of one line
                lines.sort(key=lambda line: line[0][0][0])
            marks = [mark for corners, text in lines for mark in place_digits(corners, text)]
            answers.append({"text": "".join(mark[0] for mark in marks), "marks": marks})
        return answers

    return f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}", read


def place_digits(corners: list[tuple[float, float]], text: str) -> list[list[Any]]:
    """Return a mark for each digit of a text, as if its characters were of one width along the line's box.

    >>> place_digits([(0, 0), (30, 0), (30, 10), (0, 10)], "a42")
    [['4', 10, 0, 20, 10], ['2', 20, 0, 30, 10]]
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    marks = []
    for index, character in enumerate(text):
        if not is_digit(character):
            continue
        ends = [index / len(text), (index + 1) / len(text)]
        columns = [a + (b - a) * at for a, b in ((x0, x1), (x3, x2)) for at in ends]
        rows = [a + (b - a) * at for a, b in ((y0, y1), (y3, y2)) for at in ends]
        marks.append([character, round(min(columns)), round(min(rows)), round(max(columns)), round(max(rows))])
    return marks


def is_digit(character: str) -> bool:
    """Return whether a character is one of 0 to 9; "½" and other scripts' digits are none."""
    return character in set("0123456789")


def processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    return time.process_time() + sum(os.times()[2:4])


def peak_mb(*, of_children: bool) -> float:
    """Return the most memory, in megabytes, of this process or of its largest child."""
    status = Path("/proc/self/status")  # what `resource` tells of a new process may be its parent's
    if status.exists() and not of_children:
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    import resource  # noqa: PLC0415 # not on Windows

    peak = resource.getrusage(resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


CONTESTANTS: dict[str, Callable[[str], tuple[str, Read]]] = {
    "inkdigits": start_inkdigits,
    "tesseract": start_tesseract,
    "rapidocr": start_rapidocr,
    "rapidocr-line": start_rapidocr_line,
}


def main() -> None:
    """Answer tasks until there are no more."""
    name, setting = sys.argv[1:3]
    runs, read = CONTESTANTS[name](setting)
    print(json.dumps({"runs": runs}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        start, begun = time.perf_counter(), processor_seconds()
        told: dict[str, Any] = {"answers": read(task["files"], task["kind"])}
        told["seconds"], told["processor_seconds"] = time.perf_counter() - start, processor_seconds() - begun
        told["peak_mb"] = peak_mb(of_children=name == "tesseract")
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
