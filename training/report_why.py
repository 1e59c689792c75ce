"""Why a person has a duty: rule, posting, deadline and clause."""

from collections.abc import Iterator
from datetime import date

from kanmon.report import Block, Cell, Column, Facts, Heading, Listing, Report, Table
from training.duties import Question
from training.model import StaffRecord
from training.names import Names
from training.people import Person
from training.programme import Rule, When, WhenKind
from training.report_plan import cycle_words, reason_words, section_code
from training.status import Standing, State


def when_words(when: When) -> str:
    """Return a rule's deadline in words."""
    if when.kind is WhenKind.FISCAL_YEAR:
        return f"年度内に1回、{when.due[0]}月{when.due[1]}日まで"
    if when.kind is WhenKind.EVERY_MONTHS:
        return f"おおむね {when.months} か月ごと（初回は {when.within_days} 日以内）"
    words = f"{when.kind.label_ja} {when.within_days} 日以内"
    if when.kind is WhenKind.INCIDENT:
        words += f"（{'、'.join(when.categories)}）"
    if when.kind is WhenKind.PHISHING and when.times > 1:
        words += f"（{when.months} か月に {when.times} 回）"
    return words


def why_report(
    question: Question, person: Person, items: tuple[Standing, ...], names: Names
) -> Report:
    """Return each duty of a person with rule, posting and clause, then what does not apply."""
    knowledge, day = question.knowledge, question.day
    record = person.latest_record(day)
    rules = {str(rule.id): rule for rule in knowledge.catalogue.rules}
    cells = [str(cell) for cell in names.cells(person.id)]
    postings = "、".join(
        f"{'兼務 ' if p.concurrent else ''}"
        f"{knowledge.organisation.name(section_code(knowledge, p.section))} {p.title}".strip()
        for p in record.postings
    )
    facts = Facts(
        (
            ("対象者", " ".join(cells)),
            ("所属・職位", postings or "（所属なし）"),
            ("任用区分", record.employment),
            ("在籍", "在籍" if person.record_on(day) else "在籍していない"),
        )
    )
    blocks: list[Block] = [facts]
    for standing in items:
        blocks += _duty_blocks(question, person, standing, rules)
    blocks.append(_not_applied(question, person, items))
    return Report(
        title=f"割当の理由（{day.isoformat()} 現在）",
        summary=(f"割当 {len(items)} 件。",),
        blocks=tuple(blocks),
        judged=f"{len(rules)} 規則を判定",
    )


def _duty_blocks(
    question: Question, person: Person, standing: Standing, rules: dict[str, Rule]
) -> Iterator[Block]:
    catalogue = question.knowledge.catalogue
    yield Heading(f"{catalogue.title(standing.course)}（{cycle_words(standing.cycle)}）", 2)
    state = standing.state.label_ja
    if standing.credit:
        taken = "、".join(catalogue.title(c) for c in standing.credit.courses)
        state += f"（{standing.credit.day.isoformat()} {taken}）"
    if standing.why:
        state += f"（{standing.why}）"
    pairs: list[tuple[str, Cell]] = [("状態", state), ("期限", standing.due)]
    if standing.due != standing.first_due:
        pairs.append(("当初の期限", standing.first_due))
    pairs.append(("必須・推奨", standing.strength.label_ja))
    if standing.waiting_for:
        waiting = "、".join(catalogue.title(c) for c in standing.waiting_for)
        pairs.append(("先に受ける科目", waiting))
    yield Facts(tuple(pairs))
    lines = []
    for reason in standing.reasons:
        rule = rules.get(reason.partition("/")[0])
        if rule is None:
            lines.append(f"規則 {reason}（今の研修プログラムにはありません）")
            continue
        lines.append(f"規則 {rule.id}「{reason_words(reason, {rule.id: rule.title})}」")
        record = _record_for(person, standing, question.day)
        lines += [
            f"　当たる所属・条件: {word}" for word in question.matcher.fit_words(rule, record)
        ]
        lines.append(f"　いつ: {when_words(rule.when)}")
        for basis in rule.basis:
            note = f" — {basis.note}" if basis.note else ""
            lines.append(f"　根拠: {basis}{note}")
    yield Listing(tuple(lines))


def _record_for(person: Person, standing: Standing, day: date) -> StaffRecord:
    return person.latest_record(day if standing.state is not State.CLOSED else standing.opens)


def _not_applied(question: Question, person: Person, items: tuple[Standing, ...]) -> Table:
    """Return the rules that give the person nothing, and the condition that keeps them away."""
    record = person.latest_record(question.day)
    given = {reason.partition("/")[0] for standing in items for reason in standing.reasons}
    rows: list[tuple[Cell, ...]] = []
    for rule in question.knowledge.catalogue.rules:
        if rule.id in given:
            continue
        misfit = question.matcher.misfit_word(rule, record)
        if question.matcher.fits(rule, record):
            misfit = "今は期間・きっかけがない（次の回の前、事案・訓練・所見がない など）"
        rows.append((rule.id, rule.title, misfit))
    columns = (
        Column("rule", "規則", 24),
        Column("title", "内容", 40),
        Column("misfit", "当たらない理由", 40),
    )
    return Table("not_applied", "割当のない規則", columns, tuple(rows))
