"""Pure functions on arrays: pictures, boxes and values. They stand in no order.

`components` finds connected pieces, `stroke_width` measures, widens and thins strokes, `resizing` makes smaller copies,
`neighbors` finds what stands near, `quantiles` are NumPy's, faster.
"""
