"""A staff record, and the difference of two, in words."""

from datetime import date

from training.model import StaffRecord
from training.organisation import Organisation

_LABELS = (
    ("name", "氏名"),
    ("kana", "カナ"),
    ("email", "メールアドレス"),
    ("occupation", "職種"),
    ("employment", "任用区分"),
    ("hired", "採用日"),
    ("retired", "退職日"),
    ("absences", "休職等"),
    ("roles", "役割"),
    ("duties", "業務"),
    ("systems", "システム"),
    ("information", "情報区分"),
)


def differences_of(
    before: StaffRecord, after: StaffRecord, organisation: Organisation
) -> tuple[tuple[str, str, str], ...]:
    """Return (label, before, after) for each field that differs, in the list's order."""
    found = []
    old, new = postings_text(before, organisation), postings_text(after, organisation)
    if old != new:
        found.append(("所属・職位", old, new))
    starts = [shown(r.postings[0].start) if r.postings else "―" for r in (before, after)]
    if starts[0] != starts[1]:
        found.append(("発令日", starts[0], starts[1]))
    for field, label in _LABELS:
        left, right = getattr(before, field), getattr(after, field)
        if left != right:
            found.append((label, shown(left), shown(right)))
    return tuple(found)


def postings_text(record: StaffRecord, organisation: Organisation) -> str:
    """Return all postings in words: ``税務課 係長（兼 情報政策課）``."""
    words = [f"{organisation.name(p.section)} {p.title}".strip() for p in record.postings]
    if not words:
        return "（所属なし）"
    return words[0] + "".join(f"（兼 {word}）" for word in words[1:])


def shown(value: object) -> str:
    """Return a record's field in words; ``―`` when empty."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        words = []
        for item in value:
            if isinstance(item, str):
                words.append(item)
            else:
                end = item.end.isoformat() if item.end else ""
                words.append(f"{item.kind} {item.start.isoformat()}～{end}")
        return "、".join(words) or "―"
    return str(value) if value else "―"
