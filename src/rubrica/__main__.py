"""Run the command line as ``python -m rubrica``."""

from rubrica.config.entry import main

main()
