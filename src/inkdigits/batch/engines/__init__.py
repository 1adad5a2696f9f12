"""Chunks of places go in; their answers come out.

`worker` reads a chunk, the same in every engine; `processes` reads here or in processes of this machine, `ray_data`
on a cluster.
"""
