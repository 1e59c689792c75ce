"""Is the procedure already covered by the city's 通則条例 or 押印省略規則?

Source: kinds and effects of general ordinances as the reference on analog-regulation review
lists them (old 利用条例, 推進条例, internal 規程, broad new type, announcement type); exclusions
as in 情報通信技術を活用した行政の推進等に関する法律 6条6項 and 10条.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from regulation_scan.model import CATEGORIES, Judgement, Status

KINDS: Mapping[str, tuple[str, ...]] = {
    "old": ("条例", "規則"),
    "promotion": ("条例", "規則"),
    "internal": ("訓令", "要綱", "規程", "要領", "告示"),
    "broad": ("条例", "規則", "訓令", "要綱", "規程", "要領", "告示"),
    "announcement": ("条例", "規則"),
}
"""Kind of general ordinance → kinds of instrument it covers unless ``scope`` says otherwise."""

_GENERAL_CATEGORIES = frozenset(
    ("書面", "押印・署名", "往訪閲覧・縦覧", "原本・部数", "郵便・送達")
)
_IDENTITY = re.compile(r"本人(であること)?(の|を)?確認|面前|対面")
_ORIGINAL = re.compile(r"原本|謄本|正本")
_KEPT = re.compile(r"備え付け|備え置|備付け|掲示|携帯")
_EXCLUSIONS = {
    "対面本人確認": (_IDENTITY, "対面での本人確認を要する手続は通則条例の対象外である"),
    "原本": (_ORIGINAL, "原本を確認する必要がある手続は通則条例の対象外である"),
    "備付け": (_KEPT, "現場への備付けを要するものは通則条例の対象外である"),
}


@dataclass(frozen=True, slots=True)
class GeneralOrdinance:
    """A 通則条例 (or 規程) of the city.

    Attributes:
        kind: Key of ``KINDS``.
        scope: Kinds of instrument it covers.
        exclusions: Of 対面本人確認, 原本, 備付け.
        announced: For ``announcement``: words naming the announced procedures or instruments.
    """

    title: str
    article: str
    kind: str
    scope: tuple[str, ...]
    exclusions: tuple[str, ...]
    announced: tuple[str, ...]
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class SealRule:
    """A 押印省略規則: seals in the instruments of its scope are omitted unless an exception."""

    title: str
    article: str
    scope: tuple[str, ...]
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the city has."""

    ordinances: tuple[GeneralOrdinance, ...] = ()
    seal_rules: tuple[SealRule, ...] = ()


def read_coverage(ordinances: Any, seal_rules: Any, where: SourceRef) -> Coverage:
    """Return the coverage given in kanmon.toml; raises ``ConfigError`` for a malformed entry."""
    return Coverage(
        tuple(_ordinance(raw, where) for raw in _entries(ordinances, where)),
        tuple(_seal_rule(raw, where) for raw in _entries(seal_rules, where)),
    )


def apply_coverage(judgements: Iterable[Judgement], coverage: Coverage) -> tuple[Judgement, ...]:
    """Return the judgements; findings the city has covered become ``COVERED``.

    A finding that is close to being covered keeps its status and gets the reason: outside the
    scope (要綱・訓令), excluded, or not announced.
    """
    return tuple(_apply(judgement, coverage) for judgement in judgements)


def _apply(judgement: Judgement, coverage: Coverage) -> Judgement:
    if judgement.status is not Status.FINDING:
        return judgement
    notes: list[str] = []
    for ordinance in coverage.ordinances:
        if judgement.category in ordinance.categories:
            note = _ordinance_refusal(judgement, ordinance)
            if not note:
                return _covered(judgement, ordinance.title, ordinance.article)
            notes.append(note)
    if judgement.category == "押印・署名":
        for rule in coverage.seal_rules:
            note = _seal_refusal(judgement, rule)
            if not note:
                return _covered(judgement, rule.title, rule.article)
            notes.append(note)
    return replace(judgement, reasons=(*judgement.reasons, *notes)) if notes else judgement


