"""Opens a path, bytes, an array or a Pillow picture as upright gray levels, uint8 (H, W).

`headers` checks size and format before anything is decoded, `decoding` decodes, and `orientation` turns the picture
upright. `folders` finds the pictures in a folder; `idx` reads MNIST's own file format.
"""
