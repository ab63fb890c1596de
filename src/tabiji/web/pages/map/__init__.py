"""The living map."""
