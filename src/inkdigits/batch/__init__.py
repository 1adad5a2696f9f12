"""Many pictures go in, as a folder, an archive or a list; a row for each comes out, in one file.

`config` says what to do, `run_folder` keeps what is done; `job` lists the input (`inputs`), has engines read it
(`engines`) and writes what they answer (`outputs`). `corrections` takes back what a person looked at.
"""
