"""What is stored and always true of it: the one Django app with models."""
