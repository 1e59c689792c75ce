"""The words that Kanmon's four jobs share, and the command that hosts them.

A *finding* is something a check saw at a place, on quoted evidence; a *review* is what a person
decided about it; a *skip* is what could not be judged, and why. ``csirt``, ``policy``,
``regulation_scan`` and ``training`` import these words and never one another.
"""

__version__ = "0.1.0"
