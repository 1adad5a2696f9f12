"""Finds the marks in gray levels that may be digits, and groups them into lines in reading order: a `Page`.

`detector` is the way in, and `page` holds what it returns. `text_lines` groups marks into lines; `shape` says which
boxes can hold a digit. `rules` finds the ink, and only `detector` imports it. `learned` is to take the place of
`rules`; `read` does not use it yet.

The contract of this stage. The later stages see nothing of detection except `page.Page`, so anything that fills a page
from gray pixels can replace `rules`:

- `Page.marks` are in reading order: line by line from the top, and each line from the left. Each `Mark` has its box, in
  pixels of the picture that was searched, its line and that line's height, and a `crop` of its own ink as gray levels,
  from 0 for paper to 255 for ink, whichever of the two was lighter in the picture.
- `Mark.reason` says why detection thinks that a mark is not a digit. Such a mark stays in the reading as "not_a_digit"
  with this reason, unless the line network sees a digit there, beside other digits. `Mark.score` is the probability
  that the mark is a digit; it is multiplied by the rejector's.
- `Page.dropped` lists what detection looked at and left out, each with a reason, and `Page.stages` holds a picture of
  each step. Both are filled only on request.
- `Page.turn` and `Page.searched` lead from the boxes back to the picture as decoded.
- With `rules`, no network runs here: detection says where something is written, recognition says what it is.
"""
