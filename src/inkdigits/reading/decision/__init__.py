"""Turns what the networks say about marks into outcomes with reasons, lines of text, and the reading.

`outcomes.decide` is the only place where an outcome is chosen; its limits come from `thresholds` and from the
detector's folder. `field_fit` holds the digits of a field to its length or pattern. `building` assembles the reading,
with the texts from `strings`.
"""
