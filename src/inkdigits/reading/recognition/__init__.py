"""Asks the networks what each mark of a page is, and finds the best way to read each line.

`recognizer` runs the stage. First, `line_recognition` asks the line network: `string_search` finds the likeliest
strings, and `cutting` splits and joins marks to match them. Then `hypotheses` compares the ways to read a line.
`evidence` holds the result.
"""
