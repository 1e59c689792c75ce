"""What must hold for every city, whoever works there and whatever they have done."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from kanmon.notice import IncidentNotice
from tests.training.city import City, programme, staff
from training.model import Absence, StaffRecord
from training.status import standings

BASIS = "basis: [{source: 規程, clause: 第1条}]"
EVERYTHING = programme(
    f"""
courses:
  - {{id: basic, title: 基礎, kind: e-learning, minutes: 30, pass_required: true}}
  - {{id: entry, title: 着任, kind: e-learning, minutes: 30, validity_months: 24}}
  - {{id: admin, title: 管理, kind: e-learning, minutes: 30, prerequisites: [basic]}}
  - {{id: mynumber, title: 番号, kind: e-learning, minutes: 30, validity_months: 12,
     equivalents: [admin]}}
rules:
  - {{id: all, title: 全員, course: basic, when: {{kind: fiscal-year, due: "12-28"}}, {BASIS}}}
  - {{id: hired, title: 採用, course: entry,
     when: {{kind: after-hire, within_days: 30}},
     {BASIS}}}
  - {{id: chief, title: 課長, course: admin, who: {{posts: [課長]}},
     when: {{kind: after-posting, within_days: 60}},
     {BASIS}}}
  - {{id: tax, title: 税, course: mynumber, who: {{sections: [市民部]}},
     when: {{kind: every-months, within_days: 30}},
     {BASIS}}}
  - {{id: event, title: 事案, course: basic,
     when: {{kind: incident, categories: [phishing], scope: section}},
     {BASIS}}}
"""
)
INCIDENT = IncidentNotice(
    incident="INC-1",
    category="phishing",
    sections=("税務課",),
    staff=(),
    occurred=date(2026, 9, 1),
    confirmed=date(2026, 9, 2),
)
DAYS = st.dates(date(2026, 4, 1), date(2029, 3, 31))


@st.composite
def records(draw: st.DrawFn) -> StaffRecord:
    """One state of one person."""
    start = draw(DAYS)
    absences = ()
    if draw(st.booleans()):
        length = timedelta(days=draw(st.integers(1, 400)))
        absences = (Absence(start, "休職", draw(st.sampled_from([None, start + length]))),)
    return staff(
        draw(st.sampled_from(["0101", "0102", "0201", "0202", ""])),
        draw(st.sampled_from(["主事", "課長"])),
        hired=draw(st.sampled_from([None, date(2026, 4, 1), date(2026, 10, 1)])),
        retired=draw(st.sampled_from([None, date(2027, 6, 30)])),
        absences=absences,
    )


@st.composite
def cities(draw: st.DrawFn) -> City:
    """A city of a few people with two or three states each, and their completions."""
    city = City(EVERYTHING).given(incidents=(INCIDENT,))
    for number in "123":
        states = draw(st.dictionaries(DAYS, records(), min_size=1, max_size=3))
        city = city.person(number, *((d.isoformat(), states[d]) for d in sorted(states)))
        for course in draw(st.lists(st.sampled_from(["basic", "entry", "admin", "mynumber"]))):
            city = city.done(number, course, draw(DAYS).isoformat(), draw(st.booleans()))
    return city


@settings(max_examples=150, deadline=None)
@given(cities(), DAYS, st.integers(0, 200))
def test_planning_twice_is_planning_once(city: City, day: date, gap: int) -> None:
    """A second plan on the same day changes nothing, also after earlier plans."""
    first = city.planned(day.isoformat())
    assert first.plan(day.isoformat()).is_empty
    later = (day + timedelta(days=gap)).isoformat()
    assert first.planned(later).plan(later).is_empty


@settings(max_examples=60, deadline=None)
@given(cities(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_the_data_does_not_matter(city: City, day: date, shuffler: object) -> None:
    """People and completions in another order give the identical plan."""
    people, done = list(city.people), list(city.completions)
    shuffler.shuffle(people)  # type: ignore[attr-defined]
    shuffler.shuffle(done)  # type: ignore[attr-defined]
    other = replace(city, people=tuple(people), completions=tuple(done))
    assert other.plan(day.isoformat()) == city.plan(day.isoformat())


@settings(max_examples=60, deadline=None)
@given(cities(), DAYS, records())
def test_an_unrelated_person_changes_nobody_else(
    city: City, day: date, stranger: StaffRecord
) -> None:
    """Another colleague does not change what the others must do."""
    when = day.isoformat()
    more = city.person("9", ("2026-04-01", stranger)).done("9", "basic", "2026-05-01")
    mine = [a for a in more.plan(when).additions if a.assignment.person != "9"]
    assert mine == list(city.plan(when).additions)


@settings(max_examples=80, deadline=None)
@given(cities(), DAYS, st.integers(1, 300), records())
def test_later_facts_do_not_change_an_earlier_status(
    city: City, day: date, gap: int, changed: StaffRecord
) -> None:
    """New postings, completions and plans after a day leave the status of that day alone."""
    when, later = day.isoformat(), (day + timedelta(days=gap)).isoformat()
    city = city.planned(when)
    before = standings(city.known(when), day)
    more = city.person("8", (later, changed)).done("1", "basic", later)
    plan = more.plan(later)
    kept = {a.key: a for a in city.assignments}
    # What the store does: nothing that became effective after the day is seen on it.
    assert all(a.planned <= day for a in kept.values())
    assert all(addition.assignment.planned > day for addition in plan.additions)
    seen = replace(more, assignments=tuple(kept.values()))
    after = standings(seen.known(when), day)
    assert after == before


@settings(max_examples=80, deadline=None)
@given(cities(), DAYS, DAYS)
def test_nothing_done_is_ever_closed(city: City, first: date, second: date) -> None:
    """A plan closes open duties only; a fulfilled one stays in the record."""
    one, two = sorted((first, second))
    plan = city.planned(one.isoformat()).plan(two.isoformat())
    done = {
        (s.person, s.course, s.cycle)
        for s in standings(city.planned(one.isoformat()).known(two.isoformat()), two)
        if s.credit is not None
    }
    assert not {(a.person, a.course, a.cycle) for a in plan.closings} & done
