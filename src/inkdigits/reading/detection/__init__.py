"""Finds the marks in gray levels that are digits or signs, and groups them into lines in reading order: a `Page`.

`detector` is the way in, and `page` holds what it returns. `looks` shows the network the picture in several scales,
`ink_crops` cuts the ink of each mark out of the gray picture, `tilt` turns a picture level, `text_lines` groups marks
into lines, and `stages` draws what the network saw.

The contract of this stage. The later stages see nothing of detection except `page.Page`:

- `Page.marks` are in reading order: line by line from the top, and each line from the left. Each `Mark` has its box, in
  pixels of the picture, its line, and a `crop` of its own ink as gray levels, from 0 for paper to 255 for ink,
  whichever of the two was lighter in the picture.
- `Mark.score` and `Mark.labels` are what the detector says. `Mark.reason` says why a mark is not a digit; such a mark
  stays in the reading as "not_a_digit" with this reason. A sign has its character in `Mark.sign`.
- `Page.dropped` lists what detection looked at and left out, each with a reason, and `Page.stages` holds a picture of
  each look. Both are filled only on request.
- `Page.turn` leads from the boxes back to the picture as decoded.
"""
