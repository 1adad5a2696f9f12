"""The learned way from gray pixels to marks, which is to take the place of `rules`. `read` does not use it yet.

`look` shows the detector's network the picture in several scales and returns what it sees; `ink_crops` cuts the ink of
each mark out of the gray picture. `benchmarks/detector.py` measures both on the development sets.
"""
