"""Files go in; labeled 28 x 28 frames come out, in typed splits.

`sources` looks at what a path holds and asks `array_files` or `picture_folders`; `arrays` checks and frames what they
found; `mnist` has the digits of the package, from `mnist_files`; `splits` holds some out.
"""
