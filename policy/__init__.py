"""The city's security policy beside the national guideline: verdicts with reasons, amendments."""
