"""The door of every command that compares: names or files in, editions and verdicts out."""

from dataclasses import dataclass
from pathlib import Path

import kanmon
from kanmon.errors import InputError
from kanmon.inputs import find_inputs
from kanmon.run import InputDigest, Run, Skip
from kanmon.session import Session
from kanmon.source import SourceRef
from policy.compare import compare
from policy.edition_store import SCHEMA, edition_names, find_edition, last_edition
from policy.load import (
    Rules,
    duties_of,
    load_baseline_edition,
    load_edition,
    load_rules,
    make_reader,
)
from policy.model import Comparison, Duty, Edition, Role
from policy.profile import profile_from
from policy.sides import Reader


@dataclass(frozen=True, slots=True)
class Judged:
    """Two editions, what each asks, and one verdict per duty.

    Attributes:
        baseline: True when the guideline is the shipped paraphrase, not an imported text.
        skips: What could not be read of either document.
    """

    guideline: Edition
    local: Edition
    guideline_duties: tuple[Duty, ...]
    local_duties: tuple[Duty, ...]
    comparisons: tuple[Comparison, ...]
    baseline: bool
    skips: tuple[Skip, ...]
    rules_digest: str


def rules_of(session: Session) -> Rules:
    """Return the rules in force; raises ``ConfigError``."""
    return load_rules(session.rules("policy"))


def find_text(
    session: Session, name: str, role: Role, rules: Rules
) -> tuple[Edition, tuple[Skip, ...]]:
    """Return the edition of that name, or the file of that name read as one.

    Raises:
        InputError: neither a file nor an imported edition, or the file cannot be read.
    """
    path = Path(name)
    if path.is_file():
        return read_file(path, role, rules)
    with session.look_up_store(SCHEMA) as store:
        found = find_edition(store, name)
        known = edition_names(store)
    if found is not None:
        return found, ()
    names = "、".join(edition for edition, _role in known) or "なし"
    raise InputError(
        "ファイルも、取り込んだ版もありません",
        where=SourceRef(name),
        hint=f"ファイル名か、取り込んだ版の名前（{names}）を指定してください",
    )


def read_file(
    path: Path, role: Role, rules: Rules, name: str = ""
) -> tuple[Edition, tuple[Skip, ...]]:
    """Return a document as an edition named after the file unless ``name`` is given.

    Raises:
        InputError: not one readable document.
    """
    items, skips = find_inputs([path])
    if len(items) != 1:
        reason = skips[0].reason if skips else f"文書が {len(items)} 件あります"
        raise InputError(
            f"文書として読めません（{reason}）",
            where=SourceRef(str(path)),
            hint="docx・PDF・HTML・txt のファイルを一つ指定してください",
        )
    return load_edition(items[0], rules, name=name or path.stem, role=role)


def judge(
    session: Session,
    guideline: str | None,
    local: str | None,
    *,
    with_default_local: bool = False,
) -> Judged:
    """Return the verdicts about two texts, each a file, an imported edition or the default.

    Without ``guideline``: the one imported last, else the shipped baseline. Without ``local``:
    the local policy imported last. One name alone is the local policy, unless it is an imported
    guideline or ``with_default_local`` says that the first name is never the local policy.

    Raises:
        InputError: a name is unknown, a file unreadable, or there is no local policy yet.
        ConfigError: the rules or the profile are wrong.
    """
    profile = profile_from(session.config)
    rules = rules_of(session)
    with session.look_up_store(SCHEMA) as store:
        known = dict(edition_names(store))
        stored = {role: last_edition(store, role) for role in Role}
    alone = local is None and guideline is not None and not with_default_local
    if alone and known.get(guideline or "") is not Role.GUIDELINE:
        guideline, local = None, guideline
    skips: tuple[Skip, ...] = ()
    left, baseline = stored[Role.GUIDELINE], False
    if guideline is not None:
        left, skips = find_text(session, guideline, Role.GUIDELINE, rules)
    elif left is None:
        left, baseline = load_baseline_edition(session.rules("policy"))[0], True
    right = stored[Role.LOCAL]
    if local is not None:
        right, more = find_text(session, local, Role.LOCAL, rules)
        skips = tuple(sorted({*skips, *more}))
    if right is None:
        raise InputError(
            "市のポリシーがありません",
            where=SourceRef("LOCAL"),
            hint="ファイルを指定するか、kanmon policy import FILE --as local で取り込んでください",
        )
    reader = make_reader(rules, (*left.clauses, *right.clauses))
    ours, theirs = duties_of(left, reader), duties_of(right, reader)
    found = compare(ours, theirs, reader, profile)
    return Judged(left, right, ours, theirs, found, baseline, skips, rules.digest)


def reader_of(session: Session, *editions: Edition) -> tuple[Rules, Reader]:
    """Return the rules and a reader that knows the names the editions define."""
    rules = rules_of(session)
    clauses = [clause for edition in editions for clause in edition.clauses]
    return rules, make_reader(rules, clauses)


def run_of(judged: Judged, session: Session, tool: str) -> Run:
    """Return what was judged, as the store keeps it."""
    inputs = (
        InputDigest(judged.guideline.path, judged.guideline.digest),
        InputDigest(judged.local.path, judged.local.digest),
    )
    return Run(
        tool=tool,
        version=kanmon.__version__,
        at=session.now,
        inputs=tuple(sorted(inputs)),
        rules_digest=judged.rules_digest,
        judged=len(judged.guideline_duties),
        unit="義務",
        skips=judged.skips,
    )
