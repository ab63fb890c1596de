"""The Segments page: conditions that are kept under a name."""
