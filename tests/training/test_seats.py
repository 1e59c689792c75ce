"""External seats go to those who need them most, and the rest wait in order."""

from tests.training.city import City, day, programme, staff
from training.model import Absence
from training.seating import seat_runs
from training.status import standings

PROGRAMME = programme(
    """
courses:
  - id: ext
    title: 外部
    kind: external
    minutes: 400
    seats:
      - {id: S1, starts: 2026-07-01, ends: 2026-07-02, apply_from: 2026-05-01,
         apply_until: 2026-06-01, capacity: 2}
      - {id: S2, starts: 2026-09-01, ends: 2026-09-01, apply_from: 2026-07-01,
         apply_until: 2026-08-01, capacity: 1}
rules:
  - {id: must, title: 必須, course: ext, who: {sections: [情報政策課]}, basis: [{source: 規程}],
     when: {kind: fiscal-year, due: "12-28"}}
  - {id: may, title: 推奨, course: ext, who: {sections: [市民部]}, basis: [{source: 規程}],
     strength: recommended, when: {kind: fiscal-year, due: "09-30"}}
"""
)


def queue(when: str) -> list[tuple[str, str, list[tuple[str, int, str]]]]:
    leave = Absence(day("2026-06-20"), "休職", day("2026-07-31"))
    city = City(PROGRAMME)
    for number, record in (
        ("1", staff("0201")),
        ("2", staff("0201")),
        ("3", staff("0102")),
        ("4", staff("0102", absences=(leave,))),
        ("5", staff("0102")),
    ):
        city = city.person(number, ("2026-04-01", record))
    city = city.planned("2026-04-01").done("5", "ext", "2026-04-10")
    known = city.known(when)
    runs = seat_runs(known, standings(known, day(when)), PROGRAMME.courses["ext"], day(when))
    return [(r.seats.id, r.window, [(c.person, c.place, c.outcome) for c in r.queue]) for r in runs]


def test_mandatory_first_then_deadline_then_number_and_leave_gives_way() -> None:
    """Who must comes before who should; who is away that day takes no seat; who is done none."""
    first, second = queue("2026-05-10")
    assert first == (
        "S1",
        "申込受付中",
        [("3", 1, "受講"), ("1", 2, "受講"), ("2", 3, "待ち"), ("4", 0, "不可（休職）")],
    )
    assert second == ("S2", "申込前", [("4", 1, "受講"), ("2", 2, "待ち")])


def test_windows_follow_the_day() -> None:
    """Before, during and after the application window, and after the run."""
    assert [run[1] for run in queue("2026-04-20")] == ["申込前", "申込前"]
    assert [run[1] for run in queue("2026-06-10")] == ["申込締切後", "申込前"]
    assert [run[1] for run in queue("2026-07-10")] == ["終了", "申込受付中"]
