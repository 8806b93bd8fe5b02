"""Where disagreement comes from, and how many raters are enough."""
