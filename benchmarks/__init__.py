"""Numbers, with the floor in the same run. ``make bench`` prints them; nothing here is a test."""
