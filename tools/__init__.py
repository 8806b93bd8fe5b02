"""Programs for people who work on Rubrica; the Makefile runs them."""
