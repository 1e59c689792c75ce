"""Retraining that follows from incidents, drills and policy findings."""

from datetime import date

from kanmon.notice import IncidentNotice
from tests.training.city import City, day, programme, staff
from training.model import DrillResult, PersonId, PolicyGap

BASIS = "basis: [{source: 規程, clause: 第1条}]"
COURSE = "courses: [{id: again, title: 再受講, kind: e-learning, minutes: 20}]"


def rules(when: str, who: str = "{}") -> str:
    rule = f"{{id: r, title: 規則, course: again, who: {who}, when: {when}, {BASIS}}}"
    return f"{COURSE}\nrules:\n  - {rule}\n"


def notice(**changes: object) -> IncidentNotice:
    fields: dict[str, object] = {
        "incident": "INC-1",
        "category": "mis-sending",
        "sections": ("税務課",),
        "staff": ("2",),
        "occurred": date(2026, 6, 1),
        "confirmed": date(2026, 6, 2),
    }
    return IncidentNotice(**{**fields, **changes})  # type: ignore[arg-type]


def city_of_three(text: str) -> City:
    return (
        City(programme(text))
        .person("1", ("2026-04-01", staff("0201")))
        .person("2", ("2026-04-01", staff("0101")))
        .person("3", ("2026-04-01", staff("0101")), ("2026-07-01", staff("0201")))
    )


def assigned(city: City, when: str) -> dict[str, date]:
    return {a.assignment.person: a.assignment.due for a in city.plan(when).additions}


def test_an_incident_retrains_who_was_in_the_section_that_day() -> None:
    """Who joins the section later is not retrained for it; the deadline runs from confirmation."""
    text = rules("{kind: incident, categories: [mis-sending], scope: section, within_days: 30}")
    city = city_of_three(text).given(incidents=(notice(),))
    assert assigned(city, "2026-06-01") == {}
    assert assigned(city, "2026-07-01") == {"1": date(2026, 7, 2)}


def test_a_section_code_in_an_incident_stands_for_its_subtree() -> None:
    """An incident of a department concerns all its sections."""
    text = rules("{kind: incident, categories: ['*'], scope: section}")
    city = city_of_three(text).given(incidents=(notice(sections=("02",)),))
    assert set(assigned(city, "2026-06-02")) == {"1"}


def test_an_incident_can_retrain_one_person_or_the_whole_city() -> None:
    """Scope staff means the people the incident names, scope city everybody."""
    person = rules("{kind: incident, categories: [mis-sending], scope: staff}")
    everybody = rules("{kind: incident, categories: [mis-sending], scope: city}")
    incidents = (notice(),)
    assert set(assigned(city_of_three(person).given(incidents=incidents), "2026-06-02")) == {"2"}
    assert len(assigned(city_of_three(everybody).given(incidents=incidents), "2026-06-02")) == 3


def test_a_withdrawn_incident_closes_what_it_started() -> None:
    """An incident that turned out to be none takes its retraining back, with the reason."""
    text = rules("{kind: incident, categories: [mis-sending], scope: section}")
    city = city_of_three(text).given(incidents=(notice(),)).planned("2026-06-02")
    plan = city.given(incidents=(notice(withdrawn=True),)).plan("2026-06-10")
    assert [(a.person, a.closed_why) for a in plan.closings] == [("1", "事案の取下げ")]


def test_training_before_the_incident_does_not_count() -> None:
    """Retraining means after the incident."""
    text = rules("{kind: incident, categories: [mis-sending], scope: section}")
    city = city_of_three(text).given(incidents=(notice(),)).done("1", "again", "2026-05-01")
    assert [a.credit for a in city.plan("2026-06-02").additions] == [None]
    later = city.planned("2026-06-02").done("1", "again", "2026-06-05")
    assert later.plan("2026-06-06").done == 1


def drill(campaign: str, when: str, *, clicked: bool, reported: bool = False) -> DrillResult:
    person = PersonId("1")
    return DrillResult(campaign, day(when), person, "0201", clicked, clicked, False, reported)


def test_a_click_starts_retraining_and_a_second_one_the_workshop() -> None:
    """One click in a drill, and two within twelve months, are different rules."""
    once = rules("{kind: phishing, outcome: clicked, within_days: 14}")
    twice = rules("{kind: phishing, outcome: clicked, times: 2, months: 12}")
    first = (drill("A", "2026-05-01", clicked=True),)
    both = (*first, drill("B", "2027-04-30", clicked=True))
    late = (*first, drill("B", "2027-05-01", clicked=True))
    assert assigned(city_of_three(once).given(drills=first), "2026-05-02") == {
        "1": date(2026, 5, 15)
    }
    assert assigned(city_of_three(twice).given(drills=first), "2026-05-02") == {}
    assert set(assigned(city_of_three(twice).given(drills=both), "2027-05-01")) == {"1"}
    assert assigned(city_of_three(twice).given(drills=late), "2027-05-01") == {}


def test_not_reporting_can_be_what_a_rule_looks_at() -> None:
    """Who neither clicked nor reported may still be asked to learn how to report."""
    text = rules("{kind: phishing, outcome: unreported}")
    silent = (drill("A", "2026-05-01", clicked=False),)
    spoke = (drill("A", "2026-05-01", clicked=False, reported=True),)
    assert set(assigned(city_of_three(text).given(drills=silent), "2026-05-02")) == {"1"}
    assert assigned(city_of_three(text).given(drills=spoke), "2026-05-02") == {}


def test_a_policy_finding_trains_the_people_the_rule_names_until_it_is_gone() -> None:
    """While the policy lacks something the rule names, its owners are trained; then it closes."""
    text = rules("{kind: finding, checks: ['guideline/5-2*']}", "{sections: [人事課]}")
    gap = PolicyGap("guideline/5-2-1", "研修計画がない", date(2026, 5, 1))
    other = PolicyGap("guideline/3-1", "別の章", date(2026, 5, 1))
    city = city_of_three(text).given(gaps=(gap, other))
    assert set(assigned(city, "2026-05-02")) == {"2", "3"}
    plan = city.planned("2026-05-02").given(gaps=(other,)).plan("2026-06-01")
    assert {a.closed_why for a in plan.closings} == {"所見の解消"}


def test_an_old_incident_starts_nothing_for_a_new_rule() -> None:
    """A rule written a year later does not reach back."""
    text = rules("{kind: incident, categories: [mis-sending], scope: section}")
    city = city_of_three(text).given(incidents=(notice(),))
    assert assigned(city, "2027-06-03") == {}
