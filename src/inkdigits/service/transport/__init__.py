"""Bytes of a connection go in; checked bodies come out, and problems as documents.

`cutoff` ends slow connections, `envelope` goes around every request, `uploads` and `tensors` parse bodies, `workers`
runs readings beside the event loop, `problems` says why something was refused.
"""
