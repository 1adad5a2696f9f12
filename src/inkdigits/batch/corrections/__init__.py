"""Writes what a person said on a review page into the rows of an earlier batch.

`given` reads what the page saved, `rewriting` writes the rows anew, whole or not at all. `digits` corrects the digits
of pictures, `fields` those of forms.
"""

from inkdigits.batch.corrections.digits import Applied, apply_corrections, correct_row, read_corrections
from inkdigits.batch.corrections.fields import AppliedFields, apply_field_corrections

__all__ = [
    "Applied",
    "AppliedFields",
    "apply_corrections",
    "apply_field_corrections",
    "correct_row",
    "read_corrections",
]
