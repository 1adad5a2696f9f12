"""Asks the classifier what each mark of a page is, and joins its answer with the detector's.

`recognizer` runs the stage, `field_search` finds the marks that are the digits of a field whose length or pattern is
known, and `evidence` holds the result.
"""
