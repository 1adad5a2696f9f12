"""Gray levels go in; ink, and marks made of it, come out: by rules, each with its constants.

In order: `scale` chooses the size to look at; `ink` settles `polarity` and `sheet`, evens the `background`, takes away
`printed_lines` (`cells`, `combs`, `circles`) and `rim_lines`; `skew` turns lines level; `filtering` (`rim_contact`)
drops what is not written; `marks` joins the rest. `clean_crop` is the short way, `appearance` looks beside strokes.
"""
