"""The Settings page: the language, and what the workspace runs by."""
