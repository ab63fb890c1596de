"""Verbs that ask a map: each prints a table or the JSON of the answer."""
