"""Sizes and seeds go in; untrained networks come out.

`tutorial` has the tutorial's, `shipped` those of the shipped bundles; `registry` knows both by name; `rejector` and
`line_recognizer` are the other two, `forest` is scikit-learn's; `schedules` are the learning rates of all.
"""
