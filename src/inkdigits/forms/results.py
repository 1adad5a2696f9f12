"""Defines what the reading of a form is made of: frozen, plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from inkdigits.results import Band, Box
from inkdigits.results.bands import find_band

__all__ = ["Author", "CellOutcome", "CellReading", "FieldOutcome", "FieldReading", "FormReading", "worst"]

CellOutcome = Literal["digit", "unsure", "empty", "crossed"]
FieldOutcome = Literal["sure", "doubtful", "failed"]
Author = Literal["reader", "person"]
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class CellReading:
    """One cell.

    Attributes:
        box: Where it is in the scan, pixels.
        outcome: "digit", "unsure", "empty", or "crossed": ink that is no digit.
        label: The likeliest digit, 0 to 9; None where none was seen.
        confidence: Probability, 0 to 1, that the label is right, or that the cell is what its outcome says.
        probabilities: Of each digit, if it is one; 10 values that sum to 1, or none.
    """

    box: Box
    outcome: CellOutcome
    label: int | None = None
    confidence: float = 1.0
    probabilities: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field.

    Attributes:
        name: Of its column.
        text: What it says, with the signs of its pattern; "?" for an unsure digit; "" when nothing is written.
        outcome: "sure", "doubtful", or "failed" when its page is missing.
        confidence: Probability, 0 to 1, that the whole text is right.
        reason: Why it is doubtful or failed; None when it is sure.
        box: Where it is in the scan, pixels; None when its page is missing.
        cells: From left to right; none for digits on a line.
        guess: The likeliest text, without "?"; what a person is shown to correct.
        proposal: The one text that would make a broken rule hold; never taken by itself.
        by: Who says so: "person" for a text that was corrected or confirmed on the review page, whose confidence is 1.
    """

    name: str
    text: str
    outcome: FieldOutcome
    confidence: float
    reason: str | None = None
    box: Box | None = None
    cells: tuple[CellReading, ...] = ()
    guess: str = ""
    proposal: str | None = None
    by: Author = "reader"

    @property
    def band(self) -> Band:
        """The band of its confidence: how many fields that are as sure should be right, at least."""
        return find_band(self.confidence)

    def to_dict(self) -> dict[str, object]:
        """Return the field as plain values that JSON can hold."""
        return {
            "text": self.text,
            "outcome": self.outcome,
            "confidence": round(self.confidence, _DECIMALS),
            "reason": self.reason,
            "guess": self.guess,
            "proposal": self.proposal,
            "by": self.by,
            "box": None if self.box is None else _corners(self.box),
            "cells": [
                {
                    "box": _corners(cell.box),
                    "outcome": cell.outcome,
                    "label": cell.label,
                    "confidence": round(cell.confidence, _DECIMALS),
                }
                for cell in self.cells
            ],
            "band": self.band,
        }

    @classmethod
    def from_dict(cls, name: str, values: Mapping[str, Any]) -> Self:
        """Return the field that `to_dict` gave; without the probabilities of its cells' other digits.

        Args:
            name: Of its column.
            values: From `to_dict`.
        """
        cells = tuple(
            CellReading(Box(*cell["box"]), cell["outcome"], cell["label"], cell["confidence"])
            for cell in values["cells"]
        )
        box = None if values["box"] is None else Box(*values["box"])
        own = {key: values[key] for key in ("text", "outcome", "confidence", "reason", "guess", "proposal")}
        return cls(name, **own, box=box, cells=cells, by=values.get("by", "reader"))


@dataclass(frozen=True, slots=True)
class FormReading:
    """One page of a form.

    Attributes:
        form: Name of the template.
        page: Number of the form's page, from 1.
        fields: Of that page, in the template's order.
        turn: By how many degrees the scan is turned against the page, about -180 to 180, by the clock.
        dpi: Resolution of the scan, dots per inch.
        match: How well the page's print was found, 0 to 1.
        model: Name and version of the bundle that read it.
    """

    form: str
    page: int
    fields: tuple[FieldReading, ...]
    turn: float
    dpi: float
    match: float
    model: str

    @property
    def outcome(self) -> FieldOutcome:
        """The outcome of the page: that of its worst field."""
        return worst(field.outcome for field in self.fields)

    def __getitem__(self, name: str) -> FieldReading:
        """Return the field of a name.

        Raises:
            KeyError: There is none on this page.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    def to_dict(self) -> dict[str, object]:
        """Return the reading as plain values that JSON can hold."""
        return {
            "form": self.form,
            "form_page": self.page,
            "outcome": self.outcome,
            "turn": round(self.turn, 2),
            "dpi": round(self.dpi, 1),
            "match": round(self.match, 4),
            "fields": {field.name: field.to_dict() for field in self.fields},
            "model": self.model,
        }


def worst(outcomes: Iterable[FieldOutcome]) -> FieldOutcome:
    """Return the worst of some outcomes; "sure" of none."""
    found = set(outcomes)
    return "failed" if "failed" in found else "doubtful" if "doubtful" in found else "sure"


def _corners(box: Box) -> list[int]:
    return [box.x_min, box.y_min, box.x_max, box.y_max]
