"""Characters Word draws with a field code: 印 in a circle is ``EQ \\o\\ac(○,印)``, a seal mark.

Source: ECMA-376 Part 1, 17.16.5.19 (EQ).
"""

import re

_OVERSTRIKE = re.compile(r"^\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\(([^,，]*)[,，](.*)\)\s*$", re.I | re.S)
_CIRCLES = "○◯〇"


def drawn_characters(instruction: str) -> str:
    """Return the characters a field code draws over each other; empty for any other field."""
    match = _OVERSTRIKE.match(instruction)
    if not match:
        return ""
    inner = match[2].strip()
    return "㊞" if inner == "印" and match[1].strip() in tuple(_CIRCLES) else inner
