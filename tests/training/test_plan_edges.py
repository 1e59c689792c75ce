"""The edges of a year: what an officer would ask first."""

from datetime import date

import pytest

from kanmon.errors import ConfigError
from tests.training.city import City, day, programme, staff
from training.catalogue import check_sections
from training.model import Absence, Exemption, PersonId, Posting
from training.organisation import build_organisation
from training.status import State, standings

BASIS = "basis: [{source: 規程, clause: 第1条}]"
YEARLY = f"""
courses: [{{id: basic, title: 基礎, kind: e-learning, minutes: 30}}]
rules:
  - {{id: all, title: 全員, course: basic,
     when: {{kind: fiscal-year, due: "12-28", min_days: 30}},
     {BASIS}}}
"""
ROLLING = f"""
courses: [{{id: mynumber, title: 番号, kind: e-learning, minutes: 30, validity_months: 12}}]
rules:
  - id: yearly
    title: おおむね一年
    course: mynumber
    who: {{sections: [税務課]}}
    when: {{kind: every-months, months: 12, window_days: 60, within_days: 30}}
    {BASIS}
"""


def state_of(city: City, when: str, number: str = "1") -> tuple[State, str]:
    items = standings(city.known(when), day(when))
    found = [s for s in items if s.person == number]
    assert len(found) == 1, found
    return found[0].state, found[0].why


def test_31_march_and_1_april_are_two_years() -> None:
    """What was not done by 31 March is missed for good; 1 April starts a new duty."""
    city = City(programme(YEARLY)).person("1", ("2026-04-01", staff()))
    city = city.planned("2027-03-31")
    assert state_of(city, "2027-03-31")[0] is State.OVERDUE
    city = city.planned("2027-04-01")
    assert {a.cycle for a in city.assignments} == {"FY2026", "FY2027"}
    items = standings(city.known("2027-04-01"), day("2027-04-01"), year=2026)
    assert [s.state for s in items] == [State.MISSED]
    late = city.done("1", "basic", "2027-04-01")
    old = standings(late.known("2027-04-02"), day("2027-04-02"), year=2026)
    new = standings(late.known("2027-04-02"), day("2027-04-02"), year=2027)
    assert [s.state for s in old] == [State.MISSED]
    assert [s.state for s in new] == [State.DONE]


def test_29_february_comes_back_as_the_28th() -> None:
    """Twelve months after 29 February 2028 is 28 February 2029."""
    city = City(programme(ROLLING)).person("1", ("2026-04-01", staff("0201")))
    city = city.done("1", "mynumber", "2028-02-29").planned("2029-01-05")
    assert [a.due for a in city.assignments if a.cycle == "after:2028-02-29"] == [date(2029, 2, 28)]


def test_a_leap_day_deadline_exists_every_year() -> None:
    """A deadline of 29 February is the 28th in a common year."""
    text = YEARLY.replace("12-28", "02-29")
    city = City(programme(text)).person("1", ("2026-04-01", staff()))
    assert city.plan("2026-04-01").additions[0].assignment.due == date(2027, 2, 28)
    assert city.plan("2027-04-01").additions[0].assignment.due == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("hired", "due"),
    [
        ("2026-10-01", date(2026, 12, 28)),  # time enough
        ("2026-12-20", date(2027, 1, 19)),  # the deadline moves by min_days
        ("2027-03-10", None),  # no thirty days left: from next year on
    ],
)
def test_mid_year_hire_gets_time(hired: str, due: date | None) -> None:
    """Whoever comes during the year has at least thirty days, or starts with the next year."""
    city = City(programme(YEARLY)).person("1", (hired, staff(hired=day(hired))))
    found = [a.assignment.due for a in city.plan(hired).additions]
    assert found == ([due] if due else [])


def test_two_postings_make_one_duty_with_both_reasons() -> None:
    """兼務: the duties add up, but nobody takes one course twice."""
    text = f"""
courses: [{{id: basic, title: 基礎, kind: e-learning, minutes: 30}}]
rules:
  - {{id: tax, title: 税, course: basic, who: {{sections: [税務課]}},
     when: {{kind: fiscal-year}},
     {BASIS}}}
  - {{id: info, title: 情報, course: basic, who: {{sections: [情報政策課]}},
     when: {{kind: fiscal-year, due: "09-30"}},
     {BASIS}}}
"""
    both = staff(
        "0201", postings=(Posting("0201", "主事", None), Posting("0102", "", None, concurrent=True))
    )
    city = City(programme(text)).person("1", ("2026-04-01", both)).planned("2026-04-01")
    items = standings(city.known("2026-04-01"), day("2026-04-01"))
    assert [(s.reasons, s.due) for s in items] == [(("info", "tax"), date(2026, 9, 30))]


