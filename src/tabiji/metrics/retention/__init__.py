"""Who stays a customer, with how much of their value, and how healthy they are."""
