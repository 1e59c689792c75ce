"""What an instrument is called: title, number, date and type, from the words themselves."""

import datetime
import re
from dataclasses import dataclass

from kanmon.dates import parse_date
from kanmon.provision import Provision, arabic_dates, half_width, parse_provision

# 訓令甲, 教育委員会規則 and the like are found by the word they contain.
_TYPES = (
    ("条例", "条例"),
    ("規則", "規則"),
    ("訓令", "訓令"),
    ("告示", "告示"),
    ("規程", "規程"),
    ("要綱", "要綱"),
    ("要領", "要領"),
    ("基準", "基準"),
    ("ポリシー", "基準"),
    ("方針", "基準"),
    ("政令", "政令"),
    ("省令", "省令"),
    ("府令", "府令"),
    ("勅令", "勅令"),
    ("法律", "法律"),
)
_N = r"[0-9０-９〇一二三四五六七八九十百千元]+"
DATE_LINE = re.compile(rf"(?:明治|大正|昭和|平成|令和)\s*{_N}年\s*{_N}月\s*{_N}日")
_YEAR = re.compile(rf"(?:明治|大正|昭和|平成|令和)\s*{_N}年")
NUMBER_LINE = re.compile(
    rf"([^\s　0-9０-９()（）、。]{{0,20}}(?:条例|規則|訓令|告示|規程|要綱|法律|政令|令)[甲乙]?)"
    rf"\s*第{_N}号"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Title, number as written, date and type; empty or ``None`` where the text says nothing."""

    title: str = ""
    number: str = ""
    date: datetime.date | None = None
    type: str = ""


def identify(title: str, number: str, date_text: str = "") -> Identity:
    """Return what ``title``, ``number`` and ``date_text`` (often one line) say together.

    The number is given with its year, as instruments are cited: 平成9年条例第20号.
    """
    name = title.strip("○◯〇● 　\n")
    found = NUMBER_LINE.search(_YEAR.sub(" ", DATE_LINE.sub(" ", number)))
    plain = arabic_dates("".join(found[0].split())) if found else ""
    day = read_date(date_text or number)
    if plain and (
        year := re.match(r"\D+(?:[0-9元]+|[一二三四五六七八九十]+)年", _era(date_text, number))
    ):
        plain = year[0] + plain
    return Identity(name, plain, day, instrument_type(name, plain))


def read_date(text: str) -> datetime.date | None:
    """Return the first Japanese calendar date in ``text``, or ``None``."""
    if match := DATE_LINE.search(text):
        try:
            return parse_date("".join(half_width(match[0]).split()))
        except ValueError:
            return None
    return None


def instrument_type(title: str, number: str) -> str:
    """Return 条例, 規則, 要綱 …: the end of the title decides, then the number, else empty.

    An 要綱 is published as a 告示 or 訓令; what it is called tells more than how it was published.
    """
    plain = re.sub(r"[（(].*?[)）]|\s", "", title)
    for words in (plain[-12:], number):
        hits = [(words.rfind(word), kind) for word, kind in _TYPES if word in words]
        if hits:
            return max(hits)[1]
    return "法律" if plain.endswith("法") else ""


def read_related(text: str) -> tuple[Provision, ...]:
    """Return the provisions of a ``(第3条、第5条関係)`` in ``text``; empty without one."""
    match = re.search(r"[（(]([^（()）]*(?:[（(][^（()）]*[)）])?[^（()）]*)関係[)）]", text)
    if not match:
        return ()
    found: list[Provision] = []
    for part in re.split(r"、|，|,|・|及び|並びに|又は|~|～|―|から|まで", match[1]):
        try:
            provision = parse_provision(part.strip())
        except ValueError:
            continue
        if provision.steps:
            found.append(provision)
    return tuple(found)


def _era(date_text: str, number: str) -> str:
    match = DATE_LINE.search(date_text) or DATE_LINE.search(number) or _YEAR.search(number)
    return half_width("".join(match[0].split())) if match else ""
