"""Files as they come: found, decoded, split into rows, and staged where SQL can read them."""
