"""The Studies pages: figures as they were frozen, as they are now, and why they differ."""
