"""Says what can be told about a picture before it is read, and which strings it then may say.

`options` is the one set of names. `field` makes of it what the search needs: `layouts` say where digits and signs may
stand, `kinds` know dates, times and numbers, `checks` the check digits, `regions` the part of the picture, `locales`
the order of a date.
"""

from inkdigits.reading.fields.field import Field, describe_misfit, make_field
from inkdigits.reading.fields.options import FieldOptions

__all__ = ["Field", "FieldOptions", "describe_misfit", "make_field"]
