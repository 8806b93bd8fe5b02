"""One module a subject; each view is thin and named after its page."""
