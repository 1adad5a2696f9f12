"""Builds untrained networks from a seed.

`tutorial` has the tutorial's, `shipped` those of the shipped bundles; `registry` knows both by name;
`line_recognizer` and `detector` are the others, the last two of the layers in `convolutions`; `forest` is
scikit-learn's; `schedules` are the learning rates of all.
"""
