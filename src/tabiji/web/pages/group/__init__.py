"""The Buying group page: who takes part, when, how completely, and what difference it goes with."""
