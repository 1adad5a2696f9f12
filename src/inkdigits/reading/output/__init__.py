"""A reading goes in; text, JSON, CSV, an annotated picture, or an explanation comes out.

`text`, `serialization` and `drawing` write a reading down; `explanation` shows what each stage made of a picture, with
the suspected `faults` of doubtful answers.
"""
