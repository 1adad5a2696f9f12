"""Digits become a model's folder for the reader.

Digits pass seven folders, in this order: `data` loads and splits them, `synthesis` draws and spoils more, `networks`
builds what learns, `fitting` trains it, `evaluation` measures it, `calibration` fits its confidence, `export` writes
the folder. `config` has the settings of each network, `registry` knows all networks by name; `runs` keeps what a
training leaves, `experiments` does many, `benchmarking` measures any model.
"""
