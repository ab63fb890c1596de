"""The receipt of a figure."""
