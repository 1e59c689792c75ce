"""What a regular expression becomes where an index keeps values in lower case."""

import re
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_HARMLESS = (ops.ANY, ops.AT, ops.GROUPREF)


def ignores_case_safely(text: str, flags: str) -> bool:
    """Return whether the pattern, without case, finds ``lower(value)`` wherever it finds ``value``.

    It does unless some part of it finds less when case is ignored (``[^a-z]``, ``(?!a)``) or asks
    for letters that Python and the server may lower differently.
    """
    try:
        tree = parser.parse(f"(?{flags}){text}" if flags else text)
        return not tree.state.flags & re.ASCII and _is_safe(tree)
    except (re.error, RecursionError, OverflowError):
        return False


def _is_safe(tree: Any) -> bool:
    return all(_is_safe_part(operator, argument) for operator, argument in tree)


def _is_safe_part(operator: Any, argument: Any) -> bool:
    if operator is ops.IN:
        if argument[0][0] is ops.NEGATE:
            return not any(_has_case(*one) for one in argument[1:])
        return all(_is_ascii(*one) for one in argument)
    if operator is ops.LITERAL:
        return _is_ascii(operator, argument)
    if operator is ops.NOT_LITERAL:
        return not _has_case(ops.LITERAL, argument)
    if operator is ops.SUBPATTERN:
        return not argument[2] and not argument[1] & re.ASCII and _is_safe(argument[3])
    if operator in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return _is_safe(argument[2])
    if operator is ops.BRANCH:
        return all(_is_safe(branch) for branch in argument[1])
    if operator is ops.ASSERT:
        return _is_safe(argument[1])
    return operator in _HARMLESS


def _is_ascii(operator: Any, argument: Any) -> bool:
    return operator is ops.CATEGORY or (argument[1] if operator is ops.RANGE else argument) < 128


def _has_case(operator: Any, argument: Any) -> bool:
    if operator is ops.CATEGORY:
        return False
    first, last = argument if operator is ops.RANGE else (argument, argument)
    return last > 127 or any(chr(one).isalpha() for one in range(first, last + 1))
