"""What the open opportunities are expected to bring in per day."""
