"""Digits go in; a model's folder for the reader comes out. Each module names what it loads.

Digits pass seven folders, in this order: `data` loads and splits them, `synthesis` draws and spoils more, `networks`
builds what learns, `fitting` trains it, `evaluation` measures it, `calibration` fits its confidence, `export` writes
the folder. `runs` keeps what a training leaves, `experiments` does many, `benchmarking` measures any model.
"""
