"""From one Report to every format people use. Knows no word of any domain."""
