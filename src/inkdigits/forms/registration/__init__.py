"""Finds the page of a form in a scan: where each point of the paper is in the picture.

`marks`, `features` and `outlines` each propose where the page may lie; `lines` measures how well the printed sides of
the boxes are met, chooses between proposals, and moves what is a little off; `register` runs them.
"""
