"""Deployment, engagement, adoption, ROI: how the parts of health are measured, and whether they foretell who leaves."""
