"""Loads what networks learn from: labeled 28 x 28 frames in typed splits, and real handwriting.

`sources` looks at what a path holds and asks `array_files` or `picture_folders`; `arrays` checks and frames what they
found; `mnist` has the digits of the package inkdigits-mnist; `splits` holds some out. `handwriting` loads sets of
real handwriting, with `handwriting_arrays` for those in NumPy's form; `attributions` says whom to name for them.
"""
