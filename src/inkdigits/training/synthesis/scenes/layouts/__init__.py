"""What a scene can show, each a function that takes a draft and puts everything but the paper on its canvas.

`numbers` are lines and pages of numbers and single digits, `fields` are boxes and tables to be filled in, `prose` is
text with numbers among words, `no_digits` is what holds no digit at all.
"""
