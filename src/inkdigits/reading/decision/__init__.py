"""What the networks say of marks goes in; outcomes and the `Reading` come out.

`policy` has the thresholds; `outcomes` judges one mark by them, `line_marks` all marks of a picture, `lone_marks` those
that are alone in theirs; `strays` doubts staples and hairs; `strings` makes the text of a line, `building` the reading.
"""
