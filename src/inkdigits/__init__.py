"""Handwritten digits: a picture goes in; digits with boxes and confidence come out."""

__version__ = "0.1.0"
