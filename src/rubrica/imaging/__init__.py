"""Pixels: bytes in, facts and safe renditions out.  Knows no database, no web and no clock of its own."""
