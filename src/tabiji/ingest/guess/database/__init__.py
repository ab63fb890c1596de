"""Exports of whole databases: what their files are, and what these say about each other."""
