"""One selection of a rule as an expression: pySigma's values and modifiers, our matching words."""

from collections.abc import Mapping
from typing import Any

from sigma.conditions import ConditionAND
from sigma.modifiers import SigmaRegularExpressionModifier
from sigma.rule.detection import SigmaDetectionItem
from sigma.types import (
    CompareOperators,
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
    sigma_type,
)

from csirt.compile.expression import (
    KEYWORDS,
    MANY,
    ONE,
    PRESENT,
    Expression,
    Is,
    Not,
    Test,
    all_of,
    any_of,
)
from csirt.compile.modifiers import MODIFIERS

Expand = Mapping[str, tuple[str, ...]]
"""Placeholder name to the values it stands for."""

_SCALARS = (str, int, float, bool, type(None))
_OPERATORS = {
    CompareOperators.LT: "lt",
    CompareOperators.LTE: "lte",
    CompareOperators.GT: "gt",
    CompareOperators.GTE: "gte",
}


class DetectionError(ValueError):
    """The selection cannot be matched as written; the message is Japanese."""


class UnresolvedPlaceholderError(DetectionError):
    """A value under ``|expand`` names a placeholder that has no values here."""


def compile_selection(definition: object, expand: Expand) -> Expression:
    """Return what one selection asks: a map is AND, a list is OR, bare values are keywords.

    Raises:
        DetectionError: malformed, or a placeholder without values.
        SigmaError: pySigma refuses a modifier or value.
    """
    if isinstance(definition, Mapping):
        if not definition:
            raise DetectionError("検索条件が空です")
        return all_of(_item(str(key), value, expand) for key, value in definition.items())
    if isinstance(definition, list):
        if not definition:
            raise DetectionError("検索条件が空です")
        if all(isinstance(value, _SCALARS) for value in definition):
            return _item(None, definition, expand)
        return any_of(compile_selection(part, expand) for part in definition)
    if isinstance(definition, _SCALARS):
        return _item(None, definition, expand)
    raise DetectionError(f"検索条件に使えない型です: {type(definition).__name__}")


def _item(key: str | None, value: object, expand: Expand) -> Expression:
    field, *names = (key or "").split("|")
    unknown = [name for name in names if name not in MODIFIERS]
    if unknown:
        raise DetectionError(f"修飾子「{unknown[0]}」は Sigma にありません")
    modifiers = [MODIFIERS[name] for name in names]
    values = value if isinstance(value, list) else [value]
    if len(values) > 1 and None in values:
        raise DetectionError(f"null は値のリストに入れられません（{key}）")
    is_regex = SigmaRegularExpressionModifier in modifiers
    item = SigmaDetectionItem(
        field or None,
        modifiers,
        [_regex_source(one, key) if is_regex else _sigma_value(one) for one in values],
    )
    name = "".join((field or KEYWORDS).split())
    if not item.value:
        return Not(Is(name, PRESENT))
    parts = [_value(name, one, expand) for one in item.value]
    linked = all_of(parts) if item.value_linking is ConditionAND else any_of(parts)
    return Not(linked) if item.negated else linked


def _sigma_value(value: Any) -> SigmaType:
    converted = sigma_type(value)
    if isinstance(value, int) and isinstance(converted, SigmaNumber):
        converted.number = value  # pySigma goes through float and loses digits beyond 2^53
    return converted


def _regex_source(value: object, key: str | None) -> SigmaString:
    if not isinstance(value, str):
        raise DetectionError(f"正規表現が文字列ではありません（{key}）")
    return SigmaString.from_str(value)


def _value(field: str, value: SigmaType, expand: Expand) -> Expression:
    """Return the test of one value; several when it expands."""
    if isinstance(value, SigmaExpansion):
        return any_of(_value(field, one, expand) for one in value.values)
    if isinstance(value, SigmaString):
        cased = "cased" if isinstance(value, SigmaCasedString) else ""
        return any_of(
            Is(field, _string_test(field, one, cased)) for one in _expanded(value, expand)
        )
    if isinstance(value, SigmaRegularExpression):
        return any_of(Is(field, _regex_test(one)) for one in _expanded(value, expand))
    if isinstance(value, SigmaNull):
        return Not(Is(_named(field, "null"), PRESENT))
    if isinstance(value, SigmaExists):
        present = Is(_named(field, "exists"), PRESENT)
        return present if value.exists else Not(present)
    return _typed(field, value)


