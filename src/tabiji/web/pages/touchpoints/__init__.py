"""The Touchpoints page: which touch deserves how much, under every model side by side, and what it cost."""
