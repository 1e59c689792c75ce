"""Letters as text, mail files and a mail-merge table. Nothing is sent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.errors import HeaderParseError, MessageDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from kanmon.dates import format_era
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from kanmon.text import printable
from training.duties import Question
from training.ladder import Notice
from training.model import PersonId, StaffRecord, Strength
from training.report_plan import reason_words, section_code
from training.report_status import rate_words
from training.status import Standing, count

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_SUBJECTS = {
    "person": "【研修】受講のお願い",
    "section": "【研修】所属の受講状況",
    "department": "【研修】部局の受講状況",
    "city": "【研修】全庁の受講状況",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """What every letter says of its sender; ``address`` may be empty."""

    address: str
    contact: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person (or to a role nobody holds: no number, no address)."""

    file: str
    rung: str
    number: str
    name: str
    address: str
    section: str
    subject: str
    body: str


def write_letters(
    question: Question,
    notices: Iterable[Notice],
    everything: Sequence[Standing],
    contact: str,
    templates: Path | None = None,
) -> tuple[Letter, ...]:
    """Return the letters of the notices, in order, from the templates.

    Raises:
        ConfigError: a template is missing or names something a letter does not have.
    """
    folders = [Path(__file__).parent / "templates"]
    if templates is not None:
        folders.insert(0, templates)
    # Plain text, not HTML: nothing to escape; control characters are made visible below.
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=False,
    )
    letters: list[Letter] = []
    for notice in notices:
        context = _context(question, notice, everything) | {"contact": contact}
        subject = _SUBJECTS[notice.rung.to]
        if notice.unit:
            subject += f"（{context['unit']}）"
        try:
            template = environment.get_template(f"{notice.rung.template}.txt.j2")
            for recipient in notice.recipients or (None,):
                record = _record(question, recipient)
                body = template.render(
                    **context,
                    subject_line=subject,
                    section=_place(question, notice, record),
                    name=record.name if record else f"（{notice.rung.role}）",
                )
                letters.append(_letter(question, notice, recipient, (subject, body)))
        except (TemplateError, OSError) as error:
            where = SourceRef(f"{notice.rung.template}.txt.j2")
            raise ConfigError(f"文面のひな型を使えません: {error}", where=where) from error
    return tuple(_numbered(letters))


def _numbered(letters: list[Letter]) -> Iterable[Letter]:
    for number, letter in enumerate(letters, start=1):
        name = re.sub(r"[^0-9A-Za-z]", "_", letter.number) or "none"
        yield replace(letter, file=f"{number:05d}-{letter.rung}-{name}.eml")


def _letter(
    question: Question, notice: Notice, recipient: PersonId | None, filled: tuple[str, str]
) -> Letter:
    subject, body = filled
    record = _record(question, recipient)
    return Letter(
        file="",
        rung=notice.rung.to,
        number=record.number if record else "",
        name=record.name if record else "",
        address=usable_address(record.email) if record else "",
        section=_place(question, notice, record),
        subject=subject,
        body=printable(body, newlines=True),
    )


def _record(question: Question, recipient: PersonId | None) -> StaffRecord | None:
    if recipient is None:
        return None
    return question.knowledge.people[recipient].latest_record(question.day)


def _place(question: Question, notice: Notice, record: StaffRecord | None) -> str:
    """Return the section the letter is addressed to."""
    code = section_code(question.knowledge, record.section) if record else notice.unit
    return question.knowledge.organisation.name(code) if code else ""


def _context(
    question: Question, notice: Notice, everything: Sequence[Standing]
) -> dict[str, object]:
    """Return what a template may name, but for the recipient."""
    organisation = question.knowledge.organisation
    people: dict[str, list[Standing]] = {}
    for standing in notice.duties:
        people.setdefault(standing.person, []).append(standing)
    inside = _inside(question, notice, everything)
    return {
        "is_early": notice.rung.days <= 0,
        "days": notice.rung.days,
        "duties": [_duty(question, s) for s in notice.duties],
        "people": [_person(question, items) for items in people.values()],
        "sections": _rows(question, notice, inside),
        "rate": rate_words(count(inside)),
        "unit": organisation.name(notice.unit) if notice.unit else "全庁",
        "as_of": format_era(question.day),
    }


