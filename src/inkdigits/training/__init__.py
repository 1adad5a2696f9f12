"""Data, networks, training, measurement and export; each module names what it loads."""
