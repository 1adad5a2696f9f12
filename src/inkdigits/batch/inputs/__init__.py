"""A source goes in; places of pictures come out, and later the pictures themselves.

`manifest` lists a source by what it is: `archives`, `idx_files`, `parquet`, `remote`; `spans` are places in the list;
`loading` opens what lies there.
"""
