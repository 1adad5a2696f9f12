"""Writes a trained network as a model's folder: graph, `model.json`, card, checksums.

`onnx_graph` converts and compares; `classifier`, `line_recognizer` and `detector` export the networks, with
`cards` and, for both last, `composed`; `bundle_writing` writes the folder; `recalibration` fits a written one anew;
`other_formats` are for others.
"""
