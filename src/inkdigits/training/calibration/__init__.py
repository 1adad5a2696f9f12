"""Fits what a network's confidence means, on held-out digits, and finds the promises that it can keep.

`held_out` asks the network as the reader would, `cross_validation` asks its twins; `error_budget` finds a threshold
that keeps a promise; `budgets` fits the curve and all promises of a bundle.
"""
