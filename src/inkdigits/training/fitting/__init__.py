"""Digits and a network go in; the trained network comes out.

`epochs` makes the digits of each epoch; `classifier` trains what reads single digits and keeps its run, `rejector` and
`line_recognizer` train the other two; `estimator` is the same in scikit-learn's form.
"""
