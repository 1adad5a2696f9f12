"""The marks of pages go in; what the networks say of each comes out, with the best way to read a line.

`line_recognition` asks the line network (`string_search` finds the likeliest strings, `cutting` parts and joins marks
as they say); `hypotheses` are the ways to read a line; `recognizer` frames their marks and settles on one way.
`lone_mark` is the mark of a picture of one digit, `evidence` what is known of marks.
"""
