"""Journeys by the period in which they began, and the share that has reached a stage, by age."""
