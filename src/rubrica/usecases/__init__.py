"""What Rubrica does: one verb, one transaction. Knows no HTTP, no forms, no templates."""
