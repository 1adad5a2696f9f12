"""Digits and pictures spoiled, drawn or composed by code.

`augmentation` moves digits, `degradation` spoils their ink; `digit_strokes` and `letter_strokes` are drawn by a pen,
`silhouettes` are filled shapes; `text_lines` composes lines, with `line_marks` between them; `photos` draws digits
into pictures and reads them back, which trains nothing.

What the detector learns from: `marks` draws single marks, `papers` what they stand on, `exposure` what a camera makes
of both; `scenes` arranges them. `detector_targets` says what is asked of a scene, `detector_batches` composes batches
in processes of their own, `labeled_strings` keeps real strings with their boxes.
"""
