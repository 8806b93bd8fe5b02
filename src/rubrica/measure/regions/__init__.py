"""Whether raters mark the same places, and which."""
