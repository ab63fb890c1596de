"""The Cohorts page: journeys by the time at which they began, and how far they had come at each age."""
