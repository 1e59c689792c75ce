"""rules/training/*.yml into a ``Catalogue``; every mistake named with file and entry."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from kanmon.errors import ConfigError
from kanmon.run import digest_texts
from kanmon.source import SourceRef
from training.catalogue import Catalogue, build_catalogue
from training.model import CourseId
from training.programme import Competency, Course, CourseKind, Rule, Rung, Seats, SkillTarget, Trait
from training.rule_fields import read_basis, read_rule, read_trait, read_who
from training.yaml_fields import Fields, parse_yaml

_Entry = TypeVar("_Entry", Course, Rule, Competency)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LADDER_TO = ("person", "section", "department", "city")
_SINGULAR = {"courses": "course", "rules": "rule", "competencies": "competency"}
_TOP = ("courses", "rules", "traits", "competencies", "skills", "ladder")


def find_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the YAML files of each path in turn, a folder's in name order; ConfigError if none."""
    places = tuple(paths)
    found: list[Path] = []
    for path in places:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".yaml"))
        else:
            found.append(path)
    if not found:
        where = SourceRef("、".join(str(path) for path in places))
        raise ConfigError("研修プログラムの YAML がありません", where=where)
    return tuple(dict.fromkeys(found))


def read_files(paths: Iterable[Path]) -> tuple[tuple[str, bytes], ...]:
    """Return the name and bytes of each file; raises ``ConfigError`` for an unreadable one."""
    found = []
    for path in paths:
        try:
            found.append((str(path), path.read_bytes()))
        except OSError as error:
            where = SourceRef(str(path))
            raise ConfigError(f"開けません: {error.strerror}", where=where) from error
    return tuple(found)


def load_catalogue(files: Iterable[tuple[str, bytes]]) -> Catalogue:
    """Return the programme that the files say together.

    An entry whose id an earlier file has too is replaced by the later one, so that a city's own
    file can adapt a shipped course or rule; within one file an id may stand once. The same holds
    for all traits of one value, and for the ladder as a whole.

    Raises:
        ConfigError: unreadable, or contradicting itself (see ``build_catalogue``).
    """
    courses: dict[str, Course] = {}
    rules: dict[str, Rule] = {}
    traits: dict[tuple[str, str], list[tuple[Trait, SourceRef]]] = {}
    competencies: dict[str, Competency] = {}
    skills: dict[str, SkillTarget] = {}
    ladder: tuple[Rung, ...] = ()
    places: dict[str, SourceRef] = {}
    texts = []
    for name, data in files:
        texts.append(data)
        top = Fields(parse_yaml(data, SourceRef(name)), SourceRef(name))
        top.only(_TOP)
        courses |= _entries(top, "courses", _course, places)
        rules |= _entries(top, "rules", read_rule, places)
        _add_traits(top, traits)
        competencies |= _entries(top, "competencies", _competency, places)
        for fields in top.children("skills"):
            skill = _skill(fields)
            skills[skill.title] = skill
            places[f"skill {skill.title}"] = fields.where
        ladder = tuple(_rung(fields) for fields in top.children("ladder")) or ladder
    placed = [item for items in traits.values() for item in items]
    places |= {f"trait {number}": where for number, (_, where) in enumerate(placed, start=1)}
    others = (
        tuple(trait for trait, _ in placed),
        tuple(competencies.values()),
        tuple(skills.values()),
        tuple(sorted(ladder, key=lambda rung: rung.days)),
    )
    return build_catalogue(courses.values(), rules.values(), others, places, digest_texts(texts))


def _entries(
    top: Fields, key: str, read: Callable[[Fields], _Entry], places: dict[str, SourceRef]
) -> dict[str, _Entry]:
    """Return the entries of one file by id; an id may stand once in a file."""
    found: dict[str, _Entry] = {}
    for fields in top.children(key):
        entry = read(fields)
        if not _ID.fullmatch(entry.id):
            hint = "英小文字・数字・ハイフンで 64 文字まで"
            raise fields.error(f"id {entry.id} は使えません", hint)
        if entry.id in found:
            raise fields.error(f"id {entry.id} が 2 つあります")
        found[entry.id] = entry
        places[f"{_SINGULAR[key]} {entry.id}"] = fields.where
    return found


def _add_traits(top: Fields, traits: dict[tuple[str, str], list[tuple[Trait, SourceRef]]]) -> None:
    """Add one file's traits; what it says of a value replaces what earlier files said of it."""
    here: dict[tuple[str, str], list[tuple[Trait, SourceRef]]] = {}
    for fields in top.children("traits"):
        trait = read_trait(fields)
        here.setdefault((trait.kind, trait.value), []).append((trait, fields.where))
    traits |= here


_COURSE = (
    *("id", "title", "kind", "minutes", "validity_months", "pass_required", "prerequisites"),
    *("equivalents", "replaces", "provider", "summary", "basis", "competencies", "seats"),
)


def _course(fields: Fields) -> Course:
    fields.only(_COURSE)
    equivalents = fields.raw.get("equivalents") or []
    if not isinstance(equivalents, list):
        raise fields.error("equivalents は科目 id の一覧で書きます")
    groups = [Fields({"ids": entry}, fields.where).texts("ids") for entry in equivalents]
    levels = fields.child("competencies")
    return Course(
        id=CourseId(fields.text("id")),
        title=fields.text("title"),
        kind=fields.choice("kind", CourseKind),
        minutes=fields.number("minutes"),
        validity_months=(
            fields.number("validity_months") if "validity_months" in fields.raw else None
        ),
        pass_required=fields.flag("pass_required"),
        prerequisites=tuple(CourseId(c) for c in fields.texts("prerequisites")),
        equivalents=tuple(tuple(CourseId(c) for c in group) for group in groups if group),
        replaces=tuple(CourseId(c) for c in fields.texts("replaces")),
        provider=fields.text("provider", ""),
        summary=fields.text("summary", ""),
        basis=tuple(read_basis(b) for b in fields.children("basis")),
        competencies=tuple((str(key), levels.number(key)) for key in levels.raw),
        seats=tuple(sorted((_seats(s) for s in fields.children("seats")), key=lambda s: s.id)),
    )


def _seats(fields: Fields) -> Seats:
    fields.only(("id", "starts", "ends", "apply_from", "apply_until", "capacity"))
    days = [fields.day(key) for key in ("starts", "ends", "apply_from", "apply_until")]
    starts, ends, apply_from, apply_until = days
    if starts is None or ends is None or apply_from is None or apply_until is None:
        raise fields.error("starts、ends、apply_from、apply_until が要ります")
    if not apply_from <= apply_until <= ends or starts > ends:
        raise fields.error("申込期間と開催期間の前後が合いません")
    return Seats(
        fields.text("id"), starts, ends, apply_from, apply_until, fields.number("capacity")
    )


def _competency(fields: Fields) -> Competency:
    fields.only(("id", "title", "levels"))
    return Competency(fields.text("id"), fields.text("title"), fields.texts("levels"))


def _skill(fields: Fields) -> SkillTarget:
    fields.only(("title", "who", "levels"))
    levels = fields.child("levels")
    pairs = tuple((str(key), levels.number(key)) for key in levels.raw)
    return SkillTarget(fields.text("title"), read_who(fields.child("who")), pairs)


def _rung(fields: Fields) -> Rung:
    fields.only(("days", "to", "role", "template"))
    days = fields.raw.get("days")
    if not isinstance(days, int) or isinstance(days, bool):
        raise fields.error("days は整数（期限からの日数。期限前は負）で書きます")
    to = fields.one_of("to", _LADDER_TO)
    return Rung(days, to, fields.text("role", ""), fields.text("template", to))
