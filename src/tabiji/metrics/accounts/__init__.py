"""Who is where, since when, and who is missing."""
