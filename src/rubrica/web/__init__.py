"""Pages: translate a request in, a template out."""
