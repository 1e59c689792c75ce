"""How often, by when, how much: the numbers of a clause, with their direction. Pure."""

import re
from collections.abc import Iterator

from policy.model import Dimension, Part
from policy.part_rules import MONTHS, NUMBER, PartRules, Threshold, narrow, number

_DAYS_PER_YEAR, _WEEKS_PER_YEAR, _MONTHS_PER_YEAR = 365, 52, 12
# Hours in a unit of time; a month is a twelfth of a year, for ordering only.
_HOURS = {
    "秒": 1 / 3600,
    "分": 1 / 60,
    "時間": 1,
    "日": 24,
    "営業日": 24,
    "開庁日": 24,
    "日間": 24,
    "週": 168,
    "週間": 168,
    "か月": 730,
    "年": 8760,
    "年間": 8760,
}
_TIMES = r"(?:回|度)"
# 「1回以上」 sets a floor, 「1回」 a number; the words stay with the frequency.
_AT_LEAST, _OR_MORE = r"(?:(?:少なくとも|最低でも|最低)、?)?", r"(?:以上)?"
_FREQUENCIES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(_AT_LEAST + pattern + _OR_MORE), per_year)
    for pattern, per_year in (
        (rf"四半期(?:ごと)?に({NUMBER}){_TIMES}", 4),
        (rf"半[年期](?:ごと)?に({NUMBER}){_TIMES}", 2),
        (rf"(?<![か箇ヶヵカケ])毎?月(?:に|間)?({NUMBER}){_TIMES}", 12),
        (rf"(?<![0-9〇一二三四五六七八九十])毎?週(?:に|間)?({NUMBER}){_TIMES}", 52),
        (rf"(?:毎日|[1一]日に?)({NUMBER}){_TIMES}", 365),
        (
            rf"(?<![0-9〇一二三四五六七八九十])(?:毎?年度?|[1一]年)(?:に|間に?|内に)?(?:少なくとも|最低)?"
            rf"({NUMBER}){_TIMES}",
            1,
        ),
    )
)
_ONCE = rf"(?:少なくとも|最低)?[1一]{_TIMES}{_OR_MORE}"
_PERIODS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"{_AT_LEAST}({NUMBER}){unit}(?:間?に{_ONCE}|ごと|毎|おき)"), per_year)
    for unit, per_year in (
        ("年度?", 1),
        (MONTHS, _MONTHS_PER_YEAR),
        ("週間?", _WEEKS_PER_YEAR),
        ("日", _DAYS_PER_YEAR),
    )
)
_EACH_TIME = re.compile(r"[ぁ-ん]?都度|するたびに|る度に")
_UNIT = rf"(営業日|開庁日|日間?|時間|週間?|{MONTHS}|年間?|分|秒)"
_WITHIN = re.compile(rf"({NUMBER}){_UNIT}(?:以内|(?:後)?までに)")
_DAY_WORDS = (
    (re.compile("当日中|その日のうち|同日中"), 12.0),
    (re.compile("翌日(?:まで|中)|翌(?:営業|開庁)日(?:まで|中)"), 36.0),
)
_QUANTITY = re.compile(
    rf"(?<![第和成号条項])({NUMBER})"
    rf"(営業日|開庁日|日間?|時間|週間?|{MONTHS}|年間?|分|秒|桁|文字|字|けた|種類|種|回|世代|ビット|bit"
    r"|名|人|パーセント|%|台|件|か所|箇所|メートル|キロメートル|km|m|メガバイト|ギガバイト|MB|GB)"
    r"(?!度|目|生|前)(?:間|分)?(以上|以内|以下|未満|を超え|まで)?"
)
_TIME_KEYS = frozenset({"年", "か月", "週", "日", "時間", "分", "秒"})


def find_quantities(sentence: str, rules: PartRules) -> tuple[Part, ...]:
    """Return frequencies, deadlines and thresholds of one sentence; offsets are in it."""
    plain = narrow(sentence)
    taken: list[tuple[int, int]] = []
    found: list[Part] = []
    for part in (*_deadlines(plain, rules), *_frequencies(plain, rules), *_amounts(plain, rules)):
        end = part.start + len(part.text)
        if any(part.start < stop and start < end for start, stop in taken):
            continue
        taken.append((part.start, end))
        found.append(part)
    found += _grades(plain, rules)
    return tuple(found)


