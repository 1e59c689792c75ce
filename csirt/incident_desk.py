"""Changes to incidents with their consequences: moved deadlines, and the notice others read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csirt.clock import Due, Facts, compute_dues
from csirt.duty import DutyBook, Truth
from csirt.incident import Draft, Entry, EntryKind, Incident, State
from csirt.incident_changes import merge_into, merged_away, split_away, split_from
from csirt.incident_replay import apply
from csirt.incident_store import Change, Stamp, change_incident, create_incident, load_incident
from kanmon.dates import JST, format_instant, utc_text
from kanmon.notice import IncidentNotice
from kanmon.store.records import add_notice, load_notices
from kanmon.store.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Where incidents are worked on: the store, the duties, and who is writing when."""

    store: Store
    book: DutyBook
    stamp: Stamp

    def open(self, change: Change) -> Incident:
        """Return a new incident with the entries of ``change``."""
        with self.store.transaction():
            incident = create_incident(self.store, self.stamp, self._settled(change))
            self._publish(incident)
        return incident

    def change(self, incident_id: str, change: Change, *, revision: int | None = None) -> Incident:
        """Return the incident after the change, its deadlines recomputed and recorded.

        Raises what ``change_incident`` raises, and whatever ``change`` does.
        """
        with self.store.transaction():
            settled = self._settled(change)
            incident = change_incident(
                self.store, incident_id, self.stamp, settled, revision=revision
            )
            self._publish(incident)
        return incident

    def merge(self, source_id: str, target_id: str, reason: str) -> Incident:
        """Return ``target`` after it took over ``source``; both are changed or neither."""
        with self.store.transaction():
            source = load_incident(self.store, source_id)
            target = self.change(target_id, lambda now: merge_into(source, now, reason))
            self.change(source_id, lambda now: merged_away(now, target_id, reason))
        return target

    def split(self, source_id: str, alerts: Sequence[str], title: str) -> Incident:
        """Return the new incident that took ``alerts`` out of ``source``."""
        with self.store.transaction():
            source = load_incident(self.store, source_id)
            named = {"name": "title", "old": "", "new": title}
            heading = Draft(kind=EntryKind.FACT, text=f"件名: {title}", data=named)
            new = self.open(lambda _: (heading, *split_from(source, alerts)))
            self.change(source_id, lambda now: split_away(now, alerts, new.id))
        return new

    def dues(self, incident: Incident) -> tuple[Due, ...]:
        """Return the incident's duties as they stand."""
        return dues_of(self.book, incident)

    def _settled(self, change: Change) -> Change:
        def with_clocks(incident: Incident) -> Sequence[Draft]:
            drafts = tuple(change(incident))
            after = _preview(incident, drafts, self.stamp)
            return (*drafts, *clock_changes(self.dues(incident), self.dues(after)))

        return with_clocks

    def _publish(self, incident: Incident) -> None:
        """Tell the other jobs, once a person confirmed it and whenever that changes."""
        notice = notice_of(incident)
        if notice is None:
            return
        known = {item.incident: item for item in load_notices(self.store)}
        if known.get(incident.id) != notice:
            add_notice(self.store, notice)


def dues_of(book: DutyBook, incident: Incident) -> tuple[Due, ...]:
    """Return an incident's duties as they stand."""
    facts = Facts(times=incident.times, answers=incident.answers, done=incident.done)
    return compute_dues(book, facts)


def clock_changes(before: Sequence[Due], after: Sequence[Due]) -> tuple[Draft, ...]:
    """Return an entry for each duty that applied or applies and whose state changed.

    Old and new value stand in it. A duty nobody has found to apply yet says nothing: its days
    are provisional, and twenty of them would bury the timeline.
    """
    drafts = []
    for old, new in zip(before, after, strict=True):
        if Truth.YES not in (old.truth, new.truth):
            continue
        if (old.truth, old.last, old.start) == (new.truth, new.last, new.start):
            continue
        text = f"{new.duty.title}: {_change_of(old, new)}"
        data = {"duty": new.duty.id, "old": _packed(old), "new": _packed(new)}
        drafts.append(Draft(kind=EntryKind.CLOCK, text=text, data=data))
    return tuple(drafts)


def notice_of(incident: Incident) -> IncidentNotice | None:
    """Return what other jobs may know of an incident; None before a person confirmed it."""
    if not incident.decided_before:
        return None
    decided = incident.times.get("decided") or incident.timeline[0].recorded
    happened = incident.times.get("occurred") or incident.times.get("detected") or decided
    return IncidentNotice(
        incident=incident.id,
        category=incident.category,
        sections=incident.sections,
        staff=incident.staff,
        occurred=_day(happened),
        confirmed=_day(decided),
        withdrawn=incident.state in (State.DISMISSED, State.MERGED),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(JST).date()


def _preview(incident: Incident, drafts: Sequence[Draft], stamp: Stamp) -> Incident:
    for draft in drafts:
        entry = Entry(
            number=incident.revision + 1,
            recorded=stamp.now,
            happened=draft.happened or stamp.now,
            author=stamp.author,
            kind=draft.kind,
            text=draft.text,
            data=draft.data,
        )
        incident = apply(incident, entry)
    return incident


def _change_of(old: Due, new: Due) -> str:
    """Return what changed; the starts too where both days are the same."""
    before, after = _state_of(old), _state_of(new)
    if before == after:
        before, after = f"{before}{_start_of(old)}", f"{after}{_start_of(new)}"
    return f"{before} → {after}"


def _start_of(due: Due) -> str:
    return f"（起算 {format_instant(due.start)}）" if due.start else "（起算時刻が未入力）"


def _state_of(due: Due) -> str:
    if due.truth is Truth.NO:
        return due.truth.label_ja
    return f"{due.truth.label_ja}・{due.last.isoformat() if due.last else '日付なし'}"


def _packed(due: Due) -> dict[str, str | None]:
    return {
        "truth": due.truth.slug,
        "start": utc_text(due.start) if due.start else None,
        "last": due.last.isoformat() if due.last else None,
    }
