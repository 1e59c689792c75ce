"""Decisions about alerts, and exceptions made of them: what the alerts commands do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from csirt.hit_store import hits_around, hits_of
from csirt.incident_store import load_incidents
from csirt.runbook import Library
from csirt.runbook_mapping import CategoryMapping
from csirt.suppress import Suppression, filter_text
from csirt.triage import Ranked, logsource_of, rule_of, times_of, user_of
from csirt.triage_load import rule_story, runbook_of
from csirt.triage_report import AlertView
from kanmon.dates import JST
from kanmon.errors import InputError
from kanmon.output import check_output, write_output
from kanmon.review import Disposition, Review
from kanmon.source import SourceRef
from kanmon.store.records import add_reviews, last_reviews, review_history
from kanmon.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person says about alerts.

    Attributes:
        replaces: True to set it over another person's differing decision.
    """

    disposition: Disposition
    note: str
    reviewer: str
    at: datetime
    approver: str = ""
    expires: date | None = None
    replaces: bool = False


def decide(
    store: Store, items: Sequence[Ranked], verdict: Verdict, today: date
) -> tuple[Review, ...]:
    """Append the decision about every alert, all or none, and return the reviews.

    Raises:
        InputError: somebody else decided otherwise meanwhile; nothing is kept, and theirs is
            named, so that no decision is overwritten unseen.
    """
    with store.transaction():
        ruling = last_reviews(store)
        for item in items:
            _refuse_overwriting(item, ruling.get(item.finding.fingerprint), verdict, today)
        reviews = tuple(_review(item, verdict) for item in items)
        add_reviews(store, reviews)
    return reviews


@dataclass(frozen=True, slots=True)
class Shelf:
    """What alerts are explained with: runbooks, the mapping, the folder of our own rules."""

    library: Library
    mapping: CategoryMapping
    rules: Path


def view_alert(store: Store, item: Ranked, shelf: Shelf, minutes: int) -> AlertView:
    """Return everything about one alert that is worth showing."""
    finding = item.finding
    first, last = times_of(finding)
    reach = timedelta(minutes=minutes)
    around = hits_of(store, finding.fingerprint)
    if first is not None:
        around = hits_around(
            store,
            host=finding.subject,
            user=user_of(finding),
            start=first - reach,
            end=(last or first) + reach,
        )
    chosen = runbook_of(shelf.mapping, finding)
    incidents = tuple(
        (incident.id, incident.title)
        for incident in load_incidents(store)
        if finding.fingerprint in incident.alerts
    )
    return AlertView(
        item=item,
        story=rule_story(finding, shelf.rules),
        runbook=chosen,
        runbook_title=shelf.library.runbooks[chosen.category].title,
        history=review_history(store, finding.fingerprint),
        around=around,
        minutes=minutes,
        incidents=incidents,
    )


def values_to_suppress(
    store: Store, item: Ranked, fields: Sequence[str], given: Mapping[str, str]
) -> dict[str, str]:
    """Return field values for a filter: ``fields`` read from the alert's hits, ``given`` as is.

    Raises:
        InputError: none named, the hits lack the field, or its hits disagree about it.
    """
    hits = hits_of(store, item.finding.fingerprint)
    names = dict.fromkeys(name for hit in hits for name, _ in hit.fields)
    where = SourceRef("アラート", item.finding.fingerprint)
    hint = f"この記録の項目: {'、'.join(names)}" if names else "--match 項目名=値 で書いてください"
    values = dict(given)
    for field in fields:
        found = {str(value) for hit in hits for name, value in hit.fields if name == field}
        if not found:
            raise InputError(f"項目 {field} は、このアラートの記録にありません",
                             where=where, hint=hint)  # fmt: skip
        if len(found) > 1:
            raise InputError(
                f"項目 {field} の値が一つに決まりません（{len(found)} 通り）",
                where=where,
                hint=f"--match {field}=値 で一つに決めてください",
            )
        values[field] = found.pop()
    if not values:
        raise InputError(
            "条件がありません。条件のない抑止は、そのルールを全て黙らせます", where=where, hint=hint
        )
    return values


def write_suppression(
    item: Ranked, values: Mapping[str, str], verdict: Verdict, folder: Path | None
) -> tuple[Path, str]:
    """Write the filter of an accepted or false alert; return the file and its text.

    Raises:
        InputError: no folder is set, the end lies in the past, or the file cannot be written.
    """
    if folder is None:
        raise InputError(
            "抑止を書くフォルダーが決まっていません",
            where=SourceRef("csirt.filters"),
            hint="kanmon.toml の [csirt] に filters を書くか、--folder で指定してください",
        )
    if verdict.expires is None or verdict.expires < _day(verdict.at):
        raise InputError(
            "--until が過ぎています", where=SourceRef("--until", str(verdict.expires or ""))
        )
    suppression = Suppression(
        rule=rule_of(item.finding),
        rule_title=item.finding.title,
        logsource=logsource_of(item.finding),
        values=values,
        reason=verdict.note,
        author=verdict.reviewer,
        made_on=_day(verdict.at),
        expires=verdict.expires,
    )
    text = filter_text(suppression)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / suppression.file_name
    check_output(str(target))
    write_output(text.encode(), str(target))
    return target, text


def _refuse_overwriting(item: Ranked, ruling: Review | None, verdict: Verdict, today: date) -> None:
    if ruling is None or verdict.replaces or ruling.reviewer == verdict.reviewer:
        return
    if ruling.disposition in (verdict.disposition, Disposition.OPEN) or not ruling.holds_on(today):
        return
    raise InputError(
        f"{ruling.reviewer} が先に「{ruling.disposition.label_ja}」と判断済みです（{ruling.note}）",
        where=SourceRef("アラート", item.finding.fingerprint),
        hint="その人に確かめ、変えるなら --replace を付けてください。前の判断も履歴に残ります",
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(JST).date()


def _review(item: Ranked, verdict: Verdict) -> Review:
    return Review(
        fingerprint=item.finding.fingerprint,
        disposition=verdict.disposition,
        reviewer=verdict.reviewer,
        at=verdict.at,
        note=verdict.note,
        approver=verdict.approver,
        expires=verdict.expires,
    )
