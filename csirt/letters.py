"""Letters and notices from the templates of rules/runbooks/letters, filled with what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from csirt.clock import Due, Urgency
from csirt.duty import DutyBook
from csirt.duty_load import answer_label
from csirt.incident import Incident
from csirt.runbook import Library
from kanmon.dates import format_era, format_instant
from kanmon.errors import InputError
from kanmon.source import SourceRef
from kanmon.text import printable

if TYPE_CHECKING:
    from datetime import datetime

UNKNOWN = "【未確認】"
"""Stands where a value is not known: seen at once, and never sent by mistake."""

TITLES = {
    "persons": "本人あて",
    "residents": "住民（ホームページ・広報）",
    "assembly": "議会",
    "press": "報道",
    "contractor": "委託先",
    "prefecture": "県",
    "soumu": "総務省",
    "police": "警察",
    "jpcert": "JPCERT/CC・IPA",
    "jlis": "J-LIS・セキュリティクラウド運営者",
}
_REPLY_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """What letters are filled from.

    Attributes:
        incident: ``None`` fills every value with ``UNKNOWN``.
    """

    incident: Incident | None
    dues: Sequence[Due]
    book: DutyBook
    library: Library
    city: str
    contact: str
    today: date


def letter_path(folder: Path, name: str) -> Path:
    """Return a template's file.

    Raises:
        InputError: there is no such template.
    """
    path = folder / f"{name}.txt"
    known = sorted(item.stem for item in folder.glob("*.txt"))
    if name not in known:
        hint = "、".join(f"{key}（{TITLES.get(key, key)}）" for key in known)
        raise InputError(f"{name} という文面はありません", where=SourceRef(str(folder)),
                         hint=f"ある文面: {hint}")  # fmt: skip
    return path


def fill_letter(path: Path, facts: LetterFacts) -> str:
    """Return the letter as plain text, unknown values written as ``UNKNOWN``.

    Values are put in after the template was parsed: nothing in them can act as a template, and
    controls and bidi marks are written out.

    Raises:
        InputError: the template is broken, or names a value that does not exist.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(  # plain text; the renderers escape for their formats
        autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True
    )
    where = SourceRef(str(path))
    try:
        template = environment.from_string(path.read_text(encoding="utf-8-sig"))
        return template.render(letter_values(facts))
    except TemplateError as error:
        known = "、".join(letter_values(facts))
        raise InputError(f"文面の雛形が正しくありません: {error}", where=where,
                         hint=f"使える名前: {known}") from error  # fmt: skip
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"文面の雛形を読めません: {error}", where=where) from error


def letter_values(facts: LetterFacts) -> dict[str, str]:
    """Return every value a template may name."""
    incident = facts.incident
    known: Mapping[str, str] = incident.facts if incident else {}
    times: Mapping[str, datetime] = incident.times if incident else {}
    category = facts.library.runbooks.get(incident.category) if incident else None
    level = facts.library.severity(known.get("severity", ""))
    values = {
        "incident": incident.id if incident else "",
        "city": facts.city,
        "contact": facts.contact,
        "today": format_era(facts.today),
        "reply_by": format_era(facts.today + timedelta(days=_REPLY_DAYS)),
        "next_contact": "",
        "title": known.get("title", ""),
        "category": category.title if category else "",
        "severity": level.label if level else "",
        "state": incident.state.label_ja if incident else "",
        "summary": known.get("summary", ""),
        "items": known.get("items", ""),
        "cause": known.get("cause", ""),
        "secondary": known.get("secondary-damage", ""),
        "response": known.get("response-to-persons", ""),
        "publication": known.get("publication", ""),
        "prevention": known.get("prevention", ""),
        "other": known.get("other", ""),
        "contractor": known.get("contractor", ""),
        "known_by": known.get("known-by", ""),
        "persons": _answered(facts, "persons"),
        "leak_word": "漏えいしたおそれがある",
        "layers": _layers(facts),
        "duties": _duties(facts),
    }
    for name in ("occurred", "detected", "known", "decided"):
        values[name] = format_instant(times[name])[:16] if name in times else ""
    return {name: printable(value, newlines=True) or UNKNOWN for name, value in values.items()}


def _answered(facts: LetterFacts, question_id: str) -> str:
    question = facts.book.question(question_id)
    answer = facts.incident.answers.get(question_id) if facts.incident else None
    if question is None or answer is None or answer.value is None:
        return ""
    return answer_label(question, answer)


def _layers(facts: LetterFacts) -> str:
    words = facts.library.words.layers
    assets = facts.incident.assets if facts.incident else ()
    return "、".join(dict.fromkeys(words.get(a.layer, a.layer) for a in assets if a.layer))


def _duties(facts: LetterFacts) -> str:
    parts = []
    for due in facts.dues:
        urgency = due.urgency(facts.today)
        if urgency is Urgency.DONE and due.done_at is not None:
            parts.append(f"{due.duty.title}: {format_instant(due.done_at)[:16]} 済")
        elif urgency in (Urgency.RUNNING, Urgency.SOON, Urgency.OVERDUE) and due.truth.rank == 2:
            last = format_era(due.last) if due.last else "速やかに"
            parts.append(f"{due.duty.title}: {last}まで")
    return "、".join(parts)
