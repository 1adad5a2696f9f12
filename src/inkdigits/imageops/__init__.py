"""Arrays go in; arrays and numbers come out: pure functions on pictures, boxes and values, in no order.

`components` finds connected pieces, `stroke_width` measures lines, `resizing` makes smaller copies, `neighbors` finds
what stands near, `quantiles` are NumPy's, faster.
"""
