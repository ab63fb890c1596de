"""The page about KPIs: values beside their targets, and segment by segment."""
