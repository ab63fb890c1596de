"""First run and bringing data in: the demo, files, templates."""
