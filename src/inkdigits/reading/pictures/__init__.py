"""A path, bytes, an array or a Pillow picture goes in; gray levels, uint8 (H, W), upright, come out.

`headers` looks at size and form before anything is decoded, `decoding` decodes, `orientation` turns upright. `folders`
finds the pictures of a folder; `idx` reads MNIST's own file form.
"""
