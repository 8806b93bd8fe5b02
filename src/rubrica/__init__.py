"""Rubrica: calibrated human evaluation of images."""

__version__ = "0.1.0"
