"""The entries of a programme that say who must do what, and when, out of YAML."""

import re

from training.model import CourseId, RuleId, Strength
from training.programme import Basis, Rule, Trait, When, WhenKind, Who
from training.yaml_fields import Fields

_RULE = ("id", "title", "course", "courses", "who", "when", "strength", "basis", "starts", "until")
_WHO = (
    *("sections", "section_names", "posts", "occupations", "employments"),
    *("roles", "duties", "systems", "information"),
)
_SCOPES = ("section", "staff", "city")
_OUTCOMES = ("opened", "clicked", "submitted", "unreported")
_TRAITS = ("role", "duty", "system", "information")


def read_basis(fields: Fields) -> Basis:
    """Return one legal or policy basis."""
    fields.only(("source", "clause", "note", "verify"))
    return Basis(
        fields.text("source"),
        fields.text("clause", ""),
        fields.text("note", ""),
        fields.flag("verify"),
    )


def read_rule(fields: Fields) -> Rule:
    """Return an assignment rule; it must name a course and its basis."""
    fields.only(_RULE)
    courses = (*fields.texts("course"), *fields.texts("courses"))
    if not courses:
        raise fields.error("course がありません")
    basis = tuple(read_basis(b) for b in fields.children("basis"))
    if not basis:
        raise fields.error("basis（根拠）がありません", "法令・ガイドライン・規程の条項を書きます")
    return Rule(
        id=RuleId(fields.text("id")),
        title=fields.text("title"),
        courses=tuple(CourseId(course) for course in courses),
        who=read_who(fields.child("who")),
        when=_when(fields.child("when")),
        strength=fields.choice("strength", Strength, "mandatory"),
        basis=basis,
        starts=fields.day("starts"),
        until=fields.day("until"),
    )


def read_who(fields: Fields) -> Who:
    """Return whom a rule is about; empty means everybody."""
    fields.only((*_WHO, "any_of", "none_of"))
    values = {key: fields.texts(key) for key in _WHO}
    return Who(
        sections=values["sections"],
        section_names=values["section_names"],
        posts=values["posts"],
        occupations=values["occupations"],
        employments=values["employments"],
        roles=values["roles"],
        duties=values["duties"],
        systems=values["systems"],
        information=values["information"],
        any_of=tuple(read_who(part) for part in fields.children("any_of")),
        none_of=tuple(read_who(part) for part in fields.children("none_of")),
    )


_WHEN_FIELDS = {
    WhenKind.FISCAL_YEAR: ("due", "min_days"),
    WhenKind.AFTER_HIRE: ("within_days",),
    WhenKind.AFTER_POSTING: ("within_days",),
    WhenKind.EVERY_MONTHS: ("months", "window_days", "within_days"),
    WhenKind.INCIDENT: ("categories", "scope", "within_days"),
    WhenKind.PHISHING: ("outcome", "times", "months", "within_days"),
    WhenKind.FINDING: ("checks", "within_days"),
}


def _when(fields: Fields) -> When:
    kind = fields.choice("kind", WhenKind)
    fields.only(("kind", *_WHEN_FIELDS[kind]))
    if kind is WhenKind.INCIDENT and not fields.texts("categories"):
        raise fields.error("categories（事案の種別）がありません")
    if kind is WhenKind.FINDING and not fields.texts("checks"):
        raise fields.error("checks（点検の所見）がありません")
    months = fields.number("months", 12)
    times = fields.number("times", 1)
    if not 1 <= months <= 600 or not 1 <= times <= 100:
        raise fields.error("months は 1～600、times は 1～100 です")
    days = [fields.number(key, 30) for key in ("min_days", "within_days", "window_days")]
    if max(days) > 3660:
        raise fields.error("日数は 3660 日までです")
    return When(
        kind=kind,
        due=_month_day(fields),
        min_days=fields.number("min_days", 30),
        within_days=fields.number("within_days", 30),
        months=months,
        window_days=fields.number("window_days", 60),
        categories=fields.texts("categories"),
        scope=fields.one_of("scope", _SCOPES, "section"),
        outcome=fields.one_of("outcome", _OUTCOMES, "clicked"),
        times=times,
        checks=fields.texts("checks"),
    )


def _month_day(fields: Fields) -> tuple[int, int]:
    text = fields.text("due", "03-31")
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if match is None or not 1 <= int(match[1]) <= 12:
        raise fields.error(f'due は "12-28" の形の月日で書きます（{text}）')
    if not 1 <= int(match[2]) <= longest[int(match[1]) - 1]:
        raise fields.error(f"due の日がその月にありません（{text}）")
    return int(match[1]), int(match[2])


def read_trait(fields: Fields) -> Trait:
    """Return a role, duty, system or information class that follows from a posting."""
    fields.only((*_TRAITS, "who"))
    kinds = [kind for kind in _TRAITS if kind in fields.raw]
    if len(kinds) != 1:
        raise fields.error(f"{'、'.join(_TRAITS)} のうち 1 つを書きます")
    who = read_who(fields.child("who"))
    if who.roles or who.duties or who.systems or who.information:
        raise fields.error("traits の who に roles・duties・systems・information は書けません")
    return Trait(kinds[0], fields.text(kinds[0]), who)
