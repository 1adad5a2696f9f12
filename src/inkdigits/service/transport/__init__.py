"""Takes requests from connections: checks their bodies, and refuses with problem documents.

`cutoff` ends slow connections, `envelope` surrounds every request, and `gate` lets in those that are meant for the
service. `desk` is where routes bring work: `bodies` receives, `engine` has places, and `threads` or `processes` do the
`tasks`. `supply` keeps `process`es ready, which are spoken with in the form of `wire`. `uploads` and `tensors` parse
bodies, with `bounded_json` and `numerals`. `problem_documents` and `problems` say why something was refused.
"""
