"""Writes a reading as text, JSON, CSV or an annotated picture, and explains it.

`text`, `serialization` and `drawing` write a reading down. `explanation` shows what each stage made of a picture, and
asks `faults` what probably spoiled a doubtful answer.
"""
