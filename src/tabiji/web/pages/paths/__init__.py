"""The page of paths: what journeys really do, step after step."""