def test_leave_is_excluded_by_day_and_ends_with_time_to_take_the_course() -> None:
    """On leave nobody is late; back at work there are thirty days; both days count exactly."""
    leave = Absence(date(2026, 6, 1), "育児休業", date(2027, 1, 10))
    city = City(programme(YEARLY)).person("1", ("2026-04-01", staff(absences=(leave,))))
    city = city.planned("2026-04-01")
    assert state_of(city, "2026-05-31")[0] is State.OPEN
    assert state_of(city, "2026-06-01")[0] is State.EXCLUDED
    assert state_of(city, "2027-01-10") == (
        State.EXCLUDED,
        "育児休業（2026-06-01～2027-01-10）",
    )
    assert state_of(city, "2027-01-11")[0] is State.OPEN
    items = standings(city.known("2027-01-11"), day("2027-01-11"))
    assert (items[0].first_due, items[0].due) == (date(2026, 12, 28), date(2027, 2, 10))
    assert state_of(city, "2027-02-11")[0] is State.OVERDUE


def test_back_from_leave_too_late_for_the_year_is_excluded() -> None:
    """Who returns on 20 March is not a failure of that year."""
    leave = Absence(date(2026, 6, 1), "休職", date(2027, 3, 19))
    city = City(programme(YEARLY)).person("1", ("2026-04-01", staff(absences=(leave,))))
    assert state_of(city.planned("2026-04-01"), "2027-03-25")[0] is State.EXCLUDED


def test_open_ended_leave_ends_when_the_next_list_no_longer_shows_it() -> None:
    """A leave without an end stops the day before the list on which it is gone."""
    leave = Absence(date(2026, 5, 1), "休職")
    city = City(programme(YEARLY)).person(
        "1", ("2026-04-01", staff(absences=(leave,))), ("2026-09-01", staff())
    )
    city = city.planned("2026-04-01")
    assert state_of(city, "2026-08-31")[0] is State.EXCLUDED
    assert state_of(city, "2026-09-01")[0] is State.OPEN


def test_retired_in_mid_cycle_closes_with_the_day() -> None:
    """A retired person's open duty is closed with the last day; a finished one stays."""
    gone = staff(retired=date(2026, 9, 30))
    city = City(programme(YEARLY)).person("1", ("2026-04-01", gone))
    city = city.person("2", ("2026-04-01", gone)).done("2", "basic", "2026-05-01")
    city = city.planned("2026-04-01")
    plan = city.plan("2026-10-01")
    assert [(a.person, a.closed_why) for a in plan.closings] == [
        ("1", "退職・転出（2026-09-30 まで在籍）")
    ]
    after = standings(city.planned("2026-10-01").known("2026-10-01"), day("2026-10-01"))
    assert {s.person: s.state for s in after} == {"1": State.CLOSED, "2": State.DONE}


def test_transfer_closes_with_the_reason_and_keeps_what_was_done() -> None:
    """Leaving the tax section ends its duty, says why, and never touches a completion."""
    moved = (("2026-04-01", staff("0201")), ("2026-10-01", staff("0101")))
    city = City(programme(ROLLING)).person("1", *moved).person("2", *moved)
    city = city.planned("2026-04-01").done("2", "mynumber", "2026-05-01")
    plan = city.plan("2026-10-01")
    assert [(a.person, a.closed_why) for a in plan.closings] == [
        ("1", "異動（2026-10-01: 税務課 主事 → 人事課 主事）")
    ]
    assert plan.done == 1


def test_transfer_credits_an_equivalent_course() -> None:
    """What was learnt in the old post counts in the new one when the courses are equivalent."""
    text = f"""
courses:
  - {{id: admin, title: 管理, kind: e-learning, minutes: 30,
     equivalents: [[a, b]], validity_months: 36}}
  - {{id: a, title: A, kind: e-learning, minutes: 30}}
  - {{id: b, title: B, kind: e-learning, minutes: 30}}
rules:
  - {{id: sys, title: 管理者, course: admin, who: {{sections: [情報政策課]}},
     when: {{kind: after-posting, within_days: 60}},
     {BASIS}}}
"""
    city = City(programme(text)).person(
        "1", ("2026-04-01", staff("0101")), ("2026-07-01", staff("0102"))
    )
    half = city.done("1", "a", "2026-04-10")
    assert half.plan("2026-07-01").additions[0].credit is None
    both = half.done("1", "b", "2026-05-10").plan("2026-07-01").additions[0]
    assert both.credit is not None
    assert (both.credit.day, both.credit.courses) == (date(2026, 5, 10), ("a", "b"))


def test_replaced_and_split_courses_carry_completions_over() -> None:
    """One course split in two: who had it has both, who had not gets both; the old duty closes."""
    before = programme(YEARLY)
    after = programme(
        f"""
courses:
  - {{id: part-1, title: 前半, kind: e-learning, minutes: 15, replaces: [basic]}}
  - {{id: part-2, title: 後半, kind: e-learning, minutes: 15, replaces: [part-1]}}
rules:
  - {{id: all, title: 全員, courses: [part-1, part-2], when: {{kind: fiscal-year}}, {BASIS}}}
"""
    )
    city = City(before).person("1", ("2026-04-01", staff())).person("2", ("2026-04-01", staff()))
    city = city.planned("2026-04-01").done("1", "basic", "2026-05-01").using(after)
    plan = city.plan("2026-06-01")
    credited = {(a.assignment.person, a.assignment.course): bool(a.credit) for a in plan.additions}
    assert credited == {
        ("1", "part-1"): True,
        ("1", "part-2"): True,
        ("2", "part-1"): False,
        ("2", "part-2"): False,
    }
    assert [(a.person, a.course, a.closed_why) for a in plan.closings] == [
        ("2", "basic", "科目の廃止・再編")
    ]


