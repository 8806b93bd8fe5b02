"""How good each image is, and how each rater rates."""
