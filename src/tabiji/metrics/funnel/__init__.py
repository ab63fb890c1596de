"""How many journeys reach each stage, and which share goes on."""
