"""Time: how long journeys stay in each stage, and what the pipeline brings in per day."""
