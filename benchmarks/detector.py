"""What the detector reads by itself, and with the classifier beside it, on the development sets.

    python benchmarks/detector.py [--data FOLDER] [--out FOLDER] [--model BUNDLE] [--limit N]

Neither lines nor confidence are judged here: a number is the digits that are found, from left to right, with the one
threshold `LEAST`. `handwriting.py` measures the reader itself, which also levels tilted lines and weighs what stands
beside a mark.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from findings import options, state_facts, write_findings
from inkdigits import DigitReader
from inkdigits.models.classifier import Classifier
from inkdigits.models.confidence import combine
from inkdigits.models.detector import Detector
from inkdigits.models.frames import to_frame
from inkdigits.models.peaks import Corners, DetectedMark
from inkdigits.reading.detection.ink_crops import cut_ink
from inkdigits.reading.detection.looks import find_marks, trust
from inkdigits.reading.pictures.decoding import decode
from inkdigits.spec import CLASS_COUNT, UInt8Array
from questions import QUESTIONS, Question
from sets import Item, find_sets, load_set, thin_out
from shares import Share, by_cluster

LEAST = 0.4  # score from which a digit is part of a number
CALLED = 0.5  # score from which a letter counts as called a digit
LEAST_SHARE = 1e-3  # of a label in the detector's answer, as the reader has it
_NOTE = """
Development sets: other people's handwriting, which trains nothing but helps to choose. Numbers and digits: the share
that is right, whatever the confidence. Letters, words, clothes and paper: the share in which a digit is seen.
With classifier: the label is chosen by both networks, the digits by the detector alone."""


@dataclass(frozen=True, kw_only=True)
class Row(Share):
    """The share of a question that the detector gets right, or calls a digit.

    Attributes:
        name: The set and its part.
        counted: What the share counts.
        wanted: The goal, in words.
        both: The same share with the classifier beside the detector.
    """

    name: str
    counted: str
    wanted: str
    both: float


def find_digits(gray: UInt8Array, detector: Detector, *, single: bool) -> list[DetectedMark]:
    """Return the digits of a picture from left to right; the most trusted one where it is known to hold one."""
    marks = [mark for mark in find_marks(gray, detector)[0] if mark.label < CLASS_COUNT]
    if single:
        return sorted(marks, key=trust)[-1:]
    return sorted((mark for mark in marks if mark.score >= LEAST), key=lambda mark: mark.x)


def classify(gray: UInt8Array, marks: Sequence[DetectedMark], detector: Detector, classifier: Classifier) -> str:
    """Return the labels that detector and classifier choose together, weighed as the reader does."""
    boxes = [_corners(mark) for mark in marks]
    labels = []
    for place, mark in enumerate(marks):
        crop = cut_ink(gray, boxes[place], boxes[:place] + boxes[place + 1 :])
        if crop is None:
            labels.append(str(mark.label))
            continue
        seen = np.maximum(mark.probabilities.astype(np.float64), LEAST_SHARE)[np.newaxis]
        said = classifier.predict_proba(to_frame(crop.ink)[np.newaxis, ..., np.newaxis])
        both = combine((said, seen / seen.sum()), detector.info.label_weights[:2])
        labels.append(str(int(both.argmax())))
    return "".join(labels)


def _corners(mark: DetectedMark) -> Corners:
    across, down = mark.width / 2, mark.height / 2
    return mark.x - across, mark.y - down, mark.x + across, mark.y + down


def measure(question: Question, items: Sequence[Item], detector: Detector, classifier: Classifier) -> Row:
    """Answer a question."""
    alone, both = [], []
    for item in items:
        gray = decode(item.data)
        digits = find_digits(gray, detector, single=question.has_labels)
        if question.counts_calls:
            called = any(digit.score >= CALLED for digit in digits)
            alone.append(called)
            both.append(called)
            continue
        wanted = "".join(item.text.split())
        alone.append("".join(str(digit.label) for digit in digits) == wanted)
        both.append(classify(gray, digits, detector, classifier) == wanted)
    share = by_cluster(alone, [item.cluster or item.name for item in items])
    return Row(
        **asdict(share),
        name=question.title,
        counted=question.counted,
        wanted=question.wanted,
        both=float(np.mean(both)),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write where that is asked for."""
    parser = options(__doc__ or "", reads_sets=True)
    parser.add_argument("--limit", type=int, help="pictures of each set at most, evenly spaced")
    chosen = parser.parse_args(arguments)
    detector, classifier = Detector(), DigitReader(chosen.model).classifier
    rows: list[Row] = []
    names = find_sets(chosen.data, [question.name for question in QUESTIONS])
    for question in QUESTIONS:
        if question.name in names and question.title not in {row.name for row in rows if not question.counts_calls}:
            items = [
                item for item in load_set(chosen.data, question.name) if item.part == question.part or not question.part
            ]
            rows.append(measure(question, thin_out(items, chosen.limit), detector, classifier))
    if not rows:
        sys.exit("no development set is here; docs/data.md says where they come from")
    facts = f"detector {detector.info.version}; {state_facts(classifier.info)}"
    table = "\n".join(
        [
            "| set | counted | n | % | 95 % interval | with classifier, % | wanted |",
            "|---|---|---:|---:|---|---:|---|",
            *(
                f"| {row.name} | {row.counted} | {row.n} | {row.cells()} | {100 * row.both:.2f} | {row.wanted} |"
                for row in rows
            ),
            _NOTE,
            "",
            facts,
            "",
        ]
    )
    print(table)
    if chosen.out:
        values = {"detector": detector.info.version, "rows": [asdict(row) for row in rows]}
        write_findings(Path(chosen.out), "detector", table, classifier.info, values)


if __name__ == "__main__":
    main()
