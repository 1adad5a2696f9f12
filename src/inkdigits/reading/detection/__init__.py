"""Gray levels go in; a page comes out: the marks that may be digits, in lines and reading order.

`detector` is the one door, `page` what comes out of it. `text_lines` groups marks into lines, `shape` says which boxes
a digit could have. How ink is found is in `rules`, which only `detector` imports.
"""
