"""Digits and a network go in; the trained network comes out.

`resumable` trains a network of any kind epoch by epoch; `classifier`, with the digits of `epochs`, `rejector` and
`line_recognizer` say how each kind learns; `estimator` is the first in scikit-learn's form.
"""
