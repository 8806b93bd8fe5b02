"""The ``rubrica`` command: parse, call one use case, print."""