def test_expired_exemption_brings_the_duty_back() -> None:
    """Exempt until the last day; the next day it is open again, with time to take it."""
    exemption = Exemption(
        PersonId("1"), "basic", day("2026-06-01"), day("2026-12-31"), "療養", "部長"
    )
    city = City(programme(YEARLY)).person("1", ("2026-04-01", staff())).planned("2026-04-01")
    city = city.given(exemptions={PersonId("1"): (exemption,)})
    assert state_of(city, "2026-12-31") == (State.EXCLUDED, "免除（2026-12-31 まで: 療養）")
    assert state_of(city, "2027-01-01")[0] is State.OPEN
    assert state_of(city, "2027-01-31")[0] is State.OPEN
    assert state_of(city, "2027-02-01")[0] is State.OVERDUE


def test_prerequisites_come_along_as_a_chain() -> None:
    """To take C one needs B, and for B one needs A: all three are assigned."""
    text = f"""
courses:
  - {{id: a, title: A, kind: e-learning, minutes: 30}}
  - {{id: b, title: B, kind: e-learning, minutes: 30, prerequisites: [a]}}
  - {{id: c, title: C, kind: e-learning, minutes: 30, prerequisites: [b]}}
rules:
  - {{id: r, title: 規則, course: c, when: {{kind: after-posting, within_days: 60}}, {BASIS}}}
"""
    city = City(programme(text)).person("1", ("2026-04-01", staff()))
    found = {(a.assignment.course, a.assignment.reason) for a in city.plan("2026-04-01").additions}
    assert found == {("a", "r/b"), ("b", "r/c"), ("c", "r")}
    city = city.planned("2026-04-01").done("1", "a", "2026-04-05").done("1", "b", "2026-04-06")
    assert city.plan("2026-04-10").is_empty


def test_a_circle_of_prerequisites_is_an_error() -> None:
    """A programme in which nobody could begin is refused, with the circle."""
    text = """
courses:
  - {id: a, title: A, kind: e-learning, minutes: 1, prerequisites: [b]}
  - {id: b, title: B, kind: e-learning, minutes: 1, prerequisites: [c]}
  - {id: c, title: C, kind: e-learning, minutes: 1, prerequisites: [a]}
"""
    with pytest.raises(ConfigError, match=r"前提科目が輪になっています: a → .* → a"):
        programme(text)


def test_an_unknown_section_in_a_rule_names_the_nearest() -> None:
    """A rule for a section that does not exist would silently reach nobody."""
    catalogue = programme(ROLLING.replace("税務課", "税務化"))
    organisation = City(catalogue).known("2026-04-01").organisation
    with pytest.raises(ConfigError) as caught:
        check_sections(catalogue, organisation)
    assert "所属 税務化 は組織表にありません" in str(caught.value)
    assert "税務課" in caught.value.hint
    check_sections(catalogue, build_organisation((), is_table=False))


def test_a_person_in_no_section_still_has_the_duties_of_everybody() -> None:
    """Nobody falls out of the programme because the list lacks a section."""
    city = City(programme(YEARLY)).person("1", ("2026-04-01", staff(""))).planned("2026-04-01")
    items = standings(city.known("2026-04-02"), day("2026-04-02"))
    assert [(s.section, s.state) for s in items] == [("", State.OPEN)]


def test_a_failed_test_is_not_a_completion() -> None:
    """Completed and passed are apart: where a pass is required, a completion alone is not done."""
    text = YEARLY.replace("minutes: 30", "minutes: 30, pass_required: true")
    city = City(programme(text)).person("1", ("2026-04-01", staff())).planned("2026-04-01")
    failed = city.done("1", "basic", "2026-05-01", passed=False)
    items = standings(failed.known("2026-05-02"), day("2026-05-02"))
    assert [(s.state, s.failed) for s in items] == [(State.OPEN, True)]
    passed = failed.done("1", "basic", "2026-05-03", passed=True)
    assert state_of(passed, "2026-05-04")[0] is State.DONE


def test_the_yearly_clock_runs_from_the_last_completion() -> None:
    """おおむね一年: nothing is assigned while the last time holds; then sixty days ahead."""
    city = City(programme(ROLLING)).person("1", ("2026-04-01", staff("0201")))
    city = city.planned("2026-04-01").done("1", "mynumber", "2026-04-20")
    assert city.plan("2027-02-18").is_empty
    added = city.plan("2027-02-19").additions
    assert [(a.assignment.cycle, a.assignment.due) for a in added] == [
        ("after:2026-04-20", date(2027, 4, 20))
    ]
