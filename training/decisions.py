"""Decisions about people: exemptions, and two numbers that are one person."""

from datetime import date

from kanmon.errors import InputError
from kanmon.session import Session
from training.knowledge import Knowledge
from training.model import Exemption, PersonId
from training.opening import entry, known_now, latest_day, open_training
from training.people import Person, in_office
from training.people_lookup import require_person
from training.recording import record_exemption, record_link

_LONGEST_DAYS = 3660


def decide_exemption(
    session: Session,
    who: tuple[str, str],
    days: tuple[date, date],
    grounds: tuple[str, str],
) -> None:
    """Record an exemption of (number, course) over (first, last) for (reason, approver).

    Raises:
        InputError: unknown person or course, an end before the start or over ten years away.
    """
    number, course = who
    starts, until = days
    if until < starts:
        raise InputError("免除の期限が初日より前です", hint="--from と --until を確かめてください")
    if (until - starts).days > _LONGEST_DAYS:
        hint = "--until を近い日にし、切れたら見直してください"
        raise InputError("免除の期間が長すぎます（10 年まで）", hint=hint)
    if not grounds[0].strip() or not grounds[1].strip():
        raise InputError("理由と承認者は空にできません")
    with open_training(session) as store:
        day = max(latest_day(session, store), starts)
        knowledge = known_now(session, store, day)
        person = _checked(knowledge, number, course, day)
        exemption = Exemption(person, course, starts, until, *grounds)
        record_exemption(store, entry(session, "exempt", starts, course=course), exemption)


def withdraw_exemption(session: Session, number: str, course: str, day: date, reason: str) -> None:
    """End an exemption from ``day`` on; raises ``InputError`` when there is none."""
    with open_training(session) as store:
        latest = max(latest_day(session, store), day)
        knowledge = known_now(session, store, latest)
        person = _checked(knowledge, number, course, latest)
        held = knowledge.exemptions.get(person, ())
        if not any(e.course == course and e.until >= day for e in held):
            raise InputError(f"職員番号 {number} に {course} の免除はありません")
        exemption = Exemption(person, course, day, day, reason, "")
        record = entry(session, "exempt", day, course=course, withdrawn=True)
        record_exemption(store, record, exemption, withdrawn=True)


def _checked(knowledge: Knowledge, number: str, course: str, day: date) -> PersonId:
    if course != "*" and course not in knowledge.catalogue.courses:
        raise InputError(
            f"科目 {course} はありません",
            hint="kanmon training load-courses --dry-run で一覧が出ます",
        )
    return require_person(knowledge, number, day).id


def link_people(session: Session, new: str, old: str) -> None:
    """Record that the holder of ``new`` is the earlier holder of ``old``.

    Raises:
        InputError: unknown numbers, one and the same person, or two people in office at once.
    """
    with open_training(session) as store:
        day = latest_day(session, store)
        knowledge = known_now(session, store, day)
        later = require_person(knowledge, new, day)
        earlier = require_person(knowledge, old, day)
        if later.id == earlier.id:
            raise InputError("既に同じ人として扱っています")
        if _overlap(earlier, later):
            raise InputError(
                f"{new} と {old} は同じ時期に在籍しています",
                hint="番号を確かめてください。別の人は結び付けられません",
            )
        record_link(store, entry(session, "link", day), later.id, earlier.id)


def _overlap(first: Person, second: Person) -> bool:
    """Return whether both were in office on some day at which one of them changed."""
    days = {*first.days, *second.days}
    return any(_in(first, day) and _in(second, day) for day in days)


def _in(person: Person, day: date) -> bool:
    index = person.version_index(day)
    return index >= 0 and in_office(person.versions[index], day) is not None
