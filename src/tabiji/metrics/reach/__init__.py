"""Which touchpoints are met in which stage, and which roles show up."""
