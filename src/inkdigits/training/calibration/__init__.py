"""A network and held-out digits go in; what its confidence means, and which promises it can keep, come out.

`held_out` asks the network as the reader would, `cross_validation` asks its twins; `error_budget` finds a threshold
that keeps a promise; `budgets` fits the curve and all promises of a bundle.
"""
