"""Composition root: settings, URLs and entry points. Knows everything, is known by nothing."""
