"""An incident as it stands, and the timeline it follows from. The timeline is the record."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from csirt.duty import Answer
from kanmon.dates import utc_text


class State(Enum):
    """Where the handling stands. Source: NIST SP 800-61 and JPCERT/CC's handling flow."""

    RECEIVED = "received", "検知・受付"
    TRIAGE = "triage", "トリアージ"
    CONTAINMENT = "containment", "封じ込め"
    ERADICATION_RECOVERY = "eradication-recovery", "根絶・復旧"
    POST_INCIDENT = "post-incident", "事後対応"
    CLOSED = "closed", "終結"
    DISMISSED = "dismissed", "事案ではない"
    MERGED = "merged", "統合済み"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has work to do."""
        return self not in (State.CLOSED, State.DISMISSED, State.MERGED)

    @property
    def is_confirmed(self) -> bool:
        """Return whether a person has confirmed that it is an incident."""
        confirmed = (State.CONTAINMENT, State.ERADICATION_RECOVERY, State.POST_INCIDENT)
        return self in (*confirmed, State.CLOSED)


class EntryKind(Enum):
    """What a timeline entry records."""

    OPENED = "opened", "起票"
    ALERT = "alert", "検知"
    ALERT_MOVED = "alert-moved", "検知の移動"
    NOTE = "note", "記録"
    DECISION = "decision", "決定"
    STATE = "state", "状態"
    FACT = "fact", "事実"
    TIME = "time", "時刻"
    ANSWER = "answer", "回答"
    CLOCK = "clock", "期限の変更"
    DONE = "done", "報告・通知"
    EVIDENCE = "evidence", "証拠"
    ASSET = "asset", "影響資産"
    MERGED = "merged", "統合"
    SPLIT = "split", "分割"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


class Origin(Enum):
    """Who brought the first report."""

    LOG = "log", "ログの検知"
    STAFF = "staff", "職員"
    CONTRACTOR = "contractor", "委託先"
    CITIZEN = "citizen", "住民"
    AUTHORITY = "authority", "公的機関（警察・県・JPCERT/CC など）"
    PRESS = "press", "報道機関"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


TIMES = {
    "occurred": "発生",
    "detected": "検知",
    "known": "知った（いずれかの部署が）",
    "decided": "事案と判断",
    "contained": "封じ込め完了",
    "recovered": "復旧",
    "preliminary": "速報",
    "final": "確報",
    "notified-from": "本人通知の開始",
    "notified-to": "本人通知の完了",
    "published": "公表",
    "closed": "終結",
}
"""The times kept apart, in the order they are shown."""

FACTS = {
    "title": "件名",
    "category": "区分",
    "severity": "重大さ",
    "origin": "第一報の出どころ",
    "reporter": "第一報をくれた人",
    "known-by": "知った部署",
    "assignee": "担当者",
    "contractor": "委託先",
    "contract": "契約",
    "sections": "関係する課",
    "staff": "関係する職員番号",
    "summary": "概要",
    "items": "漏えい等した情報の項目",
    "cause": "原因",
    "secondary-damage": "二次被害とそのおそれ",
    "response-to-persons": "本人への対応",
    "publication": "公表の状況",
    "prevention": "再発防止の措置",
    "lessons": "教訓",
    "other": "その他",
}
"""What is known of an incident, in the order it is shown; the nine report items among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A timeline entry before it is numbered and signed.

    Attributes:
        happened: When the thing happened, aware; ``None``: as it is recorded.
        text: One Japanese line.
        data: What a replay needs; JSON values only.
    """

    kind: EntryKind
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    happened: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline: numbered from 1, never changed, never removed.

    Attributes:
        recorded: When it was written down, aware, UTC.
        happened: When the thing itself happened, aware, UTC.
        chain: SHA-256 over this entry and the chain of the one before.
    """

    number: int
    recorded: datetime
    happened: datetime
    author: str
    kind: EntryKind
    text: str
    data: Mapping[str, Any]
    chain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file kept as evidence; ``sha256`` is of its bytes when it was taken in."""

    path: str
    sha256: str
    size: int
    taken_by: str
    taken_at: datetime
    stored: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A host, account, system or paper file the incident touches."""

    name: str
    layer: str
    owner: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The state a timeline adds up to. Compare ``revision`` to notice another person's change.

    Attributes:
        revision: Number of timeline entries.
        alerts: Fingerprints of the findings that belong to it, in the order they were added.
        times: By name of ``TIMES``, aware, UTC.
        facts: By name of ``FACTS``; empty ones are absent.
        done: When each duty was fulfilled, by duty id.
        merged_into: Id of the incident that took this one over; empty otherwise.
        decided_before: True once it was confirmed, also after a reopening.
    """

    id: str
    state: State
    revision: int
    alerts: tuple[str, ...]
    times: Mapping[str, datetime]
    facts: Mapping[str, str]
    answers: Mapping[str, Answer]
    done: Mapping[str, datetime]
    evidence: tuple[Evidence, ...]
    assets: tuple[Asset, ...]
    merged_into: str
    decided_before: bool
    timeline: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """Return the title; the id when it has none."""
        return self.facts.get("title", self.id)

    @property
    def category(self) -> str:
        """Return the runbook's slug; ``general`` until somebody chose."""
        return self.facts.get("category", "general")

    @property
    def sections(self) -> tuple[str, ...]:
        """Return the sections concerned, in the order given."""
        return split_list(self.facts.get("sections", ""))

    @property
    def staff(self) -> tuple[str, ...]:
        """Return the staff numbers concerned, in the order given."""
        return split_list(self.facts.get("staff", ""))


def split_list(text: str) -> tuple[str, ...]:
    """Return the parts of ``a、b,c`` without blanks and empties."""
    return tuple(part.strip() for part in text.replace("、", ",").split(",") if part.strip())


def chain_digest(previous: str, entry: Entry) -> str:
    """Return the SHA-256 that ties an entry to everything before it."""
    body = [
        previous,
        entry.number,
        utc_text(entry.recorded),
        utc_text(entry.happened),
        entry.author,
        entry.kind.slug,
        entry.text,
        json.dumps(entry.data, sort_keys=True),
    ]
    return hashlib.sha256(json.dumps(body).encode()).hexdigest()
