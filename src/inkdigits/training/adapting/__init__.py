"""Fits the last layer of a bundle to one writer's digits, in seconds and without TensorFlow.

`last_layer` opens the graph just before its last layer, `head` fits that layer, `writer` decides whether it helps.
"""
