"""Whether a rater changed, and is consistent, independent and awake."""