def _inside(
    question: Question, notice: Notice, everything: Sequence[Standing]
) -> tuple[Standing, ...]:
    organisation = question.knowledge.organisation
    below = organisation.below.get(notice.unit, frozenset({notice.unit}))
    return tuple(
        s
        for s in everything
        if s.strength is Strength.MANDATORY and (not notice.unit or s.section in below)
    )


def _person(question: Question, items: list[Standing]) -> dict[str, object]:
    record = question.knowledge.people[items[0].person].latest_record(question.day)
    return {
        "number": printable(record.number),
        "name": printable(record.name),
        "duties": [_duty(question, s) for s in items],
    }


def _rows(
    question: Question, notice: Notice, inside: Sequence[Standing]
) -> list[dict[str, object]]:
    """Return one row for each section (of a department) or department (of the city)."""
    organisation = question.knowledge.organisation

    def unit(standing: Standing) -> str:
        city = notice.rung.to == "city"
        return organisation.department(standing.section) if city else standing.section

    late: dict[str, list[Standing]] = {}
    for standing in notice.duties:
        late.setdefault(unit(standing), []).append(standing)
    return [
        {
            "name": organisation.name(code),
            "count": len(late[code]),
            "people": len({s.person for s in late[code]}),
            "rate": rate_words(count(s for s in inside if unit(s) == code)),
        }
        for code in sorted(late, key=organisation.order)
    ]


def _duty(question: Question, standing: Standing) -> dict[str, object]:
    catalogue = question.knowledge.catalogue
    course = catalogue.courses.get(standing.course)
    rules = {str(rule.id): rule for rule in catalogue.rules}
    titles = {rule: rules[rule].title for rule in rules}
    bases = [
        str(basis)
        for reason in standing.reasons
        if (rule := rules.get(reason.partition("/")[0])) is not None
        for basis in rule.basis
    ]
    late = (question.day - standing.due).days
    return {
        "title": catalogue.title(standing.course),
        "due": format_era(standing.due),
        "lateness": f"{late} 日超過" if late > 0 else f"あと {-late} 日",
        "strength": standing.strength.label_ja,
        "kind": course.kind.label_ja if course else "",
        "minutes": course.minutes if course else 0,
        "provider": course.provider if course else "",
        "failed": standing.failed,
        "waiting_for": "、".join(catalogue.title(c) for c in standing.waiting_for),
        "why": "、".join(reason_words(reason, titles) for reason in standing.reasons),
        "basis": "、".join(dict.fromkeys(bases)),
    }


def mail_bytes(letter: Letter, sender: Sender, day: date) -> bytes:
    """Return the letter as an unsent .eml; an address or header cannot add another header.

    Raises:
        ConfigError: ``training.mail_from`` is no address.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _one_line(letter.subject)
    if sender.address:
        message["From"] = _mailbox(*parseaddr(_one_line(sender.address)))
    if letter.address:
        message["To"] = _mailbox(_one_line(letter.name), letter.address)
    message["X-Unsent"] = "1"
    message["X-Kanmon-As-Of"] = day.isoformat()
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message.as_bytes()


def _mailbox(name: str, address: str) -> Address:
    try:
        return Address(display_name=name, addr_spec=address)
    except (HeaderParseError, MessageDefect, ValueError, IndexError) as error:
        where = SourceRef("training.mail_from")
        raise ConfigError("メールアドレスとして読めません", where=where) from error


def _one_line(text: str) -> str:
    """Return the text with whatever could end a header line written out."""
    return printable(text)


def usable_address(text: str) -> str:
    """Return an address that can stand in a header; empty for anything else."""
    return text if _ADDRESS.fullmatch(text) and len(text) <= 254 else ""
