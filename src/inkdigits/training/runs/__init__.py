"""Makes and reads the folder of a run, which holds all that a training leaves.

`run` creates, reads and lists runs; `progress` tells how far one is; `lock` keeps a second process out of
one; `environment` says where it ran.
"""
