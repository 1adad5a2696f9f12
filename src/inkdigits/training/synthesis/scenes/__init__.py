"""Composed pictures in which every digit, sign and other mark is known.

`canvas` remembers what is put where; `draft` is a scene in the making; `writing` writes lines of digits, `other_ink`
puts letters, words, print and scrawls beside them, `printed_lines` rules papers and prints boxes. `layouts` arrange
all of it, `composer` chooses among them and photographs the result. `number_texts` says which
numbers are written. `real_pictures` makes scenes of one real picture, `rows_of_pictures` of several; `sheet` shows
scenes to people.
"""