def _covered(judgement: Judgement, title: str, article: str) -> Judgement:
    reason = f"{title}{article}により対応済み"
    return replace(
        judgement,
        status=Status.COVERED,
        reason_code="COV",
        reasons=(reason, *judgement.reasons),
        covered_by=(title, article),
    )


def _ordinance_refusal(judgement: Judgement, ordinance: GeneralOrdinance) -> str:
    """Return why the ordinance does not cover the finding; empty when it does."""
    kind = judgement.clause.instrument.kind
    if kind not in ordinance.scope:
        return _outside(ordinance.title, ordinance.scope, kind)
    text = judgement.clause.sentence
    for name in ordinance.exclusions:
        pattern, note = _EXCLUSIONS[name]
        if pattern.search(text):
            return note
    if ordinance.kind == "announcement":
        place = judgement.clause.instrument.title + judgement.clause.caption + text
        if not any(word in place for word in ordinance.announced):
            return f"{ordinance.title}は告示された手続に限る（告示されれば対応済みになる）"
    return ""


def _outside(title: str, scope: Sequence[str], kind: str) -> str:
    return f"{title}は{'・'.join(scope)}だけを対象とし、{kind or '種別不明'}には及ばない"


def _seal_refusal(judgement: Judgement, rule: SealRule) -> str:
    kind = judgement.clause.instrument.kind
    if kind not in rule.scope:
        return (
            f"{rule.title}は{'・'.join(rule.scope)}だけを対象とし、{kind or '種別不明'}には及ばない"
        )
    text = judgement.clause.sentence + judgement.clause.caption + judgement.clause.instrument.title
    for word in rule.exceptions:
        if word in text:
            return f"{rule.title}の例外（{word}）に当たる"
    return ""


def _entries(raw: Any, where: SourceRef) -> Sequence[Mapping[str, Any]]:
    entries = [raw] if isinstance(raw, dict) and raw else raw or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError("[[regulation.…]] の形で書きます", where=where)
    return entries


def _ordinance(raw: Mapping[str, Any], where: SourceRef) -> GeneralOrdinance:
    known = {"title", "article", "kind", "scope", "exclusions", "announced", "categories"}
    _check(raw, known, where)
    kind = raw.get("kind", "old")
    if kind not in KINDS:
        raise ConfigError(f"kind {kind!r} はありません", where=where, hint="、".join(KINDS))
    exclusions = tuple(raw.get("exclusions", tuple(_EXCLUSIONS)))
    unknown = [name for name in exclusions if name not in _EXCLUSIONS]
    if unknown:
        hint = "、".join(_EXCLUSIONS)
        raise ConfigError(f"exclusions {unknown[0]!r} はありません", where=where, hint=hint)
    categories = frozenset(raw.get("categories", _GENERAL_CATEGORIES))
    if not categories <= set(CATEGORIES):
        raise ConfigError("categories に知らない区分があります", where=where)
    return GeneralOrdinance(
        str(raw["title"]),
        str(raw.get("article", "")),
        kind,
        tuple(raw.get("scope", KINDS[kind])),
        exclusions,
        tuple(raw.get("announced", ())),
        categories,
    )


def _seal_rule(raw: Mapping[str, Any], where: SourceRef) -> SealRule:
    _check(raw, {"title", "article", "scope", "exceptions"}, where)
    return SealRule(
        str(raw["title"]),
        str(raw.get("article", "")),
        tuple(raw.get("scope", ("規則", "要綱", "訓令", "規程", "要領", "告示"))),
        tuple(raw.get("exceptions", ("契約", "入札", "請求", "補助金", "委任状"))),
    )


def _check(raw: Mapping[str, Any], known: set[str], where: SourceRef) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        hint = "使える項目: " + "、".join(sorted(known))
        raise ConfigError(f"項目 {unknown[0]} はありません", where=where, hint=hint)
    if not isinstance(raw.get("title"), str) or not raw["title"]:
        raise ConfigError("title（題名）がありません", where=where)
    for key in ("scope", "exclusions", "announced", "categories", "exceptions"):
        if key in raw and not isinstance(raw[key], list):
            raise ConfigError(f"{key} は一覧で書きます", where=where)
