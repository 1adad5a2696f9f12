"""Writes readings as rows, into shards, one merged file and a review page.

`rows` formats a row, `answers` holds those of a chunk, `crops` cuts out what is unsure; `shards` writes parts that
survive a crash, `merging` joins them; `review` makes the page for a person. `tables` hands readings to pyarrow and
pandas.
"""
