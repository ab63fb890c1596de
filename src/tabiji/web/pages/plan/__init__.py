"""The page Plan vs actual: how well journeys fit the plan, where they leave it, and what goes with that."""
