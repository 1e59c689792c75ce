"""Words of the command-line library, in the language of the staff."""
