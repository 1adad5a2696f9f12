"""A picture goes in; a `Reading` comes out: what is written, where, and how sure that is.

A picture passes five folders, in this order: `pictures` opens it, `detection` finds its marks, `recognition` asks the
networks what they are, `decision` makes outcomes of their answers, `output` writes the reading down. `reader` is the
public class; `pipeline` strings the stages together.
"""
