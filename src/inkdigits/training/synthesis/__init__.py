"""Digits and random numbers go in; digits spoiled, drawn or composed by code come out.

`augmentation` moves digits, `degradation` spoils their ink; `digit_strokes` and `letter_strokes` are drawn by a pen,
`silhouettes` filled, `non_digits` is all that is none; `text_lines` composes lines, with `line_marks` between them;
`photos` draws digits into pictures and reads them back, which trains nothing.
"""
