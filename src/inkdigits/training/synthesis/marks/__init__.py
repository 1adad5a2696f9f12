"""Single marks as pictures of their ink: digits, signs, letters, print and scrawls.

`hands` says how one writer writes, `stamps` is what a mark is. `pen_strokes` draws strokes, `bitmaps` redraws small
pictures of ink, `sign_strokes` holds the forms of signs, `print_fonts` prints, `scrawls` are random pen paths, and
`ink_pool` chooses among all that real hands, MNIST and code have to offer.
"""
