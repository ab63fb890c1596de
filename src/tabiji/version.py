"""The version of the software, which every figure's provenance names."""

__version__ = "0.1.0"
