"""Reads chunks of pictures and returns their answers.

`worker` reads a chunk, the same in every engine; `processes` reads here or in processes of this machine, `ray_data`
on a cluster.
"""
