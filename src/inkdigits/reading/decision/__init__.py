"""Turns what the networks say about marks into outcomes with reasons, lines of text, and the reading.

`outcomes.decide` is the only place where an outcome is chosen; its limits come from `thresholds`. Four files look at
marks together: `clutter` (is most of the page something else?), `vouching` (does the line network see a digit here?),
`field_fit` (does the line fit its known length or pattern?), and `strays` (is a single bar more than a staple?).
`building` assembles the reading, with the texts from `strings`.
"""
