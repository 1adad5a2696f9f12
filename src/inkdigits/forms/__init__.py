"""Reads forms: a template says where the fields are, and every scan becomes one row.

`template` opens a template, `registration` finds the form's page in a scan, `cells` looks into the boxes, `values`
and `rules` decide what the fields say. `form` runs all of it; `tables` writes spreadsheets; `sheets`, `digit_sheets`
and `drafting` make forms and templates.
"""

from inkdigits.forms.form import Form
from inkdigits.forms.results import CellReading, FieldReading, FormReading

__all__ = ["CellReading", "FieldReading", "Form", "FormReading"]