def _typed(field: str, value: SigmaType) -> Expression:
    match value:
        case SigmaTimestampPart():
            part = value.timestamp_part.name.lower()
            number = _within_64_bits(value.number)
            return Is(field, Test("compare", option="eq", number=number, unit=part))
        case SigmaNumber():
            kind = "equals" if field else "contains"
            return Is(field, Test(kind, str(value.number)))
        case SigmaBool():
            return Is(field, Test("equals" if field else "contains", str(value).lower()))
        case SigmaCIDRExpression():
            return Is(field, Test("cidr", str(value.network)))
        case SigmaFieldReference():
            return Is(_named(field, "fieldref"), _reference_test(value))
        case SigmaCompareExpression():
            unit = ""
            if isinstance(value.number, SigmaTimestampPart):
                unit = value.number.timestamp_part.name.lower()
            option = _OPERATORS[value.op]
            number = _within_64_bits(value.number.number)
            return Is(field, Test("compare", option=option, number=number, unit=unit))
    raise DetectionError(f"{type(value).__name__} はまだ判定できません")


def _within_64_bits(number: int | float) -> int | float:
    """Return the number; the rule cache, like every log, has no larger integers."""
    if isinstance(number, int) and not -(1 << 63) <= number < 1 << 64:
        raise DetectionError(f"64 ビットを超える整数とは比べられません（{number}）")
    return number


def _named(field: str, what: str) -> str:
    if not field:
        raise DetectionError(f"{what} にはフィールド名が要ります")
    return field


def _expanded(value: Any, expand: Expand) -> list[Any]:
    """Return the value with every placeholder replaced by each of its values."""
    if not value.contains_placeholder():
        return [value]

    def values_of(place: Placeholder) -> Any:
        if not expand.get(place.name):
            raise UnresolvedPlaceholderError(
                f"プレースホルダー %{place.name}% の値が設定されていません"
            )
        for text in expand[place.name]:
            yield SigmaString(text)

    return list(value.replace_placeholders(values_of))


def _string_test(field: str, value: SigmaString, cased: str) -> Test:
    parts: list[str | int] = []
    for part in value.s:
        if isinstance(part, SpecialChars):
            wildcard = MANY if part is SpecialChars.WILDCARD_MULTI else ONE
            if wildcard == ONE or parts[-1:] != [MANY]:
                parts.append(wildcard)
        elif parts and isinstance(parts[-1], str):
            parts[-1] += str(part)
        else:
            parts.append(str(part))
    if field == KEYWORDS:  # a keyword is searched for, not compared
        parts = [*([] if parts[:1] == [MANY] else [MANY]), *parts]
        parts += [] if parts[-1:] == [MANY] else [MANY]
    return _shaped(parts, cased)


def _shaped(parts: list[str | int], cased: str) -> Test:
    """Return the cheapest test for the pattern."""
    match parts:
        case []:
            return Test("equals", "", cased)
        case [str(text)]:
            return Test("equals", text, cased)
        case [0]:
            return PRESENT
        case [str(text), 0]:
            return Test("starts", text, cased)
        case [0, str(text)]:
            return Test("ends", text, cased)
        case [0, str(text), 0]:
            return Test("contains", text, cased)
    return Test("glob", option=cased, parts=tuple(parts))


def _regex_test(value: SigmaRegularExpression) -> Test:
    flags = sorted(value.sigma_to_re_flag[flag] for flag in value.flags)
    value.compile()
    return Test("regex", value.regexp.to_plain_regex(), "".join(flags))


def _reference_test(value: SigmaFieldReference) -> Test:
    how = {(False, False): "equals", (True, False): "starts", (False, True): "ends"}
    option = how.get((value.starts_with, value.ends_with), "contains")
    return Test("field", "".join(value.field.split()), option)
