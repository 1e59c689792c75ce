"""``python -m kanmon``."""

from kanmon.cli import main

main()