def _frequencies(plain: str, rules: PartRules) -> Iterator[Part]:
    for pattern, per_year in _FREQUENCIES:
        for match in pattern.finditer(plain):
            rank = number(match.group(1)) * per_year
            yield Part(Dimension.FREQUENCY, "per-year", rank, match.group(), match.start())
    for pattern, per_year in _PERIODS:
        for match in pattern.finditer(plain):
            rank = per_year / max(number(match.group(1)), 1e-9)
            yield Part(Dimension.FREQUENCY, "per-year", rank, match.group(), match.start())
    for match in _EACH_TIME.finditer(plain):
        yield Part(Dimension.FREQUENCY, "each-time", 1.0, match.group(), match.start())
    for ranked in rules.frequency:
        for match in ranked.pattern.finditer(plain):
            yield Part(Dimension.FREQUENCY, "per-year", ranked.rank, match.group(), match.start())


def _deadlines(plain: str, rules: PartRules) -> Iterator[Part]:
    for match in _WITHIN.finditer(plain):
        measure = _measure(plain, _base_unit(match.group(2)), rules)
        if measure is not None and measure.sign < 0:
            continue  # 10分以内に自動ロック is a threshold of its own, not a deadline
        hours = number(match.group(1)) * _HOURS[_hour_unit(match.group(2))]
        yield Part(Dimension.DEADLINE, "hours", -hours, match.group(), match.start())
    for pattern, hours in _DAY_WORDS:
        for match in pattern.finditer(plain):
            yield Part(Dimension.DEADLINE, "hours", -hours, match.group(), match.start())
    for ranked in rules.urgency:
        for match in ranked.pattern.finditer(plain):
            yield Part(Dimension.DEADLINE, "urgency", ranked.rank, match.group(), match.start())


def _amounts(plain: str, rules: PartRules) -> Iterator[Part]:
    for match in _QUANTITY.finditer(plain):
        amount, unit, bound = number(match.group(1)), _base_unit(match.group(2)), match.group(3)
        threshold = _measure(plain, unit, rules)
        suffix = ""
        if unit in _TIME_KEYS:
            amount, suffix = amount * _HOURS[unit], "-hours"
        if threshold is not None:
            rank, key = amount * threshold.sign, threshold.key + suffix
            yield Part(Dimension.THRESHOLD, key, rank, match.group(), match.start())
        elif bound and (not suffix or bound == "以上"):
            sign = 1 if bound in ("以上", "を超え") else -1
            key = f"amount{suffix or '-' + unit}"
            yield Part(Dimension.THRESHOLD, key, amount * sign, match.group(), match.start())


def _measure(plain: str, unit: str, rules: PartRules) -> Threshold | None:
    for threshold in rules.thresholds:
        if unit in threshold.units and threshold.near.search(plain):
            return threshold
    return None


def _grades(plain: str, rules: PartRules) -> Iterator[Part]:
    for grade in rules.grades:
        if not grade.near.search(plain):
            continue
        for step in range(len(grade.steps) - 1, -1, -1):
            if match := grade.steps[step].search(plain):
                yield Part(
                    Dimension.THRESHOLD,
                    f"grade-{grade.key}",
                    float(step),
                    match.group(),
                    match.start(),
                )
                break


def _base_unit(unit: str) -> str:
    if unit.endswith("月"):
        return "か月"
    plain = unit.removesuffix("間") if unit in ("日間", "週間", "年間") else unit
    return {
        "営業日": "日",
        "開庁日": "日",
        "けた": "桁",
        "字": "文字",
        "種": "種類",
        "人": "名",
        "%": "パーセント",
        "bit": "ビット",
        "度": "回",
    }.get(plain, plain)


def _hour_unit(unit: str) -> str:
    return "か月" if unit.endswith("月") else unit
