"""Parses and checks what a model's `model.json` says."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeGuard, TypeVar, get_args

from inkdigits.errors import BundleError
from inkdigits.models.answer_confidence import DIGIT_COLUMNS, LINE_COLUMNS
from inkdigits.spec import BUNDLE_FORMAT, DETECTOR_FORMAT, LINE_RECOGNIZER_FORMAT

__all__ = [
    "BundleInfo",
    "DetectorInfo",
    "ErrorBudget",
    "LineRecognizerInfo",
    "ModelMetadata",
    "Per",
    "PictureBudget",
    "parse_bundle_info",
    "parse_detector_info",
    "parse_line_recognizer_info",
]

Per = Literal["digit", "line"]  # what a budget of pictures counts


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """A share of wrong answers that can be promised, and what the promise costs; how it was found: `docs/decisions`.

    Attributes:
        max_error: Most wrong digits among those answered, 0 to 1, with a confidence of 95 %.
        unsure_below: Confidence, 0 to 1, under which a digit has to be called unsure for that.
        coverage: Share of held-out frames answered then, 0 to 1: neither unsure nor rejected as no digit.
        picture_coverage: Share answered of pictures of the same digits with rough pens, paper, light and cameras.
        picture_error: The same bound on those pictures; above `max_error` where the promise is for clean frames only.
    """

    max_error: float
    unsure_below: float
    coverage: float
    picture_coverage: float
    picture_error: float

    @property
    def holds_on_pictures(self) -> bool:
        """Whether the promise is for rough pictures, too, and not for clean frames only."""
        return self.picture_error <= self.max_error


@dataclass(frozen=True, slots=True)
class PictureBudget:
    """A share of wrong answers that can be promised of pictures of handwriting, and what the promise costs.

    Attributes:
        per: What is counted: "digit", or "line" for the string of a whole line.
        max_error: Most wrong ones among those answered, 0 to 1, with a confidence of 95 %.
        unsure_below: Confidence of a digit or line, 0 to 1, under which it has to be called unsure for that.
        coverage: Share answered of numbers of held-out writers, as scanned, 0 to 1.
        error: Upper bound of the share that is wrong among these, 0 to 1.
        rough_coverage: Share answered of the same numbers with other slants, pens, light, blur and neighbors.
        rough_error: The bound on these; above `max_error` where the promise is for numbers as scanned only.
    """

    per: Per
    max_error: float
    unsure_below: float
    coverage: float
    error: float
    rough_coverage: float
    rough_error: float

    @property
    def holds_on_rough(self) -> bool:
        """Whether the promise is for rough pictures, too."""
        return self.rough_error <= self.max_error


@dataclass(frozen=True, slots=True)
class ModelMetadata:
    """What every model's `model.json` says.

    Attributes:
        name: Name of the model, as its folder is called.
        version: Version of the weights, for example "1.0.0".
        parameters: Trained numbers in the network.
        training: How it was trained: settings and environment.
        metrics: What was measured, by name.
        format: Version of this form of folder; each kind of model counts its own.
    """

    name: str
    version: str
    parameters: int
    training: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    metrics: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    format: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class BundleInfo(ModelMetadata):
    """What a reading bundle's `model.json` says, beside what every model's says.

    Attributes:
        confidence_slope: Of `confidence.confidences`, above 0; 1 and an offset of 0 leave the network's own answer.
        confidence_offset: Of `confidence.confidences`.
        unsure_below: Confidence, 0 to 1, under which a digit is called unsure when no budget is asked for.
        budgets: Shares of wrong answers that can be promised, the strictest first; empty when none was fitted.
    """

    confidence_slope: float = 1.0
    confidence_offset: float = 0.0
    unsure_below: float = 0.5
    budgets: tuple[ErrorBudget, ...] = ()
    format: int = field(default=BUNDLE_FORMAT, kw_only=True)


@dataclass(frozen=True, slots=True)
class LineRecognizerInfo(ModelMetadata):
    """What the line recognizer's `model.json` says: no more than every model's."""

    format: int = field(default=LINE_RECOGNIZER_FORMAT, kw_only=True)


BudgetT = TypeVar("BudgetT", ErrorBudget, PictureBudget)

_LARGEST = 1e300  # of any number in it; what is larger is none
# how many numbers they have
_WEIGHTS = {
    "label_weights": 3,
    "digit_weights": 7,
    "lone_label_weights": 3,
    "lone_digit_weights": 7,
    "right_weights": DIGIT_COLUMNS,
    "lone_right_weights": DIGIT_COLUMNS,
    "line_weights": LINE_COLUMNS,
    "frame_weights": 2,
}


@dataclass(frozen=True, slots=True)
class DetectorInfo(ModelMetadata):
    """What the detector's `model.json` says, beside what every model's says.

    Attributes:
        label_weights: Of `confidence.combine`.
        digit_weights: Of `confidence.judge_digits`.
        lone_label_weights: Like `label_weights`, of marks about which the line recognizer was not asked.
        lone_digit_weights: Like `digit_weights`, of such marks.
        right_weights: Of `answer_confidence.AnsweredDigits`: how surely a digit is right.
        lone_right_weights: Like `right_weights`, of marks about which the line recognizer was not asked; 1 and zeros
            leave the probability of the label.
        line_weights: Of `answer_confidence.AnsweredLines`: how surely the string of a line is right.
        frame_weights: Of `confidence.judge_frame_scores`.
        reject_below: Probability of being a digit, 0 to 1, under which a mark is not a digit.
        doubt_below: Probability under which a mark may be no digit, so that its digit is unsure; `reject_below` or
            more. In pictures a label is unsure under it, too.
        doubt_line_below: Confidence of a line, 0 to 1, under which its weakest digit is unsure when no budget is asked
            for.
        budgets: Shares of wrong answers that can be promised of pictures, for each `per` the strictest first.
    """

    label_weights: tuple[float, ...]
    digit_weights: tuple[float, ...]
    lone_label_weights: tuple[float, ...]
    lone_digit_weights: tuple[float, ...]
    right_weights: tuple[float, ...]
    lone_right_weights: tuple[float, ...]
    line_weights: tuple[float, ...]
    frame_weights: tuple[float, ...]
    reject_below: float
    doubt_below: float
    doubt_line_below: float
    budgets: tuple[PictureBudget, ...] = ()
    format: int = field(default=DETECTOR_FORMAT, kw_only=True)


def parse_bundle_info(path: Path, data: bytes) -> BundleInfo:
    """Return what a bundle's `model.json` says.

    Args:
        path: Where it lies, for messages.
        data: Its bytes.

    Raises:
        BundleError: It is no JSON object, of another format, or says what cannot be.
    """
    values = _parse_object(path, data, BundleInfo, BUNDLE_FORMAT)
    info = BundleInfo(**{**values, "budgets": _parse_budgets(path, values["budgets"], ErrorBudget)})
    _check_policy(path, info)
    return info


def parse_line_recognizer_info(path: Path, data: bytes) -> LineRecognizerInfo:
    """Return what the line recognizer's `model.json` says.

    Args:
        path: Where it lies, for messages.
        data: Its bytes.

    Raises:
        BundleError: It is no JSON object, or of another format.
    """
    return LineRecognizerInfo(**_parse_object(path, data, LineRecognizerInfo, LINE_RECOGNIZER_FORMAT))


def parse_detector_info(path: Path, data: bytes) -> DetectorInfo:
    """Return what the detector's `model.json` says.

    Args:
        path: Where it lies, for messages.
        data: Its bytes.

    Raises:
        BundleError: It is no JSON object, of another format, or says what cannot be.
    """
    values = _parse_object(path, data, DetectorInfo, DETECTOR_FORMAT)
    for name, count in _WEIGHTS.items():
        values[name] = tuple(values[name]) if isinstance(values[name], list) else ()
        if len(values[name]) != count or not all(map(_is_number, values[name])):
            msg = f"{path}: expected {count} numbers as {name}, found {values[name]}; export the model again"
            raise BundleError(msg)
    limits = [values["reject_below"], values["doubt_below"], values["doubt_line_below"]]
    are_shares = all(_is_number(limit) and 0 <= limit <= 1 for limit in limits)
    if not are_shares or limits[0] > limits[1]:
        msg = f"{path}: expected limits from 0 to 1, doubt no less than rejection, found {limits}; export it again"
        raise BundleError(msg)
    return DetectorInfo(**{**values, "budgets": _parse_budgets(path, values["budgets"], PictureBudget)})


def _parse_object(path: Path, data: bytes, form: type[ModelMetadata], version: int) -> dict[str, Any]:
    """Return the values by name; refuse what is no JSON object of this format with exactly the names of `form`."""
    try:
        values = json.loads(data)
        found = values.get("format")
    except (ValueError, AttributeError, RecursionError) as error:
        msg = f"{path}: expected a JSON object, {error}; export the model again"
        raise BundleError(msg) from error
    if found != version:
        msg = f"{path}: expected format {version}, found {found}; update inkdigits or export the model again"
        raise BundleError(msg)
    names = {entry.name for entry in fields(form)}
    if set(values) != names:
        msg = f"{path}: expected the keys {sorted(names)}, found {sorted(values)}; export the model again"
        raise BundleError(msg)
    return dict(values)


def _parse_budgets(path: Path, rows: object, form: type[BudgetT]) -> tuple[BudgetT, ...]:
    names = {entry.name for entry in fields(form)}
    is_table = isinstance(rows, list) and all(isinstance(row, dict) and set(row) == names for row in rows)
    table: list[dict[str, Any]] = rows if isinstance(rows, list) and is_table else [{}]
    shares = [value for row in table for name, value in row.items() if name != "per"]
    are_known = is_table and all(row.get("per", "line") in get_args(Per) for row in table)
    are_shares = all(_is_number(value) and 0 <= value <= 1 for value in shares)
    budgets = tuple(form(**row) for row in table) if are_known and are_shares else ()
    if not (are_known and are_shares and _is_stricter_first(budgets)):
        msg = (
            f"{path}: expected budgets of shares {sorted(names)}, the strictest first, found {rows!r}; export it again"
        )
        raise BundleError(msg)
    return budgets


def _is_stricter_first(budgets: Sequence[ErrorBudget | PictureBudget]) -> bool:
    pairs = [pair for pair in itertools.pairwise(budgets) if _find_per(pair[0]) == _find_per(pair[1])]
    return all(one.max_error < two.max_error and one.unsure_below >= two.unsure_below for one, two in pairs)


def _find_per(budget: ErrorBudget | PictureBudget) -> Per | None:
    return budget.per if isinstance(budget, PictureBudget) else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and abs(value) <= _LARGEST  # also of a whole number that is no float


def _check_policy(path: Path, info: BundleInfo) -> None:
    values = (info.confidence_slope, info.confidence_offset, info.unsure_below)
    if not (all(_is_number(value) for value in values) and values[0] > 0 and 0 <= values[2] <= 1):
        expected = "a confidence_slope above 0, a finite confidence_offset and unsure_below from 0 to 1"
        msg = f"{path}: expected {expected}, found {values}; export it again"
        raise BundleError(msg)
