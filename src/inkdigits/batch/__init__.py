"""Reads the pictures of a folder, an archive or a list, and writes a row for each into one file.

`config` says what to do, `run_folder` keeps what is done; `job` lists the input (`inputs`), has engines read it
(`engines`) and writes what they answer (`outputs`). `corrections` takes back what a person looked at.
"""
