"""What follows what, which paths occur, and what is come back to."""
