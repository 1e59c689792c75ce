"""Plan 20,000 staff under 60 rules with five years of history; time and memory.

    python benchmarks/training_plan.py [staff]

Builds a store with yearly staff lists, completions and plans (not timed), then times, in a fresh
process each: loading what a plan needs, planning, and the whole ``training plan`` command.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil

from kanmon.collector import collector_paused
from kanmon.store.store import Store
from training.catalogue_file import load_catalogue
from training.chain import Entry
from training.model import Completion, CourseId, PersonId, Posting, StaffRecord
from training.organisation import Section
from training.people import Version
from training.plan import make_plan
from training.recall_facts import Asked, load_knowledge
from training.recording import (
    plan_facts,
    record_catalogue,
    record_completions,
    record_plan,
    record_staff,
)
from training.schema import TRAINING
from training.staff_diff import Change, ChangeKind, StaffDiff

YEARS = (2022, 2023, 2024, 2025, 2026)
RULES = 60
SECTIONS = 300
BASIS = "basis: [{source: 規程, clause: 第1条}]"


def programme() -> bytes:
    """Return 60 rules over 30 courses: a third each yearly, after posting, every twelve months."""
    courses = [
        f"  - {{id: c{n}, title: 科目{n}, kind: e-learning, minutes: 30, validity_months: 36}}"
        for n in range(RULES // 2)
    ]
    whens = (
        'kind: fiscal-year, due: "12-28"',
        "kind: after-posting, within_days: 60",
        "kind: every-months, months: 12, within_days: 30",
    )
    whos = (
        "{}",
        "{posts: [課長]}",
        "{sections: ['%04d']}",
        "{occupations: [技師]}",
        "{section_names: ['*3*'], employments: [正規]}",
        "{duties: [特定個人情報]}",
    )
    rules = []
    for n in range(RULES):
        who = "{}" if n == 0 else whos[1 + n % 5]
        who = who % (n * 4 + 1) if "%" in who else who
        rules.append(
            f"  - {{id: r{n}, title: 規則{n}, course: c{n % 30}, who: {who},"
            f" when: {{{whens[n % 3]}}}, {BASIS}}}"
        )
    return "\n".join(["courses:", *courses, "rules:", *rules, ""]).encode()


def build(path: Path, count: int) -> None:
    """Write five years into the store: lists with a fifth of the staff moving, records, plans."""
    chance = random.Random(1)  # noqa: S311 - invented data, not secrets
    sections = [Section(f"{n:04d}", f"課{n}", f"{n // 10:04d}x", n) for n in range(SECTIONS)]
    sections += [Section(f"{n:04d}x", f"部{n}", "", n) for n in range(SECTIONS // 10)]
    files = (("bench.yml", programme()),)
    catalogue = load_catalogue(files)
    people = {PersonId(f"{n:06d}"): _record(chance, n) for n in range(count)}
    with Store.open(path, (TRAINING,)) as store:
        for year in YEARS:
            day = date(year, 4, 1)
            now = datetime(year, 4, 1, 3, tzinfo=UTC)
            changes = []
            for person, record in people.items():
                if year == YEARS[0] or chance.random() < 0.2:
                    posting = Posting(
                        f"{chance.randrange(SECTIONS):04d}", record.postings[0].title, day
                    )
                    people[person] = replace(record, postings=(posting,))
                    changes.append(
                        Change(ChangeKind.MOVED, person, Version(day, people[person]), None, ())
                    )
            diff = StaffDiff(day, tuple(changes), 0, ())
            record_staff(
                store, Entry(now, "bench", "load-staff", day, {}), diff, ("table", sections)
            )
            if year == YEARS[0]:
                record_catalogue(store, Entry(now, "bench", "load-courses", day, {}), files)
            if year == YEARS[-1]:
                break
            _plan_and_learn(store, (now, day), catalogue.digest, chance)


def _record(chance: random.Random, number: int) -> StaffRecord:
    return StaffRecord(
        number=f"{number:06d}",
        name="試験 職員",
        occupation=chance.choice(["事務", "事務", "技師"]),
        employment=chance.choice(["正規", "正規", "会計年度任用職員"]),
        hired=date(2015, 4, 1),
        postings=(Posting("0000", "課長" if number % 40 == 0 else "主事", None),),
        duties=("特定個人情報",) if number % 4 == 0 else (),
    )


def _plan_and_learn(
    store: Store, when: tuple[datetime, date], digest: str, chance: random.Random
) -> None:
    now, day = when
    knowledge = load_knowledge(store, Asked(day, now, day))
    plan = make_plan(knowledge, day)
    record_plan(store, Entry(now, "bench", "plan", day, plan_facts(plan, digest)), plan)
    done = [
        Completion(
            a.person, CourseId(a.course), day + timedelta(days=chance.randrange(300)), True, True
        )
        for items in load_knowledge(store, Asked(day, now, day)).assignments.values()
        for a in items
        if chance.random() < 0.9
    ]
    later = now + timedelta(days=360)
    entry = Entry(later, "bench", "load-completions", later.date(), {})
    record_completions(store, entry, done)


def measure(path: Path) -> None:
    """Print load and plan times, CPU and the peak of memory of this process."""
    day = date(YEARS[-1], 4, 1)
    now = datetime(YEARS[-1], 4, 1, 4, tzinfo=UTC)
    with Store.open(path, (TRAINING,)) as store, collector_paused():
        started, cpu = time.perf_counter(), time.process_time()
        knowledge = load_knowledge(store, Asked(day, now, day))
        loaded, loaded_cpu = time.perf_counter(), time.process_time()
        plan = make_plan(knowledge, day)
        planned, planned_cpu = time.perf_counter(), time.process_time()
    peak = psutil.Process().memory_info().rss / 1024**2
    records = sum(len(c) for r in knowledge.completions.values() for c in r.values())
    existing = sum(len(items) for items in knowledge.assignments.values())
    print(f"people {len(knowledge.people):,}, completions {records:,}, assignments {existing:,}")
    print(f"added {len(plan.additions):,}, closed {len(plan.closings):,}, kept {plan.kept:,}")
    print(f"load  {loaded - started:6.2f} s  (CPU {loaded_cpu - cpu:.2f} s)")
    print(f"plan  {planned - loaded:6.2f} s  (CPU {planned_cpu - loaded_cpu:.2f} s)")
    print(f"resident memory {peak:.0f} MB")


def command(path: Path) -> None:
    """Time the command as typed, with its peak of memory."""
    environ = {
        **os.environ,
        "KANMON_STORE": str(path),
        "SOURCE_DATE_EPOCH": str(int(datetime(YEARS[-1], 4, 1, 4, tzinfo=UTC).timestamp())),
    }
    arguments = [sys.executable, "-m", "kanmon", "training", "plan"]
    for extra in (["--dry-run"], []):
        started = time.perf_counter()
        process = psutil.Popen(
            [*arguments, *extra], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        peak = 0
        cpu = 0.0
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_info().rss)
                cpu = sum(process.cpu_times()[:2])
            except psutil.NoSuchProcess:
                break
            time.sleep(0.02)
        took = time.perf_counter() - started
        name = " ".join(["training plan", *extra])
        figures = f"(CPU {cpu:.2f} s), peak {peak / 1024**2:.0f} MB, exit {process.returncode}"
        print(f"{name:24} {took:6.2f} s {figures}")


def main() -> None:
    """Build the store, then measure in fresh processes."""
    if len(sys.argv) == 3 and sys.argv[1] == "--measure":
        measure(Path(sys.argv[2]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        build(path, count)
        size = path.stat().st_size / 1e6
        print(f"{count:,} staff, {RULES} rules, {len(YEARS)} years, {size:.0f} MB store")
        subprocess.run([sys.executable, __file__, "--measure", str(path)], check=True)
        command(path)


if __name__ == "__main__":
    main()
