"""Retention: who stays, how much of their value, how long subscriptions last, and how healthy customers are."""
