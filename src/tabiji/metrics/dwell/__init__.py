"""How long journeys stay in each stage, those included that are still there."""
