"""A trained network goes in; a model's folder comes out: graph, `model.json`, card, checksums.

`onnx_graph` converts and compares; `classifier`, `rejector` and `line_recognizer` export the three networks, with
`cards`; `bundle_writing` writes the folder; `recalibration` fits a written one anew; `other_formats` are for others.
"""
