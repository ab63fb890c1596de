"""One pass over the events: what every journey met on its way, shared out and counted in cells."""
