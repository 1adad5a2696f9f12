"""Takes requests from connections: checks their bodies, and refuses with problem documents.

`cutoff` ends slow connections, and `envelope` surrounds every request. `workers` runs readings beside the event loop,
`uploads` and `tensors` parse bodies, and `problems` says why something was refused.
"""
