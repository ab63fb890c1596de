"""The accounts of a map: the list, and one of them."""
