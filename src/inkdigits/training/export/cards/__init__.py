"""Writes a bundle's card in Markdown from what the bundle says of itself.

`model_card` writes it, with `confidence` for the promises and `text` for what all cards share; `measured` renews it
with the figures of the benchmark; `changelog` writes what changed between versions; `detector` is that network's card.
"""
