"""Pure functions on arrays: pictures, boxes and values. They stand in no order.

`stroke_width` measures, widens and thins strokes, `neighbors` finds what stands near, `quantiles` are NumPy's,
faster.
"""
