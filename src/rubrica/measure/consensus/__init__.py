"""The right category, how reliable each rater is, and how sure one may be."""
