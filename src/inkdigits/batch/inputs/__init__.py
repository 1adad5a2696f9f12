"""Lists the pictures of a source as places, and opens each when it is needed.

`manifest` lists a source by what it is: `archives`, `idx_files`, `parquet`, `remote`; `spans` are places in the list;
`loading` opens what lies there.
"""
