"""How well journeys fit the plan of the map, and where they leave it."""
