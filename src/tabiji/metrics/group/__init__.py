"""The buying group: who takes part, when, how completely, and what difference it goes with."""
