"""Trains networks.

`resumable` trains a network of any kind epoch by epoch, `composed` one whose batches are composed meanwhile;
`classifier`, with the digits of `epochs`, `line_recognizer` and `detector`, with `detector_loss` and
`own_labels`, say how each kind learns; `estimator` is the first in scikit-learn's form.
"""
