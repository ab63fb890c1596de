"""Units by name: finding one, what the lake tells of it, and of those that a page shows."""
