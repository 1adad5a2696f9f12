"""A config goes in; the folder of a run comes out, with all that a training leaves.

`run` creates, reads and lists runs; `progress` tells how far one is; `lock` keeps a second process out of
one; `environment` says where it ran.
"""
