"""Readers and writers of files: streams in, plain values out and back. Knows no database."""
