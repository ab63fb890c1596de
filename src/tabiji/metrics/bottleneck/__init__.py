"""What each transition costs a year, and what separates those who went on."""
