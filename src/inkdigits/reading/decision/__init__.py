"""What the networks say of marks goes in; outcomes with their reasons, lines of text and the reading come out.

`outcomes` has the one decision, `decide`, by the thresholds of `thresholds`. Where several marks stand on a page,
`clutter` tells whether most of them are none, and `vouching` which odd ones the line network saw as digits, and which
lines are doubtful; `field_fit` holds a line to its known length or pattern, and `strays` doubts a bar by itself.
`building` makes the reading, with the texts that `strings` makes.
"""
