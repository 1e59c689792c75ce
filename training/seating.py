"""External seats: who gets one, who waits, in which order. Pure."""

from dataclasses import dataclass
from datetime import date

from training.knowledge import Knowledge
from training.model import CourseId, PersonId, Strength
from training.programme import Course, Seats
from training.status import Standing, State, absent_times


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person in the queue for one run. ``place`` counts from 1; 0 cannot come."""

    person: PersonId
    standing: Standing
    place: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an external course with its queue."""

    seats: Seats
    window: str
    queue: tuple[Candidate, ...]


def seat_runs(
    knowledge: Knowledge, items: tuple[Standing, ...], course: Course, day: date
) -> tuple[Run, ...]:
    """Return every run of the course in order of date, each person seated at most once.

    Priority: mandatory before recommended, then the earlier deadline, then the longer wait (day
    the duty opened), then the staff number. Who is on leave on the day, or lacks a prerequisite,
    is listed but takes no seat.
    """
    waiting = [
        s
        for s in items
        if s.course == course.id and s.state in (State.OPEN, State.OVERDUE, State.EXCLUDED)
    ]
    waiting.sort(key=lambda s: _priority(knowledge, s, day))
    seated: set[PersonId] = set()
    runs = []
    for seats in sorted(course.seats, key=lambda s: (s.starts, s.id)):
        queue = _queue(knowledge, waiting, seats, seated)
        if day <= seats.ends:
            seated |= {c.person for c in queue if c.outcome == "受講"}
        runs.append(Run(seats, _window(seats, day), queue))
    return tuple(runs)


def _priority(knowledge: Knowledge, standing: Standing, day: date) -> tuple[object, ...]:
    number = knowledge.people[standing.person].latest_record(day).number
    is_recommended = standing.strength is not Strength.MANDATORY
    return (is_recommended, standing.due, standing.opens, number)


def _window(seats: Seats, day: date) -> str:
    if day > seats.ends:
        return "終了"
    if day < seats.apply_from:
        return "申込前"
    return "申込受付中" if day <= seats.apply_until else "申込締切後"


def _queue(
    knowledge: Knowledge, waiting: list[Standing], seats: Seats, seated: set[PersonId]
) -> tuple[Candidate, ...]:
    queue: list[Candidate] = []
    place = 0
    for standing in waiting:
        if standing.person in seated or any(c.person == standing.person for c in queue):
            continue
        obstacle = _obstacle(knowledge, standing, seats)
        if obstacle:
            queue.append(Candidate(standing.person, standing, 0, obstacle))
            continue
        place += 1
        outcome = "受講" if place <= seats.capacity else "待ち"
        queue.append(Candidate(standing.person, standing, place, outcome))
    return tuple(sorted(queue, key=lambda c: (c.place == 0, c.place)))


def _obstacle(knowledge: Knowledge, standing: Standing, seats: Seats) -> str:
    person = knowledge.people[standing.person]
    for time in absent_times(knowledge, person, standing.course):
        if time.start <= seats.ends and seats.starts <= time.end:
            return f"不可（{time.why.partition('（')[0]}）"
    if standing.state is State.EXCLUDED:
        return f"不可（{standing.why.partition('（')[0]}）"
    if standing.waiting_for:
        titles = "、".join(knowledge.catalogue.title(c) for c in standing.waiting_for)
        return f"不可（先に {titles}）"
    return ""


def external_courses(knowledge: Knowledge) -> tuple[CourseId, ...]:
    """Return the courses that have seats, by id."""
    return tuple(c.id for c in knowledge.catalogue.courses.values() if c.seats)
