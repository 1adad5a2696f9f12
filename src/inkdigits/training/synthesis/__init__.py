"""Digits and pictures spoiled, drawn or composed by code.

`augmentation` moves digits, `degradation` spoils their ink; `digit_strokes`, `letter_strokes` and `grade_strokes` are
drawn by a pen, `silhouettes` are filled shapes; `photos` draws digits into pictures and reads them back, which trains
nothing.

What the detector and the line recognizer learn from: `marks` draws single marks, `papers` what they stand on,
`exposure` what a camera makes of both; `scenes` arranges them; `labeled_strings` keeps real strings with their boxes.
`detector_targets` says what is asked of a scene, `lines` cuts strips with their text out of scenes and real pictures;
`detector_batches` and `line_batches` mix them, `composing` does it in processes of their own.
"""
