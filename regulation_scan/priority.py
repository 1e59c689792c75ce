"""What to look at first: whom the duty falls on, which procedure it belongs to, who may change it.

Order: A the state's priority online procedures; B duties of residents and businesses; C what
the city does toward them; D internal rules.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from regulation_scan.cues import read_yaml
from regulation_scan.model import Judgement, Status

RESIDENTS, TOWARD, INTERNAL = "住民・事業者", "行政から住民へ", "内部"
PRIORITIES: Mapping[str, str] = {
    "A": "優先的にオンライン化すべき手続",
    "B": "住民・事業者の義務",
    "C": "行政から住民・事業者への行為",
    "D": "内部の事務",
}

_AUTHORITY = re.compile(
    r"(市長|町長|村長|区長|知事|大臣|教育長|教育委員会|(?<!指定)(?<!衛生)(?<!安全)管理者|消防長|署長|委員会|審査会|審議会|協議会|会長|議長|所長|課長|部長|"
    r"局長|室長|校長|園長|館長|監査委員|職員|担当者|主任|係長|主事|委員|実施機関|市|町|村|機構|庁)$"
)
_TOWARD = re.compile(
    r"(申請者|申込者|届出者|利用者|住民|使用者|事業者|利害関係人|公衆|一般|請求者|交付|通知|縦覧|閲覧|掲示|公告)"
)
_INTERNAL_KINDS = ("訓令", "規程")
_NATIONAL = re.compile(r"(法|政令|省令|法施行令|令)(?:第[一二三四五六七八九十百0-9]+条|の規定)")


@dataclass(frozen=True, slots=True)
class Guidance:
    """The city's editable lists: procedures with the words that must all occur, and advice."""

    procedures: tuple[tuple[str, tuple[str, ...]], ...]
    technologies: Mapping[tuple[str, str], str]


def load_guidance(folder: Path) -> Guidance:
    """Return procedures.yml and technology.yml; raises ``ConfigError`` when malformed."""
    return Guidance(
        _procedures(folder / "procedures.yml"), _technologies(folder / "technology.yml")
    )


def enrich(judgement: Judgement, guidance: Guidance) -> Judgement:
    """Return the judgement with addressee, priority, procedure, PHASE, technology and discretion.

    The PHASE is a proposal: 2 where a digital means stands beside the analog one, 1-1 where the
    text itself names the analog act, 1-2 where only practice makes it analog.
    """
    addressee = _addressee(judgement)
    procedure = _procedure(judgement, guidance.procedures)
    if judgement.status is Status.NOT_APPLICABLE:
        return replace(judgement, addressee=addressee, discretion=_discretion(judgement))
    technology = guidance.technologies.get(
        (judgement.category, judgement.type_ja.split("、")[0]),
        guidance.technologies.get((judgement.category, ""), ""),
    )
    return replace(
        judgement,
        addressee=addressee,
        procedure=procedure,
        priority="A" if procedure else {RESIDENTS: "B", TOWARD: "C"}.get(addressee, "D"),
        phase=_phase(judgement),
        technology=technology,
        discretion=_discretion(judgement),
    )


def _phase(judgement: Judgement) -> str:
    if judgement.digital_ok or judgement.status is Status.COVERED:
        return "2"
    return "1-2" if judgement.confidence.slug == "low" else "1-1"


def _addressee(judgement: Judgement) -> str:
    if judgement.clause.form:
        return (
            RESIDENTS if "申請" in judgement.clause.caption + judgement.clause.sentence else TOWARD
        )
    if judgement.subject and not _AUTHORITY.search(judgement.subject):
        return RESIDENTS
    if judgement.clause.instrument.kind in _INTERNAL_KINDS:
        return INTERNAL
    if _TOWARD.search(judgement.clause.sentence):
        return TOWARD
    return INTERNAL if judgement.subject else TOWARD


def _procedure(judgement: Judgement, procedures: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    clause = judgement.clause
    place = clause.instrument.title + clause.caption + clause.sentence
    for name, words in procedures:
        if all(word in place for word in words):
            return name
    return ""


def _discretion(judgement: Judgement) -> str:
    clause = judgement.clause
    if _NATIONAL.search(clause.sentence):
        return "国の法令に根拠の記載あり（裁量の有無を要確認）"
    if clause.instrument.kind in ("法律", "政令", "省令"):
        return "国の法令"
    if clause.instrument.kind:
        return "市の裁量とみられる（法令の引用なし）"
    return "不明"


def _procedures(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for group in _list(read_yaml(path), "groups", path):
        for entry in _list(group, "procedures", path):
            words = entry.get("words") if isinstance(entry, dict) else None
            if not isinstance(words, list) or not words or not entry.get("name"):
                raise ConfigError("name と words が必要です", where=SourceRef(str(path)))
            found.append((str(entry["name"]), tuple(str(word) for word in words)))
    # The most specific wins: more words first; the order of the file among equals.
    return tuple(sorted(found, key=lambda item: -len(item[1])))


def _technologies(path: Path) -> Mapping[tuple[str, str], str]:
    found = {}
    for entry in _list(read_yaml(path), "technologies", path):
        if not isinstance(entry, dict) or not entry.get("category") or "suggestion" not in entry:
            raise ConfigError("category と suggestion が必要です", where=SourceRef(str(path)))
        offer = f"（技術カタログの公募 {entry['offer']}）" if entry.get("offer") else ""
        key = (str(entry["category"]), str(entry.get("type", "")))
        found[key] = f"{entry['suggestion']}{offer}"
    return found


def _list(raw: Any, key: str, path: Path) -> list[Any]:
    value = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(value, list):
        raise ConfigError(f"{key} の一覧がありません", where=SourceRef(str(path)))
    return value
