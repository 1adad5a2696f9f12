"""Where reading and training meet: how pixels become an input, and how a model's folder becomes a network.

`frames` and `strips` prepare the pixels, for both flows alike. `bundle` finds and verifies a folder, `metadata` parses
its `model.json`, `session` runs its graph (the one home of ONNX Runtime), `opening` does all three; `classifier`,
`line_recognizer` and `detector` are the networks; `peaks` makes marks of the detector's answer, `ctc` strings of the
line recognizer's, and `confidence` probabilities of what they say together. `golden` holds pictures and
answers to test a port with.
"""
