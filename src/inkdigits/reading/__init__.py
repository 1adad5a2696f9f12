"""Turns a picture into a `Reading`: the digits on it, their boxes, and how certain each one is.

A picture passes through five folders in this order: `pictures` opens it, `detection` finds its marks, `recognition`
asks the networks what the marks are, `decision` chooses an outcome for each mark, and `output` writes the reading down.
`reader` is the public class, and `pipeline` runs the stages. `fields` says what a field of a form may hold, `trace`
keeps what each stage made, and `framing` is training's way in.
"""
