"""Puts what a person said of a page's fields into its row, and judges the page again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inkdigits.errors import FieldError
from inkdigits.forms.judging import apply_rules, forget_rules
from inkdigits.forms.results import FieldReading, worst
from inkdigits.forms.template import FieldSpec, Template
from inkdigits.forms.texts import fit_text

__all__ = ["amend_page"]

_NO_BUDGET = 1e-9  # confidence of an unsure digit in rows is not compared: its outcome says that it is unsure


def amend_page(
    row: Mapping[str, Any], texts: Mapping[str, str], template: Template
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a page's row with a person's texts, and for each field whose text does not fit, why.

    A text that fits is sure, with the confidence 1, and marked as a person's. A text that does not fit changes nothing.
    Rules are asked again: one that holds now leaves no doubt behind.

    Args:
        row: Of the page, as `batch` writes it.
        texts: Names of fields and what they say; "" for nothing.
        template: The form.
    """
    specs = {spec.name: spec for spec in template.on_page(row["form_page"] or 0)}
    fields = {
        name: forget_rules(FieldReading.from_dict(name, own)) for name, own in row["fields"].items() if name in specs
    }
    refused: dict[str, str] = {}
    for name, text in texts.items():
        if name not in fields:
            refused[name] = f"expected one of {', '.join(fields) or 'no field, since the page was not read'}"
            continue
        try:
            fields[name] = _amend(fields[name], specs[name], text)
        except FieldError as error:
            refused[name] = str(error)
    own = [specs[name] for name in fields]
    judged = apply_rules(list(fields.values()), own, template.rules, _NO_BUDGET)
    values = {field.name: field.to_dict() for field in judged}
    outcome = worst(field.outcome for field in judged) if judged else row["outcome"]
    return {**row, "outcome": outcome, "fields": {**row["fields"], **values}}, refused


def _amend(field: FieldReading, spec: FieldSpec, text: str) -> FieldReading:
    fitted = fit_text(spec, text)
    is_missing = spec.required and not fitted
    return replace(
        field,
        text=fitted,
        guess=fitted,
        outcome="doubtful" if is_missing else "sure",
        confidence=1.0,
        reason="nothing is written" if is_missing else None,
        by="person",
    )
