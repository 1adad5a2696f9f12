"""Trains networks on digits and writes the folders that the reader loads.

Digits pass seven folders, in this order: `data` loads and splits them, `synthesis` draws and spoils more, `networks`
builds what learns, `fitting` trains it, `evaluation` measures it, `calibration` fits its confidence, `export` writes
the folder. `config` has the settings of each network, which `checks` checks; `registry` knows all networks by name;
`runs` keeps what a training leaves, `experiments` does many, `benchmarking` measures any model.
"""
