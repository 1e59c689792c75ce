"""Phishing-drill results: GoPhish's CSV and JSON, or a generic CSV.

Addresses serve to find the person; IP address, position and form data are never read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef
from training.columns import DRILL, DRILL_REQUIRED, map_columns, value
from training.completions_file import read_day
from training.identify import Directory
from training.model import DrillResult
from training.sheet import read_bytes, read_sheet
from training.xapi_file import load_json, looks_like_json

# Source: GoPhish models/result.go, the status words in the order they are reached.
_STATUS = {
    "scheduled": None,
    "sending": None,
    "retrying": None,
    "error": None,
    "error sending email": None,
    "email sent": 0,
    "email opened": 1,
    "clicked link": 2,
    "submitted data": 3,
    "email reported": 0,
}
_FLAGS = ("opened", "clicked", "submitted", "reported")
_YES = ("1", "true", "yes", "y", "○", "◯", "〇", "有", "あり", "報告", "通報", "済")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of a drill as the tool reports it."""

    where: SourceRef
    number: str
    email: str
    day: str
    campaign: str
    status: str
    flags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill is called and when it took place; both override the file when given."""

    campaign: str
    day: date | None


def read_mails(path: Path) -> tuple[Mail, ...]:
    """Return the mails in a results file; raises ``InputError`` when it is none."""
    data = read_bytes(path)
    if looks_like_json(data):
        return _from_json(load_json(data, SourceRef(str(path))), SourceRef(str(path)))
    sheet = read_sheet(path)
    fields = map_columns(sheet, DRILL, DRILL_REQUIRED)
    if not {"number", "email"} & set(fields) or not {"status", "clicked"} & set(fields):
        raise InputError(
            "訓練結果の列がありません",
            where=sheet.where,
            hint="email（または職員番号）と、status（GoPhish）かクリックの列が要ります",
        )
    return tuple(
        Mail(
            row.where,
            value(row, fields, "number"),
            value(row, fields, "email"),
            value(row, fields, "day"),
            value(row, fields, "campaign"),
            value(row, fields, "status"),
            {name: value(row, fields, name) for name in _FLAGS if name in fields},
        )
        for row in sheet.rows
    )


def _from_json(items: list[Any], where: SourceRef) -> tuple[Mail, ...]:
    mails = []
    for number, item in enumerate(items, start=1):
        place = where.at(f"{number} 件目")
        if not isinstance(item, dict) or "status" not in item:
            raise InputError(
                "GoPhish の結果（results）ではありません",
                where=place,
                hint="キャンペーンの Results を JSON か CSV で書き出してください",
            )
        mails.append(
            Mail(
                place,
                "",
                str(item.get("email", "")),
                str(item.get("send_date", "")),
                str(item.get("campaign_id", "")),
                str(item.get("status", "")),
                {"reported": str(item.get("reported", ""))},
            )
        )
    return tuple(mails)


def match_mails(
    mails: Iterable[Mail], drill: Drill, directory: Directory, *, today: date
) -> tuple[tuple[DrillResult, ...], tuple[Skip, ...]]:
    """Return who did what, one result for each person and campaign, and what is left out.

    A mail that was never delivered is a skip: it must not count as "not clicked".
    """
    found: dict[tuple[str, str], DrillResult] = {}
    skips: list[Skip] = []
    for mail in mails:
        reached = _STATUS.get(mail.status.strip().casefold(), -1 if mail.status else 0)
        if reached is None or reached == -1:
            reason = "届いていないメールです" if reached is None else "知らない状態です"
            skips.append(Skip(mail.where, f"{reason}: {mail.status[:40]}"))
            continue
        try:
            day = drill.day or read_day(mail.day)
        except ValueError:
            skips.append(Skip(mail.where, "配信日が読めません", "--date で指定できます"))
            continue
        if day > today:
            skips.append(Skip(mail.where, "配信日が未来です"))
            continue
        person = directory.person(mail.number, mail.email, day)
        if person is None:
            hint = "名簿のメールアドレスの列を確かめてください"
            skips.append(Skip(mail.where, "名簿にないメールアドレス・職員番号です", hint))
            continue
        submitted = reached >= 3 or _yes(mail, "submitted")
        clicked = reached >= 2 or submitted or _yes(mail, "clicked")
        record = directory.people[person].latest_record(day)
        campaign = drill.campaign or mail.campaign or day.isoformat()
        result = DrillResult(
            campaign=campaign,
            day=day,
            person=person,
            section=record.section,
            opened=reached >= 1 or clicked or _yes(mail, "opened"),
            clicked=clicked,
            submitted=submitted,
            reported=_yes(mail, "reported") or mail.status.casefold() == "email reported",
        )
        found[campaign, person] = _together(found.get((campaign, person)), result)
    return tuple(found[key] for key in sorted(found)), tuple(sorted(skips))


def _together(first: DrillResult | None, second: DrillResult) -> DrillResult:
    """Return both mails to one person in one campaign as one result."""
    if first is None:
        return second
    return DrillResult(
        campaign=first.campaign,
        day=min(first.day, second.day),
        person=first.person,
        section=first.section,
        opened=first.opened or second.opened,
        clicked=first.clicked or second.clicked,
        submitted=first.submitted or second.submitted,
        reported=first.reported or second.reported,
    )


def _yes(mail: Mail, flag: str) -> bool:
    return mail.flags.get(flag, "").strip().casefold() in _YES
