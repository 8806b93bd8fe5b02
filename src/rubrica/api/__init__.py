"""The REST API: JSON in, one use case, JSON out."""
