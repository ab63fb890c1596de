"""One account: its stages with their receipts, what it lacks, its people on a line of time."""
