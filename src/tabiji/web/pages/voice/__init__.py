"""Emotion and voice: how customers feel along the map, what they score, and what they write."""
