"""Pages go in; what the networks say of each mark comes out, with the best way to read each line.

`recognizer` does it. `line_recognition` asks the line network (`string_search` finds the likeliest strings, `cutting`
parts and joins marks as they say); `hypotheses` are the ways to read a line; `evidence` is what comes out.
"""
