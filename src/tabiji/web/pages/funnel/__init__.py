"""The Funnel page: how many go on from each stage, by segment and by the time at which journeys began."""
