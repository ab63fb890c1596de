"""The Data page: sources, freshness, quality."""
