"""Gray levels go in; a page comes out: the marks that may be digits, in lines and reading order.

`detector` is the one door, `page` what comes out of it. `text_lines` groups marks into lines, `shape` says which boxes
a digit could have. How ink is found is in `rules`, which only `detector` imports.

The contract of this stage. Recognition, decision and output see nothing of detection but `page.Page`, so whatever
fills it from gray pixels can take the place of `rules`:

- `Page.marks` are in reading order, line by line from the top and each line from the left. Each `Mark` has its box, in
  pixels of the picture that was searched, its line and that line's height, and a `crop` of its own ink as gray levels,
  0 for paper to 255 for ink, whichever was lighter in the picture.
- `Mark.reason` says why detection takes a mark for no digit. Such a mark stays in the reading as "not_a_digit" with
  this reason, unless the line network sees a digit in it beside others. `Mark.score` is the probability that it is a
  digit; it is multiplied with the rejector's.
- What was looked at and is no mark of the page is in `Page.dropped`, with a reason, and `Page.stages` has pictures of
  what was done, both only when they are asked for.
- `Page.turn` and `Page.searched` lead from the boxes back to the picture as decoded.
- No network of labels runs here: detection says where something is written, recognition says what.
"""
