"""Actual values of the map's KPIs."""
