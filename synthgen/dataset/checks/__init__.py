"""What is checked of a dataset, and what is said of it."""
