"""Defines what a reading is made of: frozen, plain values with little behavior.

`marks` has boxes, digits, signs and lines, `reading` the reading. `numbers` understands a number as people write it,
`bands` says how often answers as sure are right, `values` makes plain values for JSON, `display` shows a reading to
people.
"""

from inkdigits.results.bands import Band
from inkdigits.results.marks import Alternative, Box, Digit, DigitOutcome, Line, Reason, Sign
from inkdigits.results.reading import Reading, ReadingOutcome

__all__ = ["Alternative", "Band", "Box", "Digit", "DigitOutcome", "Line", "Reading", "ReadingOutcome", "Reason", "Sign"]
